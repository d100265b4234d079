"""Feeds spoilt files, names and folders to a real hub and looks whether anything outside it changed."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from hie.exchange.feeds.ingest import Ingest
from hie.record.errors import NotFound
from hie.record.submission import Submission
from tests.build.world import CENTRAL, Somebody, World
from tests.fuzz import seeds
from tests.fuzz.mutations import MESSAGE_MUTATIONS, spoilt, spoilt_name

NUMBER = "0000700007"
"""The patient of the examples."""
_MOST_BYTES = 200
"""Of a name on disk: file systems take 255."""


class Held(NamedTuple):
    """A source that holds its documents in memory: its names can be what no file system takes."""

    patient: str
    locator: str
    contents: dict[str, bytes]

    def submissions(self) -> Sequence[Submission]:
        """Name the documents."""
        return [Submission(f"{self.locator}{name}", name, self.patient) for name in sorted(self.contents)]

    def read(self, submission: Submission) -> bytes:
        """Return the bytes."""
        if submission.name not in self.contents:
            raise NotFound("not here")
        return self.contents[submission.name]


def settled(folder: Path) -> tuple[World, Somebody]:
    """Found a region whose patient of the examples consents, with files around it that must stay."""
    for place in ("outside", "outside/below", "region/beside"):
        (folder / place).mkdir(parents=True)
        (folder / place / "canary").write_text("as it was")
    world = World(folder / "region")
    somebody = world.a_patient("R000000001").linked(CENTRAL, NUMBER).consenting().there()
    return world, somebody


def documents(chance: Random, count: int) -> dict[str, bytes]:
    """Make so many spoilt names with spoilt messages."""
    found: dict[str, bytes] = {}
    for _ in range(count):
        name, content = chance.choice(seeds.messages())
        if chance.random() < 0.7:
            name = spoilt_name(name, chance)
        if chance.random() < 0.5:
            content = spoilt(content, chance, MESSAGE_MUTATIONS)
        found[name] = content
    return found


def fed_from_memory(world: World, chance: Random, count: int) -> Counter[str]:
    """Feed names as a source may call them, NUL, slashes and lone surrogates included."""
    ingest = Ingest(world.store, world.clock, CENTRAL)
    ingest.feed([Held(NUMBER, "000/070/0000700007/", documents(chance, count))])
    ingest.flush()
    return Counter({outcome.value: number for outcome, number in ingest.tally.items()})


def fed_from_disk(world: World, chance: Random, count: int) -> Counter[str]:
    """Feed a storage whose names are what a file system takes, in folders right and wrong."""
    root = world.storage(CENTRAL)
    for name, content in documents(chance, count).items():
        folder = (
            root / "000/070" / NUMBER / chance.choice(("20250303/OML-11", "-/ADT-00", "x/y", "20250303/.."))
        )
        folder.mkdir(parents=True, exist_ok=True)
        plain = name.replace("/", "_").replace("\x00", "_")
        written = plain.encode(chance.choice(("utf-8", "cp932", "latin-1")), "replace")[:_MOST_BYTES]
        if written not in {b"", b".", b".."}:
            place = os.path.join(os.fsencode(folder), written)  # noqa: PTH118  bytes
            if not os.path.isdir(place):  # noqa: PTH112  bytes
                with open(place, "wb") as file:  # noqa: PTH123  bytes
                    file.write(content)
    return Counter(world.feed(CENTRAL))


def around(folder: Path) -> dict[str, str]:
    """Fingerprint everything below `folder` but the hub's own data and what the hospital holds."""
    found: dict[str, str] = {}
    for place, folders, names in os.walk(folder):
        if Path(place) == folder / "region":
            folders[:] = [one for one in folders if one not in {"hub", "storages"}]
        for name in (*folders, *names):
            path = Path(place, name)
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
    return found


def leads_out(folder: Path) -> list[str]:
    """Name what in the hub's data folder is a link, or no file and no folder."""
    return [
        str(path) for path in folder.rglob("*") if path.is_symlink() or not (path.is_file() or path.is_dir())
    ]
