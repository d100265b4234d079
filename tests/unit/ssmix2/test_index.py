"""The index database follows the life of files, and a log replayed gives what the index says."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from hie.record.errors import Unavailable
from ssmix2.index import COLUMNS, Index, build, rebuilt
from ssmix2.layout import FileName
from ssmix2.replay import replay
from ssmix2.transactions import START, Header, TransactionWriter, read_after
from ssmix2.validation import check_index, check_storage, check_transactions
from ssmix2.volumes import Volume, as_volumes
from tests.unit.ssmix2 import clean

STANDARD, EXTENDED = Volume("STD01", Path("standard")), Volume("ANX01", Path("extended"))
TIMES = ["20240510101502004", "20240510143000120", "20240511090000000"]
NEW = Header("1312345678", *clean.named("OMP-01")[:4], "INS", "01", TIMES[0])
UPDATE, DELETION = NEW._replace(timestamp=TIMES[1]), NEW._replace(operation="DEL", timestamp=TIMES[2])
FIRST, SECOND, THIRD = (f"2024-05-1{day} 00:00:00.000000" for day in (1, 2, 3))


def states(index: Index) -> list[tuple[str, str, str]]:
    return [(row.transaction_datetime, row.flag, row.processing_type) for row in index.rows()]


def test_the_columns_are_those_of_the_specification(tmp_path: Path) -> None:
    with Index(tmp_path / "index.sqlite"):
        pass
    with sqlite3.connect(tmp_path / "index.sqlite") as base:
        columns = [(name, kind) for _, name, kind, *_ in base.execute("PRAGMA table_info(SSMIXIDX)")]
    base.close()
    assert columns[0] == ("UniqueID", "INTEGER")
    assert columns[1:] == [(name, kind) for name, kind, _ in COLUMNS]
    assert [name for name, _ in columns[1:4]] == ["VolumeLabel", "FacilityID", "PatientID"]


def test_an_update_and_a_deletion_rename_rows_and_add_their_own() -> None:
    with Index("") as index:
        index.apply(NEW, STANDARD, FIRST)
        assert states(index) == [(TIMES[0], "1", "INS")]
        index.apply(UPDATE, STANDARD, SECOND)
        assert states(index) == [(TIMES[0], "2", "INS"), (TIMES[1], "1", "INS")]
        index.apply(DELETION, STANDARD, THIRD)
        assert states(index) == [(TIMES[0], "0", "INS"), (TIMES[1], "0", "INS"), (TIMES[2], "0", "DEL")]


def test_a_deletion_in_an_extended_storage_writes_nothing_new() -> None:
    with Index("") as index:
        index.apply(NEW, EXTENDED, FIRST)
        index.apply(DELETION, EXTENDED, SECOND)
        assert states(index) == [(TIMES[0], "0", "INS")]


def test_the_same_change_twice_is_one_change() -> None:
    with Index("") as index:
        for header in (NEW, UPDATE, NEW, UPDATE):
            index.apply(header, STANDARD, FIRST)
        assert states(index) == [(TIMES[0], "2", "INS"), (TIMES[1], "1", "INS")]


def test_the_feed_gives_what_changed_and_goes_on_from_its_last_row() -> None:
    with Index("") as index:
        index.apply(NEW, STANDARD, FIRST)
        index.apply(UPDATE, STANDARD, SECOND)
        first, second = index.changed_after("")
        assert [first.row.flag, second.row.flag] == ["2", "1"]
        assert [one.number for one in index.changed_after(FIRST, limit=1)] == [first.number]
        assert index.changed_after(first.row.update_datetime, first.number) == [second]
        assert index.changed_after(second.row.update_datetime, second.number) == []


def filed(root: Path, name: FileName) -> None:
    path = root / name.locator()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(clean.written(clean.segments("OMP-01")))


def test_an_index_built_from_volumes_agrees_with_them(tmp_path: Path) -> None:
    filed(tmp_path / "a", clean.named("OMP-01", flag="0", timestamp=TIMES[0]))
    filed(tmp_path / "a", clean.named("OMP-01", flag="0", timestamp=TIMES[2]))
    filed(tmp_path / "b", clean.named("OMP-01", order_number="000000000000007"))
    folder = f"001/234/{clean.PATIENT}/{clean.DAY}/^SUM^^18842-5^退院時サマリー^LN"
    content = tmp_path / "c" / folder / f"{clean.PATIENT}_{clean.DAY}_18842-5_7_{clean.STAMP}_01_0"
    content.mkdir(parents=True)
    volumes = as_volumes([tmp_path / "a", tmp_path / "b"], [tmp_path / "c"])
    with rebuilt(tmp_path / "index.sqlite") as index:
        assert list(build(index, volumes, "1312345678", FIRST)) == [4]
    with Index(tmp_path / "index.sqlite", read_only=True) as index:
        assert list(check_index(index, volumes)) == []
        assert sorted((row.volume_label, row.flag, row.processing_type) for row in index.rows()) == [
            ("ANX01", "0", "INS"),
            ("STD01", "0", "DEL"),
            ("STD01", "0", "INS"),
            ("STD02", "1", "INS"),
        ]
        assert {row.out_rel_directory for row in index.rows()} >= {folder}
        assert len(list(index.of_patient(clean.PATIENT))) == 4


def test_a_build_that_fails_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    with Index(tmp_path / "index.sqlite") as index:
        index.apply(NEW, STANDARD, FIRST)
    with pytest.raises(FileNotFoundError), rebuilt(tmp_path / "index.sqlite") as index:
        list(build(index, as_volumes([tmp_path / "nowhere"]), "1", SECOND))
    with Index(tmp_path / "index.sqlite", read_only=True) as index:
        assert states(index) == [(TIMES[0], "1", "INS")]


@pytest.mark.parametrize("content", [b"", b"no database at all, but a text of some length"])
def test_what_is_no_index_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "index.sqlite"
    path.write_bytes(content)
    with pytest.raises(Unavailable):
        Index(path, read_only=True)


def test_a_row_that_leads_out_of_its_volume_is_a_missing_file(tmp_path: Path) -> None:
    root = tmp_path / "root"
    filed(root, clean.named("OMP-01"))
    (tmp_path / "secret").write_bytes(b"")
    with Index("") as index:
        list(build(index, as_volumes([root]), "1", FIRST))
        (row,) = index.rows()
        index.clear()
        index.add([row, row._replace(out_rel_directory="..", file_name="secret")])
        found = [one.finding.code for one in check_index(index, as_volumes([root]))]
    assert found[0] == "IDX-01"
    assert "IDX-02" not in found


def test_a_log_replayed_gives_the_storage_it_was_written_beside(tmp_path: Path) -> None:
    log, root = tmp_path / "log", tmp_path / "root"
    log.mkdir()
    body = clean.written(clean.segments("OMP-01"))
    with TransactionWriter(log) as writer:
        for header in (NEW, UPDATE, NEW._replace(order_number="000000000000007"), DELETION):
            writer.append(header, body, clean.STAMP)
    for _ in range(2):  # the second time nothing changes
        records = read_after(log, START, settled_before_ns=1 << 62)
        assert all(one.finding is None for one in replay(records, root))
    names = sorted(path.name for path in root.rglob("*") if path.is_file())
    assert [name.split("_")[3:] for name in names] == [
        ["000000000000007", TIMES[0], "01", "1"],
        [clean.ORDER, TIMES[0], "01", "0"],
        [clean.ORDER, TIMES[1], "01", "0"],
        [clean.ORDER, TIMES[2], "01", "0"],
    ]
    codes = {one.finding.code for one in check_transactions(log, as_volumes([root]))}
    assert codes == {"TRX-02"}  # one message was filed under another order's number on purpose


@pytest.mark.parametrize("changed", [{"order_number": "1_2"}, {"department": "0_1"}])
def test_a_record_whose_name_cannot_be_read_back_is_left_out(tmp_path: Path, changed: dict[str, str]) -> None:
    with TransactionWriter(tmp_path) as writer:
        writer.append(NEW._replace(**changed), b"MSH|\r", clean.STAMP)
    (one,) = replay(read_after(tmp_path, START, settled_before_ns=1 << 62), tmp_path / "root")
    assert one.finding is not None
    assert not (tmp_path / "root").exists()


def test_versions_are_put_together_across_volumes(tmp_path: Path) -> None:
    filed(tmp_path / "a", clean.named("OMP-01", timestamp=TIMES[0], flag="2"))
    filed(tmp_path / "b", clean.named("OMP-01", timestamp=TIMES[1]))
    roots = [tmp_path / "a", tmp_path / "b"]
    codes = {one.finding.code for one in check_storage(*roots)}
    assert not any(code.startswith("KEY") for code in codes)
    assert "KEY-02" in {one.finding.code for one in check_storage(tmp_path / "a")}
    filed(tmp_path / "a", clean.named("OMP-01", timestamp=TIMES[1]))
    doubled = [one for one in check_storage(*roots) if one.finding.code == "KEY-01"]
    assert [one.path.partition("/")[0] for one in doubled] == ["STD02"]
