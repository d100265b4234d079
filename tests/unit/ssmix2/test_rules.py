"""Every rule of chapter 7: what is planted is found with severity and place, and the control is clean."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hie.record.findings import Finding, Severity
from ssmix2 import census, valuelist
from ssmix2.index import DELETE, Index, Row, build
from ssmix2.layout import FileName
from ssmix2.transactions import Header, TransactionWriter
from ssmix2.validation import RULES, check_file, check_index, check_storage, check_transactions, examine
from ssmix2.validation.catalogue import CATALOGUE, described, members
from ssmix2.volumes import Volume, as_volumes, patients
from tests.unit.ssmix2 import clean

E, W, I = Severity.ERROR, Severity.WARNING, Severity.INFORMATION  # noqa: E741  as the fact sheet has them

Case = tuple[Severity, str, Callable[[], list[Finding]]]
"""Severity, place, and what the checker says of the planted violation."""


def of_file(kind: str, lines: list[str], **parts: str) -> list[Finding]:
    name = clean.named(kind, **parts)
    return [one.finding for one in check_file(name.locator(), name.text(), clean.written(lines))]


def of_bytes(content: bytes) -> list[Finding]:
    name = clean.named("OMP-01")
    return [one.finding for one in check_file(name.locator(), name.text(), content)]


def of_name(name: str) -> list[Finding]:
    return [one.finding for one in check_file(name, name, clean.written(clean.segments("OMP-01")))]


def replaced(lines: list[str], segment: str, number: int, value: str) -> list[str]:
    """Set one field of the first segment of that name."""
    at = next(index for index, each in enumerate(lines) if each.startswith(segment))
    fields = lines[at].split("|")
    place = number - 1 if segment == "MSH" else number
    fields += [""] * (place + 1 - len(fields))
    fields[place] = value
    return [*lines[:at], "|".join(fields), *lines[at + 1 :]]


def field(severity: Severity, kind: str, segment: str, number: int, value: str, part: str = "") -> Case:
    """Plant a value; the header's place is its field's alone."""
    place = f"MSH-{number}" if segment == "MSH" and value else f"{segment}[1]-{number}{part}"
    return severity, place, lambda: of_file(kind, replaced(clean.segments(kind), segment, number, value))


def lines_of(severity: Severity, place: str, kind: str, change: Callable[[list[str]], list[str]]) -> Case:
    return severity, place, lambda: of_file(kind, change(clean.segments(kind)))


def without(segment: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [each for each in lines if not each.startswith(segment)]


def repeated(segment: str, number: int, value: str) -> Callable[[list[str]], list[str]]:
    """Let a second segment of that name follow, with one field changed."""

    def change(lines: list[str]) -> list[str]:
        at = next(index for index, each in enumerate(lines) if each.startswith(segment))
        return [*lines[: at + 1], *replaced([lines[at]], segment, number, value), *lines[at + 1 :]]

    return change


def parts(severity: Severity, **changed: str) -> Case:
    return severity, "path", lambda: of_file("OMP-01", clean.segments("OMP-01"), **changed)


# ---- storages -------------------------------------------------------------------------------------------

EARLY, LATE = "20240510090000000", "20240510100000000"


def put(root: Path, name: FileName, status: str = "NW") -> None:
    path = root / name.locator()
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = replaced(clean.segments("OMP-01"), "ORC", 1, status)
    sent = f"{name.timestamp[:14]}.{name.timestamp[14:]}"
    path.write_bytes(clean.written(replaced(lines, "MSH", 7, sent)))


def versions(*files: tuple[str, str, str]) -> Callable[[], list[Finding]]:
    """Check a storage of one prescription in several versions: time stamp, flag, ORC-1."""

    def check() -> list[Finding]:
        with tempfile.TemporaryDirectory() as root:
            for timestamp, flag, status in files:
                put(Path(root), clean.named("OMP-01", timestamp=timestamp, flag=flag), status)
            return [one.finding for one in check_storage(root)]

    return check


def indexed(change: Callable[[list[Row]], list[Row]]) -> Callable[[], list[Finding]]:
    """Check an index whose rows were changed after it was built."""

    def check() -> list[Finding]:
        with tempfile.TemporaryDirectory() as root, Index("") as index:
            put(Path(root), clean.named("OMP-01"))
            volumes = as_volumes([root])
            assert list(build(index, volumes, "1312345678", "2024-05-10 10:15:02.000000")) == [1]
            rows = list(index.rows())
            index.clear()
            index.add(change(rows))
            return [one.finding for one in check_index(index, volumes)]

    return check


HEADER = Header("1312345678", *clean.named("OMP-01")[:4], "INS", "01", clean.STAMP)


def logged(
    *records: tuple[Header, list[str]],
    raw: bytes = b"",
    stored: tuple[FileName, ...] = (clean.named("OMP-01"),),
) -> Callable[[], list[Finding]]:
    """Check a log beside a storage that holds the files `stored`."""

    def check() -> list[Finding]:
        with tempfile.TemporaryDirectory() as folder:
            root, log = Path(folder, "root"), Path(folder, "log")
            root.mkdir()
            log.mkdir()
            for name in stored:
                put(root, name)
            with TransactionWriter(log) as writer:
                for header, lines in records:
                    writer.append(header, clean.written(lines), clean.STAMP)
            if raw:
                path = next(log.rglob("*.DAT"))
                path.write_bytes(path.read_bytes() + raw)
            return [one.finding for one in check_transactions(log, as_volumes([root]))]

    return check


REFERRAL = "^SHO^^57133-1^紹介状^LN"
SUMMARY = "^SUM^^18842-5^退院時サマリー^LN"
CDA = (
    '<ClinicalDocument xmlns="urn:hl7-org:v3"><code code="{code}" codeSystem="{system}"/>'
    '<recordTarget><patientRole><id extension="{patient}"/></patientRole></recordTarget>'
    "{more}</ClinicalDocument>"
)


LOINC_ROOT = "2.16.840.1.113883.6.1"


def document(
    code: str = "18842-5", patient: str = clean.PATIENT, more: str = "", system: str = LOINC_ROOT
) -> bytes:
    return CDA.format(code=code, patient=patient, more=more, system=system).encode()


def content_folder(files: dict[str, bytes], kind: str = SUMMARY) -> Callable[[], list[Finding]]:
    """Check an extended storage with one content folder."""

    def check() -> list[Finding]:
        with tempfile.TemporaryDirectory() as root:
            name = f"{clean.PATIENT}_{clean.DAY}_18842-5_000000000000001_{clean.STAMP}_01_1"
            folder = Path(root, "001/234", clean.PATIENT, clean.DAY, kind, name)
            folder.mkdir(parents=True)
            for each, content in files.items():
                (folder / each).write_bytes(content)
            return [finding for one in examine([Volume("ANX01", Path(root))]) for finding in one.findings]

    return check


def counted() -> list[Finding]:
    """CNT-01 is a listing: it counts what was planted."""
    with tempfile.TemporaryDirectory() as root:
        put(Path(root), clean.named("OMP-01"))
        plain = census.count(Path(root)).plain()
    assert plain["kinds"] == {"OMP-01": {"current": 1, "superseded": 0, "deleted": 0}}
    assert plain["spans"]["OMP-01"]["current"]["first_timestamp"] == clean.STAMP
    assert plain["care_months"] == {"OMP-01": {"202405": 1}}
    assert (plain["timestamp_months"], plain["departments"]) == ({"202405": 1}, {"01": 1})
    return [Finding("CNT-01", I, "storage", "")]


def listed() -> list[Finding]:
    """GET-01 is a listing: it gives the value that was planted, its count and an example."""
    with tempfile.TemporaryDirectory() as root:
        put(Path(root), clean.named("OMP-01"))
        listing = valuelist.Listing(valuelist.field("RXE-2.1"))
        assert list(valuelist.read_values(patients(as_volumes([root])), [listing])) == [1]
    assert (listing.segments, listing.filled) == (1, 1)
    assert listing.values() == [valuelist.Value("999000101", 1, clean.named("OMP-01").locator())]
    return [Finding("GET-01", I, "storage", "")]


# ---- the list of chapter 7 ------------------------------------------------------------------------------

STEM = f"{clean.PATIENT}_{clean.DAY}_OMP-01_{clean.ORDER}_{clean.STAMP}_01"
SINGLE: dict[str, Case] = {
    "PATH-01": (E, "path", lambda: [
        one.finding
        for one in check_file(
            f"999/901/9999013/-/ADT-31/{STEM}_1", f"{STEM}_1", clean.written(clean.segments("OMP-01"))
        )
    ]),
    "PATH-02": (E, "path", lambda: of_name(f"{STEM}_1.bak_x")),
    "PATH-03": parts(E, care_date="20240231"),
    "PATH-04": parts(W, data_kind="OML-02"),
    "PATH-05": parts(E, care_date="-"),
    "PATH-06": parts(W, order_number="12"),
    "PATH-07": parts(W, timestamp="201601011500321"),
    "PATH-08": parts(W, department="??"),
    "PATH-09": (E, "path", lambda: of_name(f"{STEM}_3")),
    "PATH-10": parts(W, patient_id="12"),
    "PATH-11": (I, "path", lambda: of_name("Thumbs.db")),
    "KEY-01": (E, "path", versions((EARLY, "1", "NW"), (LATE, "1", "NW"))),
    "KEY-02": (W, "path", versions((EARLY, "2", "NW"))),
    "KEY-03": (W, "path", versions((EARLY, "1", "NW"), (LATE, "0", "CA"))),
    "KEY-04": (W, "path", versions((EARLY, "0", "NW"))),
    "CNT-01": (I, "storage", counted),
    "JIS-01": (E, "file", lambda: of_bytes(b"MSH|^~\\&|\x1b$B\x2d\x21\x1b(B\r")),
    "JIS-02": (W, "file", lambda: of_bytes(b"MSH|^~\\&|\x1b$B;3ED\r")),
    "JIS-03": (E, "file", lambda: of_bytes("MSH|^~\\&|見本\r".encode())),
    "JIS-04": (W, "file", lambda: of_bytes(b"MSH|^~\\&|\x1b(I1\x1b(B\r")),
    "JIS-05": (W, "file", lambda: of_bytes(clean.written(clean.segments("OMP-01")).replace(b"\r", b"\n"))),
    "JIS-06": (I, "file", lambda: of_file("OMP-01", replaced(clean.segments("OMP-01"), "PID", 5, "山■"))),
    "JIS-07": field(W, "OMP-01", "MSH", 18, "UNICODE UTF-8"),
    "MSH-A": (E, "MSH-2", lambda: of_file("OMP-01", replaced(clean.segments("OMP-01"), "MSH", 2, "#~\\&"))),
    "MSH-B": field(E, "ADT-12", "MSH", 9, "ADT^A01^ADT_A01"),
    "MSH-C": field(W, "ADT-21", "MSH", 9, "ADT^A14^ADT_A01"),
    "MSH-D": field(W, "OMP-01", "MSH", 7, "202405100930"),
    "MSH-E": field(W, "OMP-01", "MSH", 12, "2.4"),
    "ID-01": (E, "PID-3", lambda: of_file(
        "OMP-01", replaced(clean.segments("OMP-01"), "PID", 3, "12345678")
    )),
    "ID-02": field(W, "OMP-01", "ORC", 2, "000000000104712"),
    "ID-03": field(W, "ADT-22", "PV1", 10, "10"),
    "DATE-01": lines_of(W, "ORC[2]-9", "OMP-02", repeated("ORC", 9, "20090701")),
    "DATE-02": lines_of(W, "message", "OMP-11", without("RXA")),
    "DATE-03": (W, "SPM-17", lambda: of_file(
        "OML-11",
        [
            *replaced(clean.segments("OML-11"), "SPM", 17, "20240509"),
            clean.line("SPM", {4: "1", 17: "20240511"}),
        ],
    )),
    "DATE-04": field(I, "OMP-01", "ORC", 9, ""),
    "NUM-OBX-5": field(W, "OML-11", "OBX", 5, "< 0.02"),
    "TYP-01": field(W, "OML-11", "OBX", 2, "SN"),
    "TYP-02": field(W, "OMP-01", "TQ1", 7, "20240230"),
    "TYP-03": field(I, "OMG-01", "ORC", 3, "1" * 30),
    "COD-01": field(W, "OMP-01", "PV1", 2, "N"),
    "COD-02": field(W, "OML-11", "OBX", 3, "2A03000000193010^見本^JC10"),
    "COD-03": field(I, "PPR-01", "PRB", 10, "K29.7^^I10"),
    "COD-04": field(I, "OMP-01", "TQ1", 3, "1012044400000000&朝夕&JAMISDP01"),
    "COD-05": field(I, "OML-11", "OBX", 3, "0012^GLU^99LAB"),
    "LNK-01": field(W, "OMG-11", "IPC", 3, "1.2.abc"),
    "RX-01": field(W, "OMP-01", "RXE", 10, "14"),
    "RX-02": (W, "TQ1[2]-3", lambda: of_file(
        "OMP-01",
        clean.segments("OMP-01") + replaced(clean.segments("OMP-01")[4:], "TQ1", 6, "14^D&日&ISO+"),
    )),
    "LAB-01": field(I, "OML-11", "OBX", 8, "N"),
    "GET-01": (I, "storage", listed),
    "IDX-01": (E, "row", indexed(lambda rows: [rows[0]._replace(file_name=f"{STEM}_2")])),
    "IDX-02": (E, "path", indexed(lambda _: [])),
    "IDX-03": (W, "EnterOrgCD", indexed(lambda rows: [rows[0]._replace(enter_org_cd="10")])),
    "IDX-04": (W, "OrderNo", indexed(lambda rows: [rows[0]._replace(order_no="1" * 25)])),
    "TRX-01": (E, "header", logged(
        (HEADER, clean.segments("OMP-01")), raw=b"#SSMIX,2.00,1,2,-,ADT-00,UPD\r"
    )),
    "TRX-02": (W, "MSH-9", logged((HEADER, clean.segments("OML-11")))),
    "TRX-03": (W, "path", logged(
        (HEADER, clean.segments("OMP-01")),
        (HEADER._replace(operation="DEL", timestamp="20240511000000000"), clean.segments("OMP-01")),
    )),
    "EXT-01": (E, "path", content_folder({"a.xml": document(), "b.xml": document()})),
    "EXT-02": (W, "path", content_folder({"main_document.pdf": b"%PDF"}, "紹介状^57133-1")),
    "EXT-03": (W, "code", content_folder({"main_document.xml": document(code="11506-3")})),
    "EXT-04": (W, "reference[1]", content_folder(
        {"main_document.xml": document(more='<text><reference value="../../x.pdf"/></text>')}
    )),
    "EXT-05": (E, "document", content_folder(
        {"main_document.xml": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'}
    )),
}  # fmt: skip

KEYS = {"MSH-9", "PID-3", "ORC-2", "OBR-2", "PRB-4", "IPC-1", "IPC-3"}
REQUIRED = """
    OMP-01: MSH 2 7 9 10 11 12 18, PID 3 5 7 8, PV1 2, ORC 1 2 4, RXE 2 3 5 10 11, RXR 1
    ADT-00: EVN 2, PID 33, NK1 1, DB1 1 2 4, AL1 1 3, IN1 1 2
    ADT-61: IAM 1 3 6
    PPR-01: PRB 1 2 3 4, ZPR 2
    OMD: ODS 1 3
    OMP-02: RXC 1 2 3 4, CTI 1, ORC 17 29
    OMP-11: RXA 1 2 3 4 5 6
    OML-11: SPM 4, OBX 3 5 11
    OMG-01: ORC 9 12, TQ1 1 9, OBX 2
    OMG-03: OBR 1 2 4
    OMG-12: ZE1 1 2 3, IPC 1 3 5
