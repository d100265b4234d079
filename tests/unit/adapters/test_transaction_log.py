"""A transaction storage followed: what is current, what was superseded, what was deleted, what came twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.crawl import Look
from adapters.ssmix2_transactions import TransactionLog
from hie.exchange.ports.spool import Item
from hie.record.entry import Format
from hie.record.errors import NotFound
from hie.store.spool import SqliteSpool
from ssmix2.transactions import Header, TransactionWriter

SOURCE = "log"
LATE = 1 << 62
NOW = "20260301120000000"
SMALL = 200
"""Bytes after which the writer begins another file."""


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[SqliteSpool]:
    opened = SqliteSpool(tmp_path / "spool.sqlite3", {SOURCE: Format.SSMIX2})
    yield opened
    opened.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "transactions"
    folder.mkdir()
    return folder


def header(order: int, stamp: int, operation: str = "INS", kind: str = "OMP-01") -> Header:
    return Header(
        "1310000001", "0000700007", "20260301", kind, f"{order:015}", operation, "01", f"20260301{stamp:09}"
    )


def names(spool: SqliteSpool) -> list[str]:
    return sorted(item.found.name for item in items(spool))


def items(spool: SqliteSpool) -> list[Item]:
    return list(spool.to_examine(["0000700007"], 1_000))


def name(order: int, stamp: int, flag: int) -> str:
    return f"0000700007_20260301_OMP-01_{order:015}_20260301{stamp:09}_01_{flag}"


def test_a_correction_supersedes_and_a_deletion_deletes_all(root: Path, spool: SqliteSpool) -> None:
    log = TransactionLog(SOURCE, root)
    with TransactionWriter(root) as writer:
        writer.append(header(1, 1), b"one", NOW)
        writer.append(header(2, 2), b"other", NOW)
        assert log.look(spool, LATE).changed == 2
        assert names(spool) == [name(1, 1, 1), name(2, 2, 1)]
        writer.append(header(1, 3), b"two", NOW)
        log.look(spool, LATE)
        assert names(spool) == [name(1, 1, 2), name(1, 3, 1), name(2, 2, 1)]
        writer.append(header(1, 4, "DEL"), b"cancelled", NOW)
        log.look(spool, LATE)
    assert names(spool) == [name(1, 1, 0), name(1, 3, 0), name(1, 4, 0), name(2, 2, 1)]
    found = {item.found.name: item.found for item in items(spool)}
    assert log.open(found[name(1, 3, 0)], 1_000) == b"two\r"
    assert log.look(spool, LATE, sweep=True) == Look(0, "")


def test_what_is_read_at_once_or_bit_by_bit_is_the_same(
    root: Path, spool: SqliteSpool, tmp_path: Path
) -> None:
    other = SqliteSpool(tmp_path / "other.sqlite3", {SOURCE: Format.SSMIX2})
    log = TransactionLog(SOURCE, root)
    with TransactionWriter(root, SMALL) as writer:
        for step in range(60):
            operation = "DEL" if step % 7 == 6 else "INS"
            body = b"" if step % 14 == 6 else b"body %d" % step
            writer.append(header(step % 5, step, operation), body, NOW)
            log.look(spool, LATE)
    TransactionLog(SOURCE, root).look(other, LATE)
    assert names(spool) == names(other)
    assert len(names(spool)) == 56
    other.close()


def test_a_message_sent_again_replaces_the_first(root: Path, spool: SqliteSpool) -> None:
    log = TransactionLog(SOURCE, root)
    with TransactionWriter(root) as writer:
        writer.append(header(1, 1), b"one", NOW)
        log.look(spool, LATE)
        writer.append(header(1, 1), b"one", NOW)
        writer.append(header(1, 1), b"one again", NOW)
        log.look(spool, LATE)
    assert names(spool) == [name(1, 1, 1)]
    assert log.open(items(spool)[0].found, 1_000) == b"one again\r"


def test_a_record_that_cannot_be_read_waits_in_quarantine_and_stops_nothing(
    root: Path, spool: SqliteSpool
) -> None:
    (root / "2026").mkdir()
    (root / "2026" / "TR_20260301120000000_00001.DAT").write_bytes(
        b"#SSMIX,2.00,1,0000700007,20260301,OMP-01,000000000000001,UPD,01,20260301000000001\rbad\r"
        + header(2, 2).text().encode()
        + b"\rgood\r"
    )
    TransactionLog(SOURCE, root).look(spool, LATE)
    assert names(spool) == [name(2, 2, 1)]
    assert [item.reason for item in spool.unreadable(10)] == ["TRX-01"]


def test_a_log_that_is_away_changes_nothing_and_one_taken_away_lets_go(
    root: Path, spool: SqliteSpool
) -> None:
    log = TransactionLog(SOURCE, root)
    with TransactionWriter(root, SMALL) as writer:
        for step in range(6):
            writer.append(header(step, step), b"x" * 80, NOW)
    log.look(spool, LATE)
    away = root.with_name("away")
    root.rename(away)
    assert log.look(spool, LATE, sweep=True).trouble.startswith("volumes away")
    assert len(names(spool)) == 6
    away.rename(root)
    oldest = min((root / "2026").iterdir())
    lost = next(item.found for item in items(spool) if oldest.name in item.found.locator)
    oldest.unlink()
    assert log.look(spool, LATE, sweep=True).changed > 0
    left = [item.found for item in items(spool)]
    assert left
    assert lost not in left
    with pytest.raises(NotFound):
        log.open(lost, 1_000)


@pytest.mark.parametrize("sweep", [False, True])
def test_an_empty_mount_point_is_a_log_that_is_away(root: Path, spool: SqliteSpool, sweep: bool) -> None:  # noqa: FBT001
    log = TransactionLog(SOURCE, root)
    with TransactionWriter(root, SMALL) as writer:
        for step in range(6):
            writer.append(header(step, step), b"x" * 80, NOW)
    log.look(spool, LATE)
    server = root.with_name("server")
    root.rename(server)
    root.mkdir()
    looked = log.look(spool, LATE, sweep=sweep)
    assert (looked.changed, looked.away) == (0, True)
    assert len(names(spool)) == 6
    root.rmdir()
    server.rename(root)
    assert log.look(spool, LATE, sweep=True) == Look(0, "")
    assert len(names(spool)) == 6


def test_a_log_of_which_only_new_files_are_left_is_followed(root: Path, spool: SqliteSpool) -> None:
    log = TransactionLog(SOURCE, root)
    with TransactionWriter(root) as writer:
        writer.append(header(1, 1), b"one", NOW)
    log.look(spool, LATE)
    (old,) = (root / "2026").iterdir()
    with TransactionWriter(root) as writer:
        writer.append(header(2, 2), b"two", "20260302120000000")
    old.unlink()
    assert not log.look(spool, LATE, sweep=True).away
    assert names(spool) == [name(2, 2, 1)]
