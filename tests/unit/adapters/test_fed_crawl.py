"""A crawl that is told by a transaction storage where to look."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.fed import ROUND
from adapters.listing import SECOND
from adapters.opening import Where, opened
from hie.record.entry import Format
from hie.store.spool import SqliteSpool
from ssmix2.layout import FileName
from ssmix2.transactions import Header, TransactionWriter

PATIENT = "0000700007"
START = 1_800_000_000 * SECOND


class World:
    """A storage, its log, its crawl; time goes by hand and files are as old as the moment they come."""

    def __init__(self, folder: Path) -> None:
        self.root, self.log = folder / "storage", folder / "log"
        self.root.mkdir()
        self.log.mkdir()
        self.spool = SqliteSpool(folder / "spool.sqlite3", {"main": Format.SSMIX2})
        self.now = START
        self.begin()

    def begin(self) -> None:
        """Start the process anew."""
        self.source = opened("ssmix2-standard", "main", Where({"": self.root}, self.log))

    def put(self, order: int, *, day: str = "20260301", said: bool = True) -> str:
        """Write a document, and say so in the log."""
        name = FileName(PATIENT, day, "OMP-01", f"{order:015}", f"20260301{order:09}", "01", "1")
        path = self.root / name.locator()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"MSH")
        for touched in (path, *path.relative_to(self.root).parents):
            os.utime(self.root / touched, ns=(self.now, self.now))
        if said:
            header = Header("1", PATIENT, day, "OMP-01", f"{order:015}", "INS", "01", name.timestamp)
            with TransactionWriter(self.log) as writer:
                writer.append(header, b"MSH", "20260301000000000")
        return name.text()

    def look(self, seconds: int = 10) -> int:
        self.now += seconds * SECOND
        return self.source.look(self.spool, self.now).changed

    def names(self) -> list[str]:
        return sorted(item.found.name for item in self.spool.to_examine([PATIENT], 1_000))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.spool.close()


def test_what_the_log_names_is_found_at_once_and_the_rest_with_the_next_round(world: World) -> None:
    world.put(1)
    world.put(9, day="20260303")
    assert world.look() == 2
    told = [world.put(2), world.put(3, day="20260302")]
    untold = world.put(4, day="20260303", said=False)
    assert world.look() == 2
    assert set(told) < set(world.names())
    assert untold not in world.names()
    assert world.look(ROUND // SECOND) == 1
    assert untold in world.names()


def test_a_patient_never_seen_is_found_by_the_log(world: World) -> None:
    world.look()
    (world.root / "999").mkdir()
    assert world.look() == 0
    name = world.put(1)
    assert world.look() == 1
    assert world.names() == [name]


def test_a_file_that_is_still_written_is_looked_at_again(world: World) -> None:
    world.put(1)
    world.look()
    world.put(2)
    assert world.look(1) == 0
    assert world.look(5) == 1


def test_a_log_that_is_away_leaves_the_crawl_its_work(world: World) -> None:
    world.put(1)
    world.look()
    world.log.rename(world.log.with_name("away"))
    world.put(2, said=False)
    world.look()
    assert world.look() == 1


def test_who_starts_again_asks_everywhere(world: World) -> None:
    world.put(1)
    world.look()
    world.put(2)
    world.put(3, day="20260302", said=False)
    world.begin()
    assert world.look() == 2
    assert world.look() == 0