"""
MAY_BE_EMPTY = "ADT-00: EVN 7\nOML-11: SPM 1 2 8 17, ORC 5 29\nOML-01: TQ1 7 9"
MUST_EXIST = {
    "EVN": "ADT-12", "PID": "OMP-01", "PV1": "ADT-12", "PV2": "ADT-21", "IAM": "ADT-61", "PRB": "PPR-01",
    "ORC": "OMD", "ODS": "OMD", "RXE": "OMP-01", "TQ1": "OMP-01", "RXR": "OMP-01", "RXA": "OMP-11",
    "SPM": "OML-11", "OBR": "OML-11", "IPC": "OMG-11",
}  # fmt: skip
NUMBERS = """
    OMP-01: MSH 13, PID 25, PV1 26 27 32 33 46 47 48 49, RXE 3 4 10 12 16 17 25 28 33 39, TQ1 14
    ADT-00: PV2 10 11 20, IN1 33 34 39
    PPR-01: PRB 6 20
    OMP-11: RXA 1 2 6 13 23
    OMP-02: RXC 3 5 8
    OML-11: OBX 9, SPM 13 26, OBR 37
    OMG-11: ZE1 4, ZE2 6
"""
NUMBER_PARTS = """
    OMP-01: TQ1 2.1 5.1 6.1 13.1 3.3 3.4 3.5 3.9, RXE 19.1, PID 13.5 13.6 13.7 13.8 14.5 14.6 14.7 14.8
    OMP-01: ORC 21.3 21.4 23.5 23.6 23.7 23.8
    OMG-11: ZE2 2.1 3.1 4.1 5.1, ZE1 9.4 9.6 10.5 10.6 10.7 10.8
    OML-11: SPM 12.1 25.1
    ADT-00: NK1 5.5 5.6 5.7 5.8 6.5 6.6 6.7 6.8 13.3 13.4, IN1 4.3 4.4 11.3 11.4
    ADT-61: IAM 19.3 19.4
