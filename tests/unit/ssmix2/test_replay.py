"""A log is replayed into a storage: every change once, however often it is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssmix2.index import Index
from ssmix2.replay import replay
from ssmix2.transactions import START, Header, TransactionWriter, read_after
from ssmix2.volumes import Volume
from tests.unit.ssmix2 import clean

TIMES = ["20240510101502004", "20240510143000120", "20240511090000000"]
NEW = Header("1312345678", *clean.named("OMP-01")[:4], "INS", "01", TIMES[0])
NOW = "2024-05-11 00:00:00.000000"

Step = tuple[int, str, bytes]
"""Index of a time stamp, operation, message."""


def headers(steps: list[Step]) -> list[Header]:
    return [NEW._replace(timestamp=TIMES[time], operation=operation) for time, operation, _ in steps]


def write(log: Path, steps: list[Step]) -> None:
    log.mkdir(parents=True, exist_ok=True)
    with TransactionWriter(log) as writer:
        for header, (_, _, body) in zip(headers(steps), steps, strict=True):
            writer.append(header, body, clean.STAMP)


def build(log: Path, root: Path) -> list[str]:
    """Replay a log and give what was left out, by the ids of the findings."""
    found = replay(read_after(log, START, settled_before_ns=1 << 62), root)
    return [one.finding.code for one in found if one.finding]


def stored(root: Path) -> dict[tuple[int, str], bytes]:
    """Give what a storage holds: index of the time stamp and flag -> content."""
    paths = [path for path in root.rglob("*") if path.is_file()]
    names = [path.name.split("_") for path in paths]
    return {
        (TIMES.index(name[4]), name[6]): path.read_bytes() for name, path in zip(names, paths, strict=True)
    }


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(0, "INS", b"a\r"), (0, "DEL", b"x\r")], {(0, "0"): b"x\r"}),
        ([(0, "DEL", b"x\r"), (0, "INS", b"a\r")], {(0, "0"): b"x\r", (0, "1"): b"a\r"}),
        (
            [(0, "INS", b"a\r"), (1, "DEL", b"x\r"), (1, "INS", b"b\r")],
            {(0, "0"): b"a\r", (1, "0"): b"x\r", (1, "1"): b"b\r"},
        ),
        ([(0, "INS", b"a\r"), (0, "DEL", b"x\r")] * 2, {(0, "0"): b"x\r"}),
        (
            [(0, "DEL", b"x\r"), (0, "INS", b"a\r"), (1, "INS", b"b\r")],
            {(0, "0"): b"x\r", (0, "2"): b"a\r", (1, "1"): b"b\r"},
        ),
        (
            [(0, "DEL", b"x\r"), (0, "INS", b"a\r"), (1, "DEL", b"y\r")],
            {(0, "0"): b"a\r", (1, "0"): b"y\r"},
        ),
    ],
)
def test_a_deletion_and_what_it_deletes_may_bear_one_time_stamp(
    tmp_path: Path, steps: list[Step], expected: dict[tuple[int, str], bytes]
) -> None:
    write(tmp_path / "log", steps)
    for _ in range(2):
        assert build(tmp_path / "log", tmp_path / "root") == []
        assert stored(tmp_path / "root") == expected


def test_a_pair_that_was_applied_by_half_is_finished(tmp_path: Path) -> None:
    write(tmp_path / "half", [(0, "DEL", b"x\r")])
    write(tmp_path / "whole", [(0, "DEL", b"x\r"), (0, "INS", b"a\r")])
    for log in ("half", "whole"):
        assert build(tmp_path / log, tmp_path / "root") == []
    assert stored(tmp_path / "root") == {(0, "0"): b"x\r", (0, "1"): b"a\r"}


_steps = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["INS", "DEL"]), st.sampled_from([b"a\r", b"b\r", b"c\r"])),
    max_size=7,
).map(
    lambda steps: [
        (time, operation, operation.encode() + body)  # a deletion says that it is one
        for time, operation, body in sorted(steps, key=lambda step: step[0])
    ]
)


@given(_steps)
def test_a_storage_stands_as_its_index_does_and_a_second_replay_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    folder = tmp_path_factory.mktemp("replay")
    write(folder / "log", steps)
    with Index("") as index:
        for header in headers(steps):
            index.apply(header, Volume("STD01", folder), NOW)
        expected = {(TIMES.index(row.transaction_datetime), row.flag) for row in index.rows()}
    assert build(folder / "log", folder / "root") == []
    once = stored(folder / "root")
    assert set(once) == expected
    assert build(folder / "log", folder / "root") == []
    assert stored(folder / "root") == once


def test_a_header_alone_puts_in_no_empty_file(tmp_path: Path) -> None:
    write(tmp_path / "log", [(0, "INS", b""), (1, "INS", b"a\r")])
    assert build(tmp_path / "log", tmp_path / "root") == ["TRX-01"]
    assert stored(tmp_path / "root") == {(1, "1"): b"a\r"}


def test_a_header_alone_deletes_and_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path / "log", [(0, "INS", b"a\r"), (1, "DEL", b""), (2, "INS", b"b\r")])
    for _ in range(2):
        assert build(tmp_path / "log", tmp_path / "root") == []
        assert stored(tmp_path / "root") == {(0, "0"): b"a\r", (2, "1"): b"b\r"}
