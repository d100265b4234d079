"""A bad line between edge and hub: slow, cut anywhere, hanging; nothing is lost, double, or stuck."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import pytest

from hie.edge import enrolment, hub_link, identity
from hie.edge.edge import Edge
from hie.edge.running import Runner
from hie.edge.wiring import wired
from hie.exchange.ports.spool import ItemState
from hie.record.errors import Unavailable
from tests import storages
from tests.build.line import Line, Toxics, a_line
from tests.build.region import DATABASE, Region, a_region, held, standing
from tests.edges import settings_of
from tests.story.test_edge_process import until

LINKED = [f"99{number:08d}" for number in range(1, 61)]
BUSY = LINKED[-1]
ISDN = 16_000
"""128 kb/s, in bytes."""


class Far(NamedTuple):
    """A hospital whose edge reaches the hub over a line."""

    region: Region
    edge: Edge
    line: Line
    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "storage"

    @property
    def hub(self) -> Path:
        return self.folder / "hub"

    def prepare(self) -> None:
        """Look and examine; the hub is not needed for this."""
        self.edge.look_at_all(sweep=True)
        self.edge.examine()

    def tried(self) -> bool:
        """Sync once; say whether it went through."""
        try:
            self.edge.sync()
        except Unavailable:
            return False
        return True

    def settle(self) -> None:
        """Heal the line and do every step until nothing is left."""
        self.line.toxics = Toxics()
        self.line.hang_up()
        for _ in range(2):
            until(self.tried)
            self.prepare()
        until(self.tried)


@contextmanager
def far(folder: Path, consented: list[str], **options: object) -> Iterator[Far]:
    settings = settings_of(folder, **options)
    with (
        a_region(folder / "hub", LINKED, consented) as region,
        a_line(int(region.url.rpartition(":")[2])) as line,
    ):
        enrolled = enrolment.enrol(settings.data_dir, region.token())
        identity.store(settings.data_dir, enrolled._replace(url=line.url))
        with wired(settings) as edge:
            yield Far(region, edge, line, folder)


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the edge wait for a second where it would for a minute."""
    monkeypatch.setattr(hub_link, "ANSWER_SECONDS", 0.6)
    monkeypatch.setattr(hub_link, "CONNECT_SECONDS", 0.6)


def _acts(hub: Path, after: int = 0) -> list[tuple[int, str]]:
    """Return what was written down of documents filed and taken back, in order."""
    with closing(sqlite3.connect(hub / DATABASE)) as database:
        return list(
            database.execute(
                "select sequence, action from audit_event where sequence > ?"
                " and action in ('publish', 'withdrawal') order by sequence",
                (after,),
            )
        )


def _whole(world: Far, consented: list[str]) -> None:
    """Prove that the hub holds what stands there, once each."""
    found = held(world.hub)
    assert found == standing(world.root, consented)
    assert set(found.values()) == {1}
    counts = world.edge.memory.counts()
    assert counts["emr", ItemState.FILED] == sum(found.values())
    assert not {ItemState.PUBLISHABLE, ItemState.RECALLED, ItemState.UNREADABLE} & {one for _, one in counts}


@pytest.mark.usefixtures("short_patience")
def test_a_line_cut_after_any_byte_loses_nothing_and_withdrawals_come_first(tmp_path: Path) -> None:
    """Each round: some documents, a withdrawal, a cut at another place; then the line is whole again."""
    consented = LINKED[:-1]
    cuts = [Toxics(cuts_up=place, how="reset") for place in range(200, 8_000, 520)]
    cuts += [Toxics(cuts_down=place, how="reset") for place in range(200, 6_000, 390)]
    cuts += [Toxics(cuts_up=place, how="close") for place in (1_500, 3_000, 5_000)]
    cuts += [Toxics(cuts_down=place, how=how) for place in (2_300, 2_900, 3_500) for how in ("close", "half")]
    cuts += [Toxics(deaf=True), Toxics(refuses=True), Toxics(hangs=True)]
    with far(tmp_path, consented, batch_documents=5) as world:
        order = first = 0
        for toxics in cuts:
            for _ in range(7):
                order += 1
                storages.laboratory(consented[-1 - order % 9], order).place(world.root)
            storages.laboratory(consented[0], 1_000 + order).place(world.root)
            world.settle()
            last = _acts(world.hub)[-1][0]
            world.region.withdraw(consented.pop(0))
            storages.laboratory(consented[-1], 2_000 + order).place(world.root)
            world.prepare()
            world.line.toxics = toxics
            world.line.hang_up()
            went = [world.tried() for _ in range(2)]
            world.settle()
            acts = [action for _, action in _acts(world.hub, last)]
            assert acts[0] == "withdrawal"
            assert "publish" in acts
            first += not went[0]
            _whole(world, consented)
        # The cuts were well placed: contacts failed, and bytes were on their way when they did.
        assert first > len(cuts) // 2
        assert world.line.cuts > len(cuts) // 2