"""


def table(text: str) -> list[tuple[str, str, str]]:
    """Read kind, segment and field of every entry of a list."""
    found = []
    for each in text.strip().splitlines():
        kind, _, entries = each.strip().partition(": ")
        for entry in entries.split(", "):
            segment, *numbers = entry.split()
            found += [(kind, segment, number) for number in numbers]
    return found


def planted() -> dict[str, Case]:
    """Give every single id of chapter 7 and its planted violation."""
    cases = dict(SINGLE)
    for kind, segment, number in table(REQUIRED):
        severity = E if f"{segment}-{number}" in KEYS else W
        cases[f"REQ-{segment}-{number}"] = field(severity, kind, segment, int(number), "")
    for kind, segment, number in table(MAY_BE_EMPTY):
        cases[f"RE-{segment}-{number}"] = field(I, kind, segment, int(number), "")
    for segment, kind in MUST_EXIST.items():
        cases[f"REQ-SEG-{segment}"] = lines_of(E, "message", kind, without(segment))
    for kind, segment, number in table(NUMBERS):
        severity, _, check = field(W, kind, segment, int(number), "2 8")
        cases[f"NUM-{segment}-{number}"] = severity, f"{segment}[1]-{number}", check
    for kind, segment, place in table(NUMBER_PARTS):
        number, _, part = place.partition(".")
        value = "^" * (int(part) - 1) + "five"
        cases[f"NUM-{segment}-{place}"] = field(W, kind, segment, int(number), value, f".{part}")
    for kind, events in clean.EVENTS.items():
        cases |= {f"ORD-{event}": (W, "message", disordered(kind, event)) for event in events}
    cases["ORD-ORU^R30"] = (W, "message", disordered("OMG-13", "ORU^R30"))
    return cases


def disordered(kind: str, event: str) -> Callable[[], list[Finding]]:
    """Check a message with a second PID at its end."""
    lines = clean.segments(kind, event)
    return lambda: of_file(kind, [*lines, next(each for each in lines if each.startswith("PID"))])


PLANTED = planted()


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_violation_is_found_with_its_severity_and_place(code: str) -> None:
    severity, place, check = PLANTED[code]
    found = [one for one in check() if one.code == code]
    assert (code, severity, place) in {(one.code, one.severity, one.place) for one in found}
    assert all(not re.search(r"五日|試験|0012345678", one.message) for one in found)


@pytest.mark.parametrize(
    ("kind", "event"), [(kind, event) for kind, each in clean.EVENTS.items() for event in each]
)
def test_of_a_clean_message_no_rule_says_anything(kind: str, event: str) -> None:
    assert of_file(kind, clean.segments(kind, event)) == []


def test_the_36_messages_of_the_26_kinds_are_all_here() -> None:
    assert len(clean.EVENTS) == 26
    assert sum(map(len, clean.EVENTS.values())) == 36


@pytest.mark.parametrize(
    "check",
    [
        versions((EARLY, "2", "NW"), (LATE, "1", "NW")),
        versions((EARLY, "0", "NW"), (LATE, "0", "CA")),
        indexed(lambda rows: rows),
        logged((HEADER, clean.segments("OMP-01"))),
        logged(
            (HEADER, clean.segments("OMP-01")),
            (HEADER._replace(timestamp="20240511000000000"), clean.segments("OMP-01")),
            stored=(
                clean.named("OMP-01", flag="2"),
                clean.named("OMP-01", timestamp="20240511000000000"),
            ),
        ),
        content_folder({"main_document.xml": document(), "a.png": b"PNG"}),
        content_folder(
            {"main_document.xml": document(more='<text><reference value="a.png"/></text>'), "a.png": b""}
        ),
        content_folder({"main_document.xml": document(code="MD0020730", system="1.2.392.200119")}, REFERRAL),
        content_folder({"main_document.xml": document(patient=f" {clean.PATIENT} ")}),
        content_folder({"main_document.pdf": b"%PDF"}, "L1^心電図^99ZL01"),
    ],
)
def test_the_control_of_a_storage_is_clean(check: Callable[[], list[Finding]]) -> None:
    assert check() == []


def test_the_list_the_catalogue_and_the_planted_violations_are_the_same() -> None:
    ours = {code for code in members() if not code.startswith("READ-")}
    assert ours == set(PLANTED)
    assert {code: members()[code] for code in PLANTED} == {code: case[0] for code, case in PLANTED.items()}


def test_every_check_stands_in_the_catalogue_with_its_severity_and_clause() -> None:
    by_id = {one.id: one for one in CATALOGUE}
    assert len(by_id) == len(CATALOGUE)
    for rule in RULES:
        words = described(rule.id)
        assert words is not None
        assert words.clause == rule.clause
        if rule.id in by_id:
            assert words.severity is rule.severity
    assert all(one.english.endswith(".") and one.japanese for one in CATALOGUE)


@pytest.mark.parametrize("system", ["", "1.2.392.200119.5.3"])
def test_a_code_of_another_system_is_another_kind(system: str) -> None:
    (found,) = content_folder({"main_document.xml": document(system=system)})()
    assert (found.code, found.place) == ("EXT-03", "code")


def test_an_id_of_somebody_else_belongs_to_no_family() -> None:
    assert [described(code) for code in ("READ-03", "READ-04", "ORDER-1", "RED", "NUMBER")] == [None] * 5
    assert [one and one.id for one in map(described, ("RE-ORC-5", "REQ-SEG-PV1", "REQ-PID-33"))] == [
        "RE", "REQ-SEG", "REQ"
    ]  # fmt: skip


def test_a_deletion_in_the_index_stands_at_the_last_file_of_its_key() -> None:
    found = indexed(lambda rows: [rows[0]._replace(processing_type=DELETE)])()
    assert [(one.code, one.place) for one in found] == [("IDX-03", "ProcessingType")]


@pytest.mark.parametrize(
    "value", ["/etc/hostname", "http://example.org/x", "..%2Fx", "C:\\x", "\\\\host\\x", "missing"]
)
def test_a_reference_that_leads_outside_is_found_and_never_followed(value: str) -> None:
    found = content_folder({"main_document.xml": document(more=f'<r><reference value="{value}"/></r>')})()
    assert {one.code for one in found} == {"EXT-04"}


def test_a_document_in_an_encoding_of_japanese_hospitals_is_checked_and_not_refused() -> None:
    """Expat itself knows no Shift_JIS; readers and checker have one parser that does."""
    for code, found in (("18842-5", []), ("11506-3", ["EXT-03"])):
        text = document(code, more="<title>退院時要約</title>").decode()
        content = f'<?xml version="1.0" encoding="Shift_JIS"?>{text}'.encode("cp932")
        findings = content_folder({"main_document.xml": content})()
        assert [one.code for one in findings] == found
