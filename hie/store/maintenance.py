"""Taking entries back in SQL, under the gate's grant for maintenance."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from consent.grant import MaintenanceGrant, MaintenanceTask
from hie.exchange.ports import TakenBack
from hie.record.entry import EntryKey, EntryStatus
from hie.record.identifiers import ContentHash
from hie.store.asking import must_maintain
from hie.store.codes import APPROVED, CLASSES, CONFIDENTIALITIES, STATUS_CODES
from hie.store.storable import storable
from hie.store.transaction import Transaction

STUDY_KIND = "DICOM"
"""Data kind of a study's entry; its order number is the study instance UID."""
_AT_ONCE = 500
_WITHDRAWN = STATUS_CODES[EntryStatus.WITHDRAWN]
_OWN = "select id from local_patient where facility = ? and value = ? and patient = ?"
_STANDING = (
    "select id, service_day, care_date, data_kind, order_number, version, class_code, confidentiality,"
    f" labels, content_hash from entry where local_patient = ? and status <> {_WITHDRAWN}"
    " order by service_day, id"
)
_STUDIES_WITH = (
    "select distinct study_instance_uid from imaging_instance where local_patient = ? and content_hash in "
)
_HIDE = (
    f"update imaging_instance set status = {_WITHDRAWN} where local_patient = ? and study_instance_uid = ?"
    " and not exists (select 1 from entry where local_patient = ? and data_kind = ? and order_number = ?"
    f" and status = {APPROVED})"
)


def show_images(transaction: Transaction, local_patient: int, studies: Iterable[str]) -> None:
    """Show the images of studies whose entries stand again."""
    for study in studies:
        transaction.execute(
            f"update imaging_instance set status = {APPROVED} where local_patient = ?"
            f" and study_instance_uid = ? and status <> {APPROVED}",
            (local_patient, study),
        )


def hide_images(transaction: Transaction, local_patient: int, studies: Iterable[str]) -> None:
    """Hide the images of studies of which no entry stands any more."""
    for study in studies:
        transaction.execute(_HIDE, (local_patient, study, local_patient, STUDY_KIND, study))


def set_status(transaction: Transaction, local_patient: int, day: int, number: int, status: int) -> None:
    """Change an entry's status, and that of everything of it that is asked for apart from it."""
    execute = transaction.execute
    execute(
        "update entry set status = ? where local_patient = ? and service_day = ? and id = ?",
        (status, local_patient, day, number),
    )
    execute(
        "update observation set status = ? where local_patient = ? and entry = ?",
        (status, local_patient, number),
    )
    for table in ("medication", "movement", "passage"):
        execute(
            f"update {table} set status = ? where local_patient = ? and service_day = ? and entry = ?",
            (status, local_patient, day, number),
        )


class SqlMaintenance:
    """Keeps `Maintenance` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction, flush: Callable[[], None]) -> None:
        """Write in `transaction`, after `flush` has written what waits."""
        self._transaction = transaction
        self._flush = flush

    def withdraw(
        self,
        grant: MaintenanceGrant,
        number: str,
        keys: Collection[EntryKey] | None = None,
        hashes: Collection[ContentHash] = (),
    ) -> TakenBack:
        """Withdraw what the grant covers of a facility's own number; say what was spared."""
        must_maintain(grant, MaintenanceTask.WITHDRAWAL)
        facility = grant.requester.facility
        own = self._transaction.read(_OWN, (facility, storable(number), grant.patient)).fetchone()
        if own is None:
            return TakenBack(0)
        self._flush()
        local_patient = int(own[0])
        studies = self._studies_with(local_patient, hashes)
        named, by_hash = set(keys or ()), set(hashes)
        taken, spared = 0, set[EntryKey]()
        for row in self._transaction.read(_STANDING, (local_patient,)).fetchall():
            entry, day, *key, class_code, confidentiality, labels, name = row
            wanted = (
                keys is None
                or EntryKey(*key) in named
                or ContentHash(bytes(name)) in by_hash
                or (key[1] == STUDY_KIND and key[2] in studies)
            )
            if not wanted:
                continue
            if grant.covers(facility, CLASSES[class_code], day, CONFIDENTIALITIES[confidentiality], labels):
                set_status(self._transaction, local_patient, day, entry, _WITHDRAWN)
                if key[1] == STUDY_KIND:
                    hide_images(self._transaction, local_patient, [key[2]])
                taken += 1
            else:
                spared.add(EntryKey(*key))
        return TakenBack(taken, frozenset(spared))

    def _studies_with(self, local_patient: int, hashes: Collection[ContentHash]) -> set[str]:
        """Name the studies that hold an image with one of the hashes."""
        found: set[str] = set()
        names = list(hashes)
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = self._transaction.read(f"{_STUDIES_WITH}({marks})", (local_patient, *some)).fetchall()
            found.update(study for (study,) in rows)
        return found
