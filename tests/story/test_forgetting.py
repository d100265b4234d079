"""Large objects that nothing points to are forgotten, and no other."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.clock import SystemClock
from hie.exchange.feeds import forgetting
from hie.exchange.feeds.filing import LARGE
from hie.exchange.feeds.forgetting import YOUNGEST, forget_unreferenced
from hie.exchange.ports import Store
from hie.hub.feeding import Feeding, feed_sources
from hie.hub.housekeeping import Housekeeping
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.errors import Unavailable
from hie.record.identifiers import ContentHash
from hie.store.documents import LEAST_IN_OBJECTS
from hie.store.objects_folder import FolderObjects
from tests import storages
from tests.storages import HOSPITAL

ONE = "0000000001"


class World:
    """A hub with a large document and an image, and a stray object."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder / "data")
        self.store: Store = stored_by(self.settings)
        storages.people(self.store, [ONE], [ONE])
        storages.laboratory(ONE, 1, results=600).place(folder / "storage")
        (folder / "images").mkdir()
        (folder / "images" / "a").write_bytes(storages.instance(ONE, 7, 1, 1))
        feed_sources(
            self.store,
            Feeding(self.settings, HOSPITAL),
            [folder / "storage", folder / "images"],
            lambda _: None,
        )
        self.kept = set(self.files())
        self.stray = self.store.objects.put(b"left behind")

    def files(self) -> list[Path]:
        """List the files of the object store."""
        return [path for path in (self.settings.data_dir / "objects").rglob("*") if path.is_file()]

    def grow_old(self) -> None:
        """Let two hours go by."""
        for file in self.files():
            os.utime(file, (time.time() - 7200,) * 2)

    def forget(self) -> int:
        """Forget as housekeeping does."""
        return forget_unreferenced(self.store, time.time_ns() // 1_000_000 - YOUNGEST)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_only_what_nothing_points_to_is_forgotten(world: World) -> None:
    world.grow_old()
    assert len(world.kept) == 2
    assert world.forget() == 1
    assert set(world.files()) == world.kept


def test_the_hub_tidies_at_its_start_and_again(world: World) -> None:
    housekeeping = Housekeeping(world.store, SystemClock(), every_seconds=0.05)
    housekeeping.start()
    try:
        for text in (b"left behind", b"left behind later"):
            stray = world.store.objects.put(text)
            world.grow_old()
            _until_gone(world.store, stray)
    finally:
        housekeeping.stop()


def test_housekeeping_outlives_a_store_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    housekeeping = Housekeeping(world.store, SystemClock(), every_seconds=0.05)
    asked: list[int] = []
    really = world.store.objects.older

    def older(before: int) -> Iterator[ContentHash]:
        asked.append(before)
        if len(asked) < 3:
            raise Unavailable("the bucket does not answer")
        yield from really(before)

    monkeypatch.setattr(world.store.objects, "older", older)
    stray = world.store.objects.put(b"left behind")
    world.grow_old()
    housekeeping.start()
    try:
        _until_gone(world.store, stray)
    finally:
        housekeeping.stop()


def _until_gone(store: Store, stray: ContentHash) -> None:
    end = time.monotonic() + 20
    while store.objects.exists(stray):
        assert time.monotonic() < end, "it was never forgotten"
        time.sleep(0.02)


def test_what_is_young_is_kept_and_putting_again_makes_young(world: World) -> None:
    assert world.forget() == 0
    world.grow_old()
    world.store.objects.put(b"left behind")
    assert world.forget() == 0
    assert world.store.objects.exists(world.stray)


def test_what_is_put_again_between_looking_and_deleting_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.grow_old()
    delete = FolderObjects.delete

    def putting(self: FolderObjects, name: ContentHash, before: int | None = None) -> None:
        self.put(b"left behind")
        delete(self, name, before)

    monkeypatch.setattr(FolderObjects, "delete", putting)
    world.forget()
    assert world.store.objects.exists(world.stray)


def test_what_is_left_of_an_interrupted_put_is_removed(world: World) -> None:
    left = world.files()[0].parent / ".left"
    left.write_bytes(b"half an im")
    world.forget()
    assert left.exists()
    world.grow_old()
    world.forget()
    assert not left.exists()


def test_a_delete_that_was_interrupted_is_undone(world: World) -> None:
    file = next(iter(world.kept))
    file.rename(file.with_name(f".aside-{file.name}"))
    world.grow_old()
    world.forget()
    assert set(world.files()) >= world.kept


def test_an_object_store_of_another_database_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "MOST_STRAYS", 2)
    strays = [world.store.objects.put(bytes([number])) for number in range(5)]
    world.grow_old()
    assert world.forget() == 0
    assert all(map(world.store.objects.exists, strays))


def test_every_document_of_the_object_store_is_looked_for() -> None:
    assert LARGE >= LEAST_IN_OBJECTS == 65536
