"""Consents begin and end by the hub's clock, whatever the edge's clock says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from consent.model import Provision
from hie.edge.edge import Edge
from hie.edge.wiring import wired
from hie.exchange.ports.spool import ItemState
from tests import storages
from tests.edges import START, HandClock, enrolled, settings_of
from tests.hub_beside import HubBeside, a_hub

ANNE = "0000000001"
HOUR = 3_600_000
MINUTE = 60_000


class Clocks(NamedTuple):
    """A hub and an edge whose clocks differ."""

    hub: HubBeside
    edge: Edge

    def wait(self, span: int) -> None:
        """Let both clocks go on."""
        for clock in (self.hub.clock, self.edge.clock):
            assert isinstance(clock, HandClock)
            clock.at += span

    def wait_until(self, moment: int) -> None:
        """Let the hub's clock come to a moment."""
        self.wait(moment - self.hub.clock.at)

    def turn(self) -> None:
        """Let the edge look and speak, without time passing."""
        self.edge.look_at_all(sweep=True)
        for _ in range(2):
            self.edge.examine()
            self.edge.sync()

    def states(self) -> set[ItemState]:
        """Name the states there are at the edge."""
        return {state for _, state in self.edge.memory.counts()}


@contextmanager
def clocks(folder: Path, ahead: int, provision: Provision) -> Iterator[Clocks]:
    """Open a hub, and an edge whose clock is ahead by so many milliseconds."""
    hub_clock, edge_clock = HandClock(), HandClock(START + ahead)
    with a_hub(folder / "hub", hub_clock, [ANNE]) as hub:
        storages.consent(hub.store, ANNE, provision)
        settings = settings_of(folder)
        enrolled(settings.data_dir, edge_clock)
        storages.laboratory(ANNE, 1).place(folder / "storage")
        with wired(settings, edge_clock, hub) as edge:
            yield Clocks(hub, edge)


@pytest.mark.parametrize("ahead", [-240_000, -2_000, 2_000, 240_000])
def test_a_consent_begins_at_the_edge_when_it_begins_at_the_hub(ahead: int, tmp_path: Path) -> None:
    begins = START + HOUR
    with clocks(tmp_path, ahead, Provision(starts_at=begins)) as both:
        both.turn()
        for moment in (begins - 240_000, begins - 1_000):
            both.wait_until(moment)
            both.turn()
            assert both.hub.standing() == []
        both.wait(MINUTE)
        both.turn()
        assert len(both.hub.standing()) == 1
        assert both.states() == {ItemState.FILED}


def test_what_the_hub_held_is_asked_again_a_minute_after_a_consent_began(tmp_path: Path) -> None:
    begins = START + HOUR
    with clocks(tmp_path, 0, Provision(starts_at=begins)) as both:
        both.turn()
        both.wait_until(begins - 1_000)
        assert isinstance(both.edge.clock, HandClock)
        both.edge.clock.at += 2_000  # set by hand since the hub was heard
        both.turn()
        assert both.states() == {ItemState.HELD}
        both.wait(MINUTE)
        both.turn()
        assert both.states() == {ItemState.FILED}
        assert len(both.hub.standing()) == 1


def test_what_the_hub_held_is_asked_again_after_a_restart(tmp_path: Path) -> None:
    begins = START + HOUR
    with clocks(tmp_path, 0, Provision(starts_at=begins)) as both:
        both.turn()
        both.wait_until(begins - 1_000)
        assert isinstance(both.edge.clock, HandClock)
        both.edge.clock.at += 2_000
        both.turn()
        assert both.states() == {ItemState.HELD}
        both.wait(1_000)
        another = both.edge.policy.__class__(
            both.edge.settings.data_dir, both.edge.memory, both.edge.clock, storages.HOSPITAL, 168
        )
        another.apply()
        assert both.states() == {ItemState.PUBLISHABLE}


def test_what_the_hub_lets_stand_is_taken_back_when_its_consent_has_ended(tmp_path: Path) -> None:
    ends = START + HOUR
    with clocks(tmp_path, 0, Provision(ends_at=ends)) as both:
        both.turn()
        assert both.states() == {ItemState.FILED}
        both.wait_until(ends - 240_000)
        assert isinstance(both.edge.clock, HandClock)
        both.edge.clock.at += 270_000  # set by hand since the hub was heard
        both.turn()
        assert both.states() == {ItemState.RECALLED}
        assert len(both.hub.standing()) == 1
        both.wait(10 * MINUTE)
        both.turn()
        assert both.states() == {ItemState.WITHDRAWN}
        assert both.hub.standing() == []


def test_what_a_wrong_clock_wanted_taken_back_stays_filed(tmp_path: Path) -> None:
    ends = START + 10 * HOUR
    with clocks(tmp_path, 0, Provision(ends_at=ends)) as both:
        both.turn()
        assert isinstance(both.edge.clock, HandClock)
        both.edge.clock.at += 11 * HOUR
        both.turn()
        assert both.states() == {ItemState.RECALLED}
        both.edge.report()
        both.turn()
        assert both.states() == {ItemState.PUBLISHABLE}
        both.edge.clock.at -= 11 * HOUR
        both.edge.report()
        both.turn()
        assert both.states() == {ItemState.FILED}
        assert len(both.hub.standing()) == 1
