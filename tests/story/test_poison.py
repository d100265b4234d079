"""Poison among a thousand: the others arrive, the desk sees each reason, and a replay mends it all."""

from __future__ import annotations

import io
import json
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from hie.edge import enrolment, examining
from hie.edge.edge import Edge
from hie.edge.wiring import wired
from hie.exchange.ports.spool import Item, ItemState
from tests import storages
from tests.build.region import Region, a_region, held, standing
from tests.edges import settings_of

PATIENTS = [f"99{number:08d}" for number in range(1, 21)]
DOCUMENTS, EVERY = 1_000, 100
LARGEST = 200_000
"""Bytes of a document that these edges read."""


class Hospital(NamedTuple):
    """A storage, the edge that reads it, and its hub."""

    region: Region
    edge: Edge
    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "storage"

    @property
    def hub(self) -> Path:
        return self.folder / "hub"

    def turn(self) -> float:
        """Do every step; return the seconds it took."""
        began = time.monotonic()
        self.edge.look_at_all(sweep=True)
        for _ in range(2):
            self.edge.sync()
            self.edge.examine()
        self.edge.sync()
        self.edge.report()
        return time.monotonic() - began

    def shown(self) -> dict[str, str]:
        """Return the reasons that the hub was told, by name."""
        with self.region.store.look() as work:
            (edge,) = work.edges.all()
        told = json.loads(edge.status)["quarantine"]
        return {one["locator"].rpartition("/")[2]: one["reason"] for one in told}


@contextmanager
def a_hospital(folder: Path) -> Iterator[Hospital]:
    settings = settings_of(folder, document_bytes=LARGEST)
    with a_region(folder / "hub", PATIENTS, PATIENTS) as region:
        enrolment.enrol(settings.data_dir, region.token())
        with wired(settings) as edge:
            yield Hospital(region, edge, folder)


def _bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", b"\0" * 50_000_000)
    return packed.getvalue()


_POISONS: tuple[Callable[[bytes], bytes], ...] = (
    lambda _: b"",
    lambda good: good[: len(good) // 2].replace(b"PID|", b"PIX|"),
    lambda good: good.replace(b"MSH|", b"MSX|"),
    lambda good: good * (2 * LARGEST // len(good)),
    lambda _: b"<a>" * 60_000,
    lambda _: _bomb(),
    lambda _: b"\0" * 128 + b"DICM" + b"\xff" * 90_000,
    lambda _: b"MSH|^~\\&|" + b"~&^|" * 45_000,
    lambda good: good.replace(PATIENTS[0][:4].encode(), b"7777"),
    lambda _: b"\x1b$B" * 60_000,
)


def _place(root: Path) -> list[storages.Document]:
    documents = [storages.laboratory(PATIENTS[order % 20], order) for order in range(DOCUMENTS)]
    for document in documents:
        document.place(root)
    return documents


def test_one_poison_in_a_hundred_changes_nothing_for_the_ninety_nine(tmp_path: Path) -> None:
    with a_hospital(tmp_path / "clean") as clean, a_hospital(tmp_path / "poisoned") as poisoned:
        documents = _place(clean.root)
        without = clean.turn()
        _place(poisoned.root)
        bad = {}
        for number, poison in zip(range(EVERY // 2, DOCUMENTS, EVERY), _POISONS, strict=True):
            document = documents[number]
            bad[document.name.text()] = document
            (poisoned.root / document.name.locator()).write_bytes(poison(document.content))
        seconds = poisoned.turn()
        keys = {document.name[:4] for document in bad.values()}
        expected = {key for key in standing(poisoned.root, PATIENTS) if key[:4] not in keys}
        assert set(held(poisoned.hub)) == expected
        assert sum(held(poisoned.hub).values()) == DOCUMENTS - len(bad)
        assert poisoned.shown().keys() == bad.keys()
        assert all(poisoned.shown().values())
        # Somebody mends the files; the desk asks for a replay.
        for document in bad.values():
            document.place(poisoned.root)
        poisoned.edge.memory.replay("emr", [], poisoned.edge.clock.now())
        poisoned.turn()
        assert held(poisoned.hub) == held(clean.hub)
        assert poisoned.shown() == {}
        states = poisoned.edge.memory.counts()
        assert states == clean.edge.memory.counts() == {("emr", ItemState.FILED): DOCUMENTS}
    rate = (DOCUMENTS - len(bad)) / seconds / (DOCUMENTS / without)
    sys.stderr.write(f"\nP-11: {DOCUMENTS / without:.0f}/s; with 1 poison in {EVERY} {rate:.1%} of it\n")


def test_a_mended_reader_and_a_replay_end_as_if_it_had_never_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = examining.document_facts

    def fails(item: Item, *rest: object) -> examining.Facts:
        if item.found.name[21:34].endswith("7"):
            raise IndexError("tuple index out of range")
        return really(item, *rest)  # type: ignore[arg-type]

    with a_hospital(tmp_path / "clean") as clean, a_hospital(tmp_path / "failing") as failing:
        for hospital in (clean, failing):
            for order in range(100):
                storages.laboratory(PATIENTS[order % 20], order).place(hospital.root)
        clean.turn()
        with monkeypatch.context() as patch:
            patch.setattr(examining, "document_facts", fails)
            failing.turn()
        reasons = failing.shown()
        assert set(reasons.values()) <= {"READ-02", "READ-04"}
        assert sum(held(failing.hub).values()) == 100 - len(reasons)
        failing.edge.memory.replay("emr", [], failing.edge.clock.now())
        failing.turn()
        assert failing.shown() == {}
        assert held(failing.hub) == held(clean.hub)
        assert failing.edge.memory.counts() == clean.edge.memory.counts()
