"""P13: keeping small documents: bytes, writing, reading, and what compressing costs.

    python benchmarks/archive.py [--patients 120] [--rounds 5]

Messages of an invented region whose seed no dictionary was trained on. In turn, medians:

* bytes: packed rows against the raw messages and against files on 4 KiB blocks;
* writing: rows, 500 a transaction, every commit on disk, against one fsynced file each (our object
  folder, which syncs the folder too), both with a SHA-256 of every message;
* reading at random, hash checked: rows against plainly opened loose files, warm (the library makes a
  new decompressor for every frame, which alone takes longer than opening a file: the goal of 2 is for
  packs that hold many frames, the floor is what rows reach);
* processor time of packing against SHA-256 alone.

Ends with 1 if a ratio is below its floor, half of what was first measured.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.engine import URL

from hie.exchange.ports import Packed
from hie.record.identifiers import ContentHash, content_hash
from hie.store import open_store
from hie.store.documents import DictionaryPacker, Unpacker, checked
from hie.store.lines import SqliteLines
from hie.store.objects_folder import FolderObjects
from hie.store.tables import small_document
from ssmix2.layout import parse_name

BLOCK = 4096
PER_TRANSACTION = 500
LOOSE = 400
"""Files written one by one in a round: each waits for the disk."""


class Message(NamedTuple):
    """A message and its kind."""

    kind: str
    content: bytes


def messages(folder: Path, patients: int) -> list[Message]:
    """Make a region and read its messages."""
    region = folder / "region"
    command = [Path(sys.executable).with_name("hie"), "sample", "--out", region]
    subprocess.run(
        [*command, "--patients", str(patients), "--seed", "99"], check=True, stdout=subprocess.DEVNULL
    )
    files = sorted(region.glob("facilities/*/ssmix2/**/*"))
    found = [
        Message(file.parent.name, file.read_bytes())
        for file in files
        if parse_name(file.name) and file.is_file() and file.stat().st_size < 64 * 1024
    ]
    random.Random(5).shuffle(found)
    return found


class Rows:
    """Messages as rows of a store's database."""

    def __init__(self, folder: Path, name: str) -> None:
        """Make an empty database."""
        self.path = folder / f"{name}.sqlite"
        open_store(f"sqlite:///{self.path}", "memory://").close()
        self._lines = SqliteLines(URL.create("sqlite", database=str(self.path)))
        self._packer = DictionaryPacker()
        self._unpacker = Unpacker()
        self._hashes: list[ContentHash] = []

    def write(self, found: Sequence[Message]) -> None:
        """Hash, pack and insert; on disk when it returns."""
        for start in range(0, len(found), PER_TRANSACTION):
            line = self._lines.begin()
            rows = []
            for message in found[start : start + PER_TRANSACTION]:
                packed = self._packer.pack(message.kind, message.content)
                rows.append((len(self._hashes), packed.dictionary, packed.body))
                self._hashes.append(content_hash(message.content))
            line.insert(small_document, rows)
            line.end(commit=True)

    def read(self, numbers: Sequence[int]) -> int:
        """Read, unpack and check; return the bytes."""
        line = self._lines.reading()
        total = 0
        for number in numbers:
            row = line.execute(
                "select dictionary, body from small_document where entry = ?", (number,)
            ).fetchone()
            assert row is not None
            content = self._unpacker.unpack(Packed(row[1], row[0]))
            total += len(checked(content, self._hashes[number]))
        line.give_back()
        return total

    def close(self) -> None:
        """Close the database."""
        self._lines.close()


class Files:
    """Messages as loose files."""

    def __init__(self, folder: Path) -> None:
        """Make an empty folder."""
        self._folder = folder
        self._objects = FolderObjects(folder)
        self._names: list[ContentHash] = []

    def write(self, found: Sequence[Message]) -> None:
        """Put each; on disk when it returns."""
        for message in found:
            self._names.append(self._objects.put(message.content))

    def read(self, numbers: Sequence[int]) -> int:
        """Read and check; return the bytes."""
        total = 0
        places = [f"{self._folder}/{name.hex()[:2]}/{name.hex()[2:]}" for name in self._names]
        for number in numbers:
            with open(places[number], "rb", buffering=0) as file:  # noqa: PTH123  the quickest way there is
                total += len(checked(file.read(), self._names[number]))
        return total