def test_on_a_line_of_128_kilobits_everything_arrives(tmp_path: Path) -> None:
    with far(tmp_path, LINKED[:10]) as world:
        for number in range(60):
            storages.laboratory(LINKED[number % 12], number).place(world.root)
        world.settle()
        for number in range(60, 120):
            storages.laboratory(LINKED[number % 12], number, results=40).place(world.root)
        world.prepare()
        world.line.toxics = Toxics(latency=0.02, rate=ISDN, slices=700)
        assert world.tried()
        _whole(world, LINKED[:10])


def test_after_days_offline_the_newest_come_first_and_texts_before_images(tmp_path: Path) -> None:
    with far(tmp_path, LINKED[:10], batch_documents=20) as world:
        until(world.tried)
        for number in range(140):
            day = f"202603{1 + number // 20:02d}"
            storages.laboratory(LINKED[number % 10], number, at=day).place(world.root)
        for number in range(3):
            content = storages.instance(LINKED[number], number + 1, 1, 1, day="20260401")
            (world.folder / "images" / f"IM{number}").write_bytes(content)
        world.prepare()
        world.line.toxics = Toxics(rate=10 * 125_000)
        assert world.tried()
        with closing(sqlite3.connect(world.hub / DATABASE)) as database:
            rows = database.execute("select care_date, data_kind from entry order by id").fetchall()
        assert [kind for _, kind in rows[140:]] == ["DICOM"] * 3
        days = [day for day, _ in rows[:140]]
        assert days == sorted(days, reverse=True)


class Desk(Thread):
    """Records one decision of the facility after the other, of somebody who has no documents."""

    def __init__(self, region: Region) -> None:
        super().__init__(name="desk", daemon=True)
        self.decisions = 0
        self._region = region
        self._closed = Event()

    def run(self) -> None:
        while not self._closed.wait(0.2):
            storages.consent(self._region.store, BUSY)
            self._region.withdraw(BUSY)
            self.decisions += 2

    def close(self) -> None:
        self._closed.set()
        self.join()


def test_documents_flow_while_the_desk_decides_five_times_a_second(tmp_path: Path) -> None:
    with far(tmp_path, LINKED[:10]) as world:
        for number in range(200):
            storages.laboratory(LINKED[number % 12], number).place(world.root)
        world.settle()
        for number in range(200, 320):
            storages.laboratory(LINKED[number % 12], number, results=30).place(world.root)
        (world.folder / "images" / "IM1").write_bytes(_large_image())
        world.prepare()
        before = sum(held(world.hub).values())
        desk = Desk(world.region)
        desk.start()
        # The image takes many decisions long on this line, in whatever pieces it is sent.
        world.line.toxics = Toxics(latency=0.005, rate=12 * ISDN)
        until(lambda: world.tried() and not _waiting(world))
        decided = desk.decisions
        desk.close()
        world.settle()
        found = held(world.hub)
        images = {key for key in found if key[2] == "DICOM"}
        assert len(images) == 1
        assert sum(found.values()) - len(images) == sum(standing(world.root, LINKED[:10]).values()) > before
        assert decided > 10


def _waiting(world: Far) -> int:
    return sum(
        count for (_, state), count in world.edge.memory.counts().items() if state is ItemState.PUBLISHABLE
    )


def _large_image() -> bytes:
    return storages.instance(LINKED[0], 1, 1, 1, pixels=random.Random(1).randbytes(300_000))


def _run(edge: Edge, around: Callable[[], None]) -> None:
    runner = Runner(edge)
    runner.start()
    try:
        around()
    finally:
        runner.stop()


@pytest.mark.usefixtures("short_patience")
def test_a_running_edge_outlives_a_hub_that_hangs(tmp_path: Path) -> None:
    with far(tmp_path, LINKED[:3], poll_seconds=0.1, report_seconds=0.2) as world:
        storages.laboratory(LINKED[0], 1).place(world.root)

        def hanging_and_back() -> None:
            until(lambda: sum(held(world.hub).values()) == 1)
            world.line.toxics = Toxics(hangs=True)
            storages.laboratory(LINKED[0], 2).place(world.root)
            until(lambda: world.edge.troubles.of("sending") == "the hub does not answer")
            world.region.withdraw(LINKED[0])
            storages.laboratory(LINKED[1], 3).place(world.root)
            world.line.toxics = Toxics()
            world.line.hang_up()
            until(lambda: {value for value, *_ in held(world.hub)} == {LINKED[1]})
            until(lambda: not world.edge.troubles.of("sending"))

        _run(world.edge, hanging_and_back)
        with suppress(Unavailable):
            world.edge.sync()
        _whole(world, LINKED[1:3])
