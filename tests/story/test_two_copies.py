"""A machine is cloned: two copies of one edge speak, the hub hears neither until somebody decides."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hie.edge.edge import Edge
from hie.edge.sync import TWICE
from hie.edge.wiring import wired
from hie.exchange.feeds import edges
from hie.exchange.feeds.feed_lights import Light, concerns, light_of
from hie.exchange.feeds.feed_monitor import feed
from hie.exchange.founding import operator
from hie.record.errors import NotFound
from hie.record.requester import Requester, Role
from tests import storages
from tests.edges import HandClock, enrolled, settings_of
from tests.hub_beside import HubBeside, a_hub
from tests.storages import HOSPITAL

ANNE = "0000000001"
DESK = operator("desk")
MINUTE = 60_000


@contextmanager
def _copies(folder: Path, hub: HubBeside, clock: HandClock) -> Iterator[tuple[Edge, Edge]]:
    """Run an edge, copy its machine while it is down, and run both."""
    settings = settings_of(folder / "a")
    enrolled(settings.data_dir, clock)
    storages.laboratory(ANNE, 1).place(folder / "a" / "storage")
    with wired(settings, clock, hub) as edge:
        _turn(edge)
    shutil.copytree(folder / "a", folder / "b")
    with wired(settings, clock, hub) as one, wired(settings_of(folder / "b"), clock, hub) as two:
        yield one, two


def _turn(edge: Edge) -> str:
    """Let an edge look and speak; return what it says is wrong."""
    assert isinstance(edge.clock, HandClock)
    edge.clock.at += MINUTE + 1
    edge.look_at_all(sweep=True)
    edge.examine()
    return edge.sync().trouble


def _file(folder: Path, order: int) -> None:
    storages.laboratory(ANNE, order).place(folder / "storage")


def test_two_copies_are_seen_and_neither_is_heard(tmp_path: Path) -> None:
    clock = HandClock()
    with a_hub(tmp_path / "hub", clock, [ANNE], [ANNE]) as hub, _copies(tmp_path, hub, clock) as (one, two):
        for edge, copy, order in ((one, "a", 2), (two, "b", 3)):
            _file(tmp_path / copy, order)
            assert _turn(edge) == ""
        stood = hub.standing()
        for edge, copy, order in ((one, "a", 4), (two, "b", 5), (one, "a", 6)):
            _file(tmp_path / copy, order)
            assert _turn(edge) == TWICE
        assert hub.standing() == stood
        one.report()
        secretariat = Requester("desk", "Desk", HOSPITAL, Role.SECRETARIAT)
        state = feed(hub.store, clock, secretariat, HOSPITAL)
        assert light_of(state) is Light.TROUBLE
        assert "twice" in {concern.kind for concern in concerns(state)}
        edges.clear(hub.store, clock, DESK, HOSPITAL)
        assert _turn(one) == ""
        assert len(hub.standing()) > len(stood)
        one.report()
        kinds = {concern.kind for concern in concerns(feed(hub.store, clock, secretariat, HOSPITAL))}
        assert not kinds & {"twice", "part"}
        with pytest.raises(NotFound):
            edges.clear(hub.store, clock, DESK, HOSPITAL)


def test_copies_that_only_report_are_seen_too(tmp_path: Path) -> None:
    clock = HandClock()
    with a_hub(tmp_path / "hub", clock, [ANNE], [ANNE]) as hub, _copies(tmp_path, hub, clock) as (one, two):
        for edge in (one, two):
            clock.at += MINUTE + 1
            edge.report()
        assert not hub.edge().twice_at
        clock.at += MINUTE + 1
        one.report()
        assert hub.edge().twice_at


def test_an_edge_that_starts_again_and_again_is_one(tmp_path: Path) -> None:
    clock = HandClock()
    settings = settings_of(tmp_path)
    enrolled(settings.data_dir, clock)
    with a_hub(tmp_path / "hub", clock, [ANNE], [ANNE]) as hub:
        for order in range(1, 2 * edges.FORMER_RUNS):
            _file(tmp_path, order)
            with wired(settings, clock, hub) as edge:
                edge.report()
                assert _turn(edge) == ""
        assert not hub.edge().twice_at
        assert len(hub.edge().former_runs.split()) == edges.FORMER_RUNS


def test_a_late_word_of_the_start_before_is_no_copy(tmp_path: Path) -> None:
    clock = HandClock()
    with a_hub(tmp_path / "hub", clock, [ANNE], [ANNE]) as hub:
        for run in ("one", "two", "one"):
            with hub.store.work() as work:
                assert edges.heard(work, HOSPITAL, run, clock.now())
            clock.at += edges.ON_THE_WAY // 2
        assert hub.edge().run == "two"


def test_enrolling_anew_ends_the_doubt(tmp_path: Path) -> None:
    clock = HandClock()
    with a_hub(tmp_path / "hub", clock, [ANNE], [ANNE]) as hub, _copies(tmp_path, hub, clock) as (one, two):
        for edge in (one, two, one):
            clock.at += MINUTE + 1
            edge.report()
        assert hub.edge().twice_at
        with hub.store.work() as work:
            work.edges.offer(HOSPITAL, b"twice", clock.now() + 1)
            work.edges.enrol(b"twice", clock.now())
        assert not hub.edge().twice_at