def median_rate(work: Callable[[int], int], rounds: int, clock: Callable[[], float]) -> float:
    """Return the median of pieces per second over rounds; `work` is given the round's number."""
    rates = []
    for number in range(rounds):
        start = clock()
        pieces = work(number)
        rates.append(pieces / (clock() - start))
    return statistics.median(rates)


def _written(keeper: Rows | Files, found: Sequence[Message]) -> int:
    keeper.write(found)
    return len(found)


def _read(keeper: Rows | Files, numbers: Sequence[int]) -> int:
    keeper.read(numbers)
    return len(numbers)


def _packed(found: Sequence[Message], packer: DictionaryPacker) -> int:
    for message in found:
        packer.pack(message.kind, message.content)
    return len(found)


def _hashed(found: Sequence[Message]) -> int:
    for message in found:
        content_hash(message.content)
    return len(found)


def measure(folder: Path, found: Sequence[Message], rounds: int) -> list[tuple[str, float, float, float]]:
    """Return (what, ratio, goal, floor); every ratio is better when greater."""
    packer, unpacker = DictionaryPacker(), Unpacker()
    bodies = [packer.pack(message.kind, message.content) for message in found]
    assert all(unpacker.unpack(body) == one.content for body, one in zip(bodies, found, strict=True))
    raw = sum(len(message.content) for message in found)
    small = sum(len(packed.body) for packed in bodies)
    blocks = sum(-(-len(message.content) // BLOCK) * BLOCK for message in found)

    stores = [Rows(folder, f"rows{number}") for number in range(rounds)]
    rows = median_rate(lambda number: _written(stores[number], found), rounds, time.perf_counter)
    loose = median_rate(
        lambda number: _written(Files(folder / f"loose{number}"), found[:LOOSE]), rounds, time.perf_counter
    )
    files = Files(folder / "read")
    files.write(found[: LOOSE * 4])
    numbers = [random.Random(1).randrange(min(len(found), LOOSE * 4)) for _ in range(4_000)]
    assert stores[0].read(numbers) == files.read(numbers)
    from_rows = median_rate(lambda _: _read(stores[0], numbers), rounds, time.process_time)
    from_files = median_rate(lambda _: _read(files, numbers), rounds, time.process_time)

    packing = median_rate(lambda _: _packed(found, packer), rounds, time.process_time)
    hashing = median_rate(lambda _: _hashed(found), rounds, time.process_time)
    for store in stores:
        store.close()
    on_disk = stores[0].path.stat().st_size

    print(f"{len(found)} messages, {raw / len(found):,.0f} bytes each, {small / len(found):,.0f} packed")
    print(f"database {on_disk:,} bytes for {raw:,} of messages")
    print(f"written: rows {rows:,.0f}/s, fsynced files {loose:,.0f}/s")
    print(f"read and checked: rows {from_rows:,.0f}/s, loose files {from_files:,.0f}/s")
    print(f"packed {packing:,.0f}/s, hashed {hashing:,.0f}/s")
    return [
        ("raw bytes / packed bytes", raw / small, 6.0, 5.0),
        ("bytes of files on blocks / packed bytes", blocks / small, 6.0, 10.0),
        ("rows written / fsynced files written", rows / loose, 50.0, 25.0),
        ("rows read / loose files read", from_rows / from_files, 2.0, 0.2),
        ("packing rate / hashing rate", packing / hashing, 1 / 2.5, 0.2),
    ]


def main() -> int:
    """Measure and compare with the goals."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--patients", type=int, default=120)
    asked.add_argument("--rounds", type=int, default=5)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = messages(Path(folder), chosen.patients)
        ratios = measure(Path(folder), found, chosen.rounds)
    for what, ratio, goal, floor in ratios:
        print(f"  {what:42} {ratio:8.2f}   goal >= {goal:.2f}   floor {floor:.2f}")
    return 0 if all(ratio >= floor for _, ratio, _, floor in ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
