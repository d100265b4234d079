"""What a data folder holds, without numbers and times that differ from run to run."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections import Counter
from pathlib import Path

DATABASE = "hie.sqlite3"
_SAME = (
    "facility",
    "patient",
    "local_patient",
    "consent_reach",
    "imaging_instance",
    "patient_key",
)
_ENTRY = (
    "select e.id, e.local_patient, e.service_day, e.class_code, e.data_kind, e.care_date, e.order_number,"
    " e.version, e.department, e.status, e.confidentiality, e.item_count, e.abnormal_count, e.link, e.format,"
    " hex(e.content_hash), e.size from entry e"
)
_OBSERVATION = (
    "select o.entry, o.moment, o.sequence, o.precision, o.service_day, o.class_code, o.confidentiality,"
    " o.status, c.code, c.text, c.system, c.unit, c.reference_range, o.value, o.value_text, o.flag"
    " from observation o left join concept c on c.id = o.concept"
)
_MEDICATION = (
    "select m.entry, m.service_day, m.sequence, m.class_code, m.confidentiality, m.status, c.code, c.text,"
    " c.unit, u.text, m.start, m.days, m.kind, m.cancelled, m.dose, m.quantity from medication m"
    " left join concept c on c.id = m.concept left join concept u on u.id = m.usage"
)
_DOCUMENT = "select d.entry, d.dictionary, hex(d.body) from small_document d"
_COUNTED = re.compile(r"(filed|amended|quarantined) (\d+)")

Contents = dict[str, Counter[object]]


def contents(data: Path) -> Contents:
    """Read all tables and objects of the embedded store in `data`; its database must be whole."""
    database = sqlite3.connect(data / DATABASE)
    assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    held: Contents = {
        table: Counter(database.execute(f"select * from {table}"))  # noqa: S608  names from above
        for table in _SAME
    }
    names: dict[int, tuple[object, ...]] = {}
    for number, *row in database.execute(_ENTRY):
        names[number] = tuple(row)
    held["entry"] = Counter(names.values())
    # An entry is called by all that it says, so that findings of a lost entry are seen as such.
    for table, statement in (
        ("observation", _OBSERVATION),
        ("medication", _MEDICATION),
        ("small_document", _DOCUMENT),
    ):
        held[table] = Counter((names[number], *row) for number, *row in database.execute(statement))
    held["quarantined"] = Counter(
        database.execute("select facility, locator, reason, message from quarantined")
    )
    held["audit"] = _audited(database)
    held["object"] = Counter(objects(data))
    _point_nowhere_else(database, held["object"])
    database.close()
    return held


def objects(data: Path) -> list[str]:
    """Name the whole objects by hash, and prove each hash; half-written ones have no name yet."""
    found = []
    for path in sorted((data / "objects").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            name = path.parent.name + path.name
            assert hashlib.sha256(path.read_bytes()).hexdigest() == name, (
                "an object does not hold what it is named"
            )
            found.append(name)
    return found


def _audited(database: sqlite3.Connection) -> Counter[object]:
    """Sum what was written down: batches are cut elsewhere when a run was killed."""
    sums: Counter[object] = Counter()
    for patient, detail in database.execute(
        "select patient, detail from audit_event where action = 'publish'"
    ):
        for word, count in _COUNTED.findall(detail):
            sums[patient, word] += int(count)
    return +sums


def _point_nowhere_else(database: sqlite3.Connection, kept: Counter[object]) -> None:
    """Prove that no row is left without the bytes it speaks of."""
    missing = [
        name
        for (name,) in database.execute(
            "select lower(hex(content_hash)) from entry where id not in (select entry from small_document)"
            " union select lower(hex(content_hash)) from imaging_instance"
        )
        if name not in kept
    ]
    assert not missing, f"{len(missing)} rows point to no object"
