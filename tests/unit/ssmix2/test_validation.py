"""The checker: each rule finds the violation planted for it, and nothing in a clean storage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hie.record.findings import Severity
from ssmix2.encoding import encode
from ssmix2.layout import FileName
from ssmix2.validation import RULES, check_file, check_storage
from ssmix2.validation.departments import DEPARTMENTS
from tests.unit.ssmix2 import invented as our


def changed(kind: str, change: Callable[[str], str]) -> set[str]:
    """Check a case after a change of its text, and give the ids found."""
    name = our.named(kind)
    text = our.content(kind).decode("iso2022_jp")
    damaged = change(text)
    assert damaged != text
    return {one.finding.code for one in check_file(name.locator(), name.text(), encode(damaged))}


def with_field(segment: str, number: int, value: str) -> Callable[[str], str]:
    """Set one field of the first segment of a name."""

    def change(text: str) -> str:
        lines = text.split("\r")
        place = next(index for index, line in enumerate(lines) if line.startswith(segment))
        fields = lines[place].split("|")
        at = number - 1 if segment == "MSH" else number
        fields += [""] * (at + 1 - len(fields))
        fields[at] = value
        lines[place] = "|".join(fields)
        return "\r".join(lines)

    return change


def without(segment: str) -> Callable[[str], str]:
    """Leave every segment of a name out."""
    return lambda text: "\r".join(line for line in text.split("\r") if not line.startswith(segment))


def moved(segment: str, before: str) -> Callable[[str], str]:
    """Put the first segment of a name before the first of another."""

    def change(text: str) -> str:
        lines = text.split("\r")
        line = next(each for each in lines if each.startswith(segment))
        lines.remove(line)
        lines.insert(next(index for index, each in enumerate(lines) if each.startswith(before)), line)
        return "\r".join(lines)

    return change


FIELDS: list[tuple[str, str, str, int, str]] = [
    ("JIS-07", "OMP-01", "MSH", 18, "UNICODE UTF-8"),
    ("JIS-07", "OMP-01", "MSH", 20, "other"),
    ("MSH-B", "ADT-12", "MSH", 9, "ADT^A01^ADT_A01"),
    ("MSH-C", "ADT-12", "MSH", 9, "ADT^A04^ADT_A05"),
    ("MSH-D", "OMP-01", "MSH", 7, "202405101015"),
    ("MSH-D", "OMP-01", "MSH", 7, "20240510101503"),
    ("MSH-E", "OMP-01", "MSH", 12, "2.4"),
    ("MSH-E", "OMP-01", "MSH", 11, "T"),
    ("ID-01", "OMP-01", "PID", 3, "12345678^^^^PI"),
    ("ID-02", "OMP-01", "ORC", 2, "000000000104712"),
    ("ID-02", "OML-11", "OBR", 2, "000000000104712"),
    ("ID-03", "OMP-01", "ORC", 17, "10^外科^HL70069"),
    ("ID-03", "ADT-22", "PV1", 10, "10"),
    ("DATE-01", "OMP-01", "ORC", 9, "20240511"),
    ("DATE-01", "ADT-12", "PV1", 44, "202405110900"),
    ("DATE-01", "OML-11", "SPM", 17, "20240509"),
    ("DATE-04", "OMP-01", "ORC", 9, ""),
    ("REQ-MSH-10", "OMP-01", "MSH", 10, ""),
    ("REQ-EVN-2", "ADT-12", "EVN", 2, ""),
    ("REQ-PID-3", "OMP-01", "PID", 3, ""),
    ("REQ-PID-7", "OMP-01", "PID", 7, ""),
    ("REQ-PID-33", "ADT-00", "PID", 33, ""),
    ("REQ-PV1-2", "OMP-01", "PV1", 2, ""),
    ("REQ-AL1-3", "ADT-00", "AL1", 3, ""),
    ("REQ-IN1-2", "ADT-00", "IN1", 2, ""),
    ("REQ-ORC-1", "OMP-01", "ORC", 1, ""),
    ("REQ-ORC-2", "OMP-01", "ORC", 2, ""),
    ("REQ-ORC-4", "OMP-01", "ORC", 4, ""),
    ("REQ-ORC-9", "OMG-01", "ORC", 9, ""),
    ("REQ-ORC-12", "OMG-11", "ORC", 12, ""),
    ("REQ-ORC-17", "OMP-02", "ORC", 17, ""),
    ("REQ-ORC-29", "OMP-02", "ORC", 29, ""),
    ("REQ-RXE-2", "OMP-01", "RXE", 2, ""),
    ("REQ-RXE-3", "OMP-01", "RXE", 3, ""),
    ("REQ-RXE-10", "OMP-01", "RXE", 10, ""),
    ("REQ-RXE-11", "OMP-01", "RXE", 11, ""),
    ("REQ-RXR-1", "OMP-01", "RXR", 1, ""),
    ("REQ-RXC-3", "OMP-02", "RXC", 3, ""),
    ("REQ-TQ1-1", "OMG-01", "TQ1", 1, ""),
    ("REQ-TQ1-9", "OMG-01", "TQ1", 9, ""),
    ("REQ-SPM-4", "OML-11", "SPM", 4, ""),
    ("REQ-OBR-4", "OML-11", "OBR", 4, ""),
    ("REQ-OBX-3", "OML-11", "OBX", 3, ""),
    ("REQ-OBX-5", "OML-11", "OBX", 5, ""),
    ("REQ-OBX-11", "OML-11", "OBX", 11, ""),
    ("REQ-ZE1-3", "OMG-11", "ZE1", 3, ""),
    ("REQ-IPC-1", "OMG-11", "IPC", 1, ""),
    ("REQ-IPC-5", "OMG-11", "IPC", 5, ""),
    ("REQ-PRB-1", "PPR-01", "PRB", 1, ""),
    ("REQ-ZPR-2", "PPR-01", "ZPR", 2, ""),
    ("RE-EVN-7", "ADT-12", "EVN", 7, ""),
    ("RE-ORC-5", "OML-11", "ORC", 5, ""),
    ("NUM-OBX-5", "OML-11", "OBX", 5, "< 0.02"),
    ("NUM-OBX-5", "OML-11", "OBX", 5, "1e3"),
    ("NUM-RXE-10", "OMP-01", "RXE", 10, "2 8"),
    ("NUM-RXE-19.1", "OMP-01", "RXE", 19, "three^TAB"),
    ("NUM-TQ1-6.1", "OMP-01", "TQ1", 6, "five^d"),
    ("NUM-TQ1-14", "OMP-01", "TQ1", 14, "ten"),
    ("TYP-01", "OML-11", "OBX", 2, "SN"),
    ("TYP-02", "OMP-01", "TQ1", 7, "20240230"),
    ("TYP-02", "OMP-01", "TQ1", 7, "2024051099"),
    ("TYP-02", "OMP-01", "TQ1", 7, "202413"),
    ("COD-02", "OML-11", "OBX", 3, "2A03000000193010^Hb^JC10"),
    ("COD-02", "OML-11", "OBX", 3, "2A030000002330101^Hb^JC10"),
    ("COD-03", "PPR-01", "PRB", 10, "K29.7^^I10"),
    ("COD-03", "PPR-01", "PRB", 3, "2005381^肺炎^MDCDX2"),
    ("COD-04", "OMP-01", "TQ1", 3, "1011040400000000&朝夕&JAMISDP01"),
    ("COD-04", "OMP-01", "TQ1", 3, "10110004&朝&JAMISDP01"),
    ("COD-05", "OML-11", "OBX", 3, "0012^GLU^99LAB"),
    ("LNK-01", "OMG-11", "IPC", 3, "1.2.abc"),
    ("RX-01", "OMP-01", "RXE", 10, "14"),
    ("LAB-01", "OML-11", "OBX", 8, "N"),
    ("LAB-01", "OML-11", "OBX", 8, "H"),
]


@pytest.mark.parametrize(("rule", "kind", "segment", "number", "value"), FIELDS)
def test_a_rule_finds_the_field_planted_for_it(
    rule: str, kind: str, segment: str, number: int, value: str
) -> None:
    assert rule in changed(kind, with_field(segment, number, value))


@pytest.mark.parametrize(
    ("rule", "kind", "change"),
    [
        ("REQ-SEG-RXE", "OMP-01", without("RXE")),
        ("REQ-SEG-SPM", "OML-11", without("SPM")),
        ("REQ-SEG-IPC", "OMG-11", without("IPC")),
        ("REQ-SEG-PV1", "ADT-12", without("PV1")),
        ("REQ-SEG-PRB", "PPR-01", without("PRB")),
        ("DATE-02", "OML-11", without("SPM")),
        ("DATE-02", "OMP-01", without("ORC")),
        ("ORD-RDE^O11", "OMP-01", without("RXE")),
        ("ORD-ADT^A04", "ADT-12", moved("PID", "EVN")),
        ("ORD-ADT^A08", "ADT-00", moved("AL1", "PV1")),
        ("ORD-ADT^A01", "ADT-22", moved("PV1", "PID")),
        ("ORD-ADT^A03", "ADT-52", moved("PV1", "PID")),
        ("ORD-PPR^ZD1", "PPR-01", moved("ZPR", "PRB")),
        ("ORD-OUL^R22", "OML-11", moved("OBR", "SPM")),
        ("ORD-OMG^O19", "OMG-01", without("TQ1")),
        ("ORD-OMI^Z23", "OMG-11", without("IPC")),
        ("JIS-05", "OMP-01", lambda text: text.replace("\r", "\n")),
        ("JIS-05", "OMP-01", lambda text: text[:-1]),
        ("JIS-06", "OMP-01", lambda text: text.replace("見本糖", "見本■")),
        ("MSH-A", "OMP-01", lambda text: text.replace("MSH|^~\\&", "MSH|^~\\#", 1)),
        ("MSH-A", "OMP-01", lambda text: "PID" + text),
        ("RX-02", "OMP-01", lambda text: text.replace("104711_02_001", "104711_01_002")),
        (
            "DATE-03",
            "OML-11",
            lambda text: (
                text.replace("|202405100905\rOBR", "|20240509\rOBR") + "SPM|2|||019|||||||||||||20240511\r"
            ),
        ),
    ],
)
def test_a_rule_finds_the_change_planted_for_it(rule: str, kind: str, change: Callable[[str], str]) -> None:
    assert rule in changed(kind, change)


@pytest.mark.parametrize("event", ["A11", "A13"])
def test_a_cancelling_message_follows_its_own_grammar(event: str) -> None:
    kind, record = ("ADT-22", our.ADMISSION) if event == "A11" else ("ADT-52", our.DISCHARGE)
    name = our.named(kind)
    data = our.content(kind, [record._replace(event=event)])
    assert check_file(name.locator(), name.text(), data) == []
    misplaced = encode(moved("PV1", "PID")(data.decode("iso2022_jp")))
    found = {one.finding.code for one in check_file(name.locator(), name.text(), misplaced)}
    assert f"ORD-ADT^{event}" in found


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        ("JIS-01", b"MSH|^~\\&|\x1b$B\x2d\x21\x1b(B\r"),
        ("JIS-02", b"MSH|^~\\&|\x1b$B;3ED\r"),
        ("JIS-03", "MSH|^~\\&|見本\r".encode()),
        ("JIS-03", "MSH|^~\\&|見本\r".encode("cp932")),
        ("JIS-04", b"MSH|^~\\&|\x1b(I1\x1b(B\r"),
        ("MSH-A", b""),
    ],
)
def test_a_rule_finds_the_bytes_planted_for_it(rule: str, data: bytes) -> None:
    name = our.named("OMP-01")
    assert rule in {one.finding.code for one in check_file(name.locator(), name.text(), data)}


def of_name(name: FileName, locator: str | None = None) -> set[str]:
    """Check a case under another name, and give the ids that speak of the path."""
    found = check_file(locator or name.locator(), name.text(), our.content("OMP-01"))
    return {one.finding.code for one in found if one.finding.place == "path"}


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        ("PATH-02", {"department": ""}),
        ("PATH-03", {"care_date": "20240231"}),
        ("PATH-04", {"data_kind": "OML-02"}),
        ("PATH-05", {"care_date": "-"}),
        ("PATH-05", {"data_kind": "PPR-01"}),
        ("PATH-06", {"order_number": "12"}),
        ("PATH-07", {"timestamp": "201601011500321"}),
        ("PATH-07", {"timestamp": "20240510991502004"}),
        ("PATH-08", {"department": "??"}),
        ("PATH-10", {"patient_id": "12"}),
    ],
)
def test_a_rule_finds_the_name_planted_for_it(rule: str, parts: dict[str, str]) -> None:
    assert rule in of_name(our.named("OMP-01")._replace(**parts))


def test_a_file_in_the_wrong_folder_is_found_where_folders_are_known() -> None:
    name = our.named("OMP-01")
    assert of_name(name, f"999/901/9999013/20110630/ADT-31/{name.text()}") == {"PATH-01"}
    assert of_name(name, name.text()) == set()


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("PATH-02", "0012345678_20240510_OMP-01_000000000104711_20240510101502004_01_1.bak_x"),
        ("PATH-02", "0012345678_20240510_OMP-01_000000000104711_2024_01_1"),
        ("PATH-03", "0012345678_2024510_OMP-01_000000000104711_20240510101502004_01_1"),
        ("PATH-09", "0012345678_20240510_OMP-01_000000000104711_20240510101502004_01_3"),
        ("PATH-11", "Thumbs.db"),
    ],
)
def test_a_name_outside_the_grammar_is_found(rule: str, name: str) -> None:
    assert [one.finding.code for one in check_file(name, name, b"")] == [rule]


def test_a_finding_names_the_place_and_repeats_no_value() -> None:
    name = our.named("OML-11")
    text = our.content("OML-11").decode("iso2022_jp").replace("|9.8|", "|7.7 high|")
    (finding,) = (
        one.finding
        for one in check_file(name.locator(), name.text(), encode(text))
        if one.finding.code == "NUM-OBX-5"
    )
    assert finding.place == "OBX[1]-5"
    assert "7.7" not in finding.message


def test_every_rule_has_its_own_id() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert all(rule.clause.startswith("§") for rule in RULES)


def test_the_department_table_holds_two_and_three_characters() -> None:
    assert {"01", "06A", "7B1", "9Z", "39"} <= DEPARTMENTS
    assert {len(code) for code in DEPARTMENTS} == {2, 3}
    assert all(code[:2] in DEPARTMENTS for code in DEPARTMENTS)
    assert len(DEPARTMENTS) == 320


def in_storage(root: Path) -> list[tuple[str, str]]:
    """Check a storage and give path and id of errors and warnings."""
    return [
        (one.path, one.finding.code)
        for one in check_storage(root)
        if one.finding.severity is not Severity.INFORMATION
    ]


EARLY, LATE = "20240510101502004", "20240510143000120"


def stored(root: Path, timestamp: str, flag: str, status: str = "NW") -> str:
    """File one version of the prescription."""
    envelope = our.ENVELOPE._replace(sent_at=timestamp)
    name = our.named("OMP-01", envelope, flag)
    our.put(root, name, our.content("OMP-01", [our.DRUG._replace(status=status)]))
    return name.locator()


def test_a_written_storage_is_clean(tmp_path: Path) -> None:
    our.fill(tmp_path)
    assert in_storage(tmp_path) == []


def renamed(root: Path, locator: str, flag: str) -> str:
    """Give a version on disk another flag."""
    path = root / locator
    return str(path.rename(f"{str(path)[:-1]}{flag}").relative_to(root))


def test_a_life_on_disk_from_new_to_deleted_is_clean(tmp_path: Path) -> None:
    """The three moments of the life cycle in the fact sheet, §8."""
    first = stored(tmp_path, EARLY, "1")
    assert in_storage(tmp_path) == []
    first = renamed(tmp_path, first, "2")
    second = stored(tmp_path, LATE, "1")
    assert in_storage(tmp_path) == []
    for version in (first, second):
        renamed(tmp_path, version, "0")
    stored(tmp_path, "20240511090000000", "0", "CA")
    assert in_storage(tmp_path) == []
    assert sorted(path.name[-1] for path in tmp_path.rglob("*_OMP-01_*")) == ["0", "0", "0"]


def test_two_valid_versions_are_an_error(tmp_path: Path) -> None:
    stored(tmp_path, EARLY, "1")
    latest = stored(tmp_path, LATE, "1")
    assert in_storage(tmp_path) == [(latest, "KEY-01")]


def test_a_superseded_version_alone_is_found(tmp_path: Path) -> None:
    path = stored(tmp_path, EARLY, "2")
    assert in_storage(tmp_path) == [(path, "KEY-02")]


def test_a_valid_version_older_than_its_deletion_is_found(tmp_path: Path) -> None:
    stored(tmp_path, EARLY, "1")
    path = stored(tmp_path, LATE, "0", "CA")
    assert in_storage(tmp_path) == [(path, "KEY-03")]


def test_a_deletion_without_its_message_is_found(tmp_path: Path) -> None:
    stored(tmp_path, EARLY, "0")
    path = stored(tmp_path, LATE, "0")
    assert in_storage(tmp_path) == [(path, "KEY-04")]
    stored(tmp_path, LATE, "0", "CA")
    assert in_storage(tmp_path) == []


def test_a_withdrawn_reception_needs_no_message(tmp_path: Path) -> None:
    our.put(tmp_path, our.named("ADT-12", flag="0"), our.content("ADT-12"))
    assert in_storage(tmp_path) == []


def test_foreign_files_are_found_at_every_level(tmp_path: Path) -> None:
    our.fill(tmp_path)
    for place in ("Thumbs.db", "001/.DS_Store", "001/234/0012345678/desktop.ini"):
        (tmp_path / place).write_bytes(b"")
    assert [one.path for one in check_storage(tmp_path) if one.finding.code == "PATH-11"] == [
        "Thumbs.db",
        "001/.DS_Store",
        "001/234/0012345678/desktop.ini",
    ]
