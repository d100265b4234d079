"""Each fault turns on its light and no other; time passes by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from hie.exchange.feeds import edges, feed_monitor
from hie.exchange.feeds.feed_lights import Concern, Light, concerns, light_of, urgency
from hie.exchange.feeds.feed_monitor import FeedState
from hie.exchange.ports import Account, FeedRun, Store
from hie.exchange.signing.sessions import requester_of
from hie.record.requester import Role
from hie.store import open_store
from tests import storages
from tests.sent import StandingClock
from tests.storages import CLINIC, HOSPITAL

MINUTE, HOUR = 60_000, 3_600_000
START = 1_800_000_000_000
OFFICE = requester_of(Account("o", "o", "見本", CLINIC, Role.SECRETARIAT, "hash"))


class Watched:
    """One hospital's feed at a clock that is set by hand."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, StandingClock(START)

    def enrol(self) -> None:
        with self.store.work() as work:
            work.edges.offer(HOSPITAL, b"secret", START + 1)
            work.edges.enrol(b"secret", self.clock.now())

    def says(self, **changes: object) -> None:
        now = self.clock.now()
        well: dict[str, object] = {
            "policy": {"position": 1, "received_at": now - MINUTE},
            "disk_free": 50,
            "disk_total": 100,
            "sources": [{"name": "main", "trouble": ""}],
        }
        with self.store.look() as work:
            (edge,) = work.edges.all()
        edges.report(self.store, self.clock, edge, well | changes)

    def state(self) -> FeedState:
        return feed_monitor.feed(self.store, self.clock, OFFICE, HOSPITAL)

    def light(self) -> Light:
        return light_of(self.state())


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    store = open_store("memory://", str(tmp_path / "objects"))
    storages.people(store, [], [])
    return Watched(store)


def test_a_hospital_without_an_edge_was_never_enrolled_or_is_read_directly(watched: Watched) -> None:
    assert watched.light() is Light.NEVER
    with watched.store.work() as work:
        work.feeds.finished(FeedRun(HOSPITAL, START - HOUR, START - HOUR + 5, 3, 2, 1, 0, 0))
    assert watched.light() is Light.DIRECT
    assert watched.state().taken_at == START - HOUR + 5


def test_an_edge_that_has_only_just_been_enrolled_is_waited_for_and_then_silent(watched: Watched) -> None:
    watched.enrol()
    assert (watched.light(), concerns(watched.state())) == (Light.LATE, [Concern("unreported", 0)])
    watched.clock.moment += feed_monitor.SILENT_AFTER + 1
    assert watched.light() is Light.SILENT


def test_silence_is_ten_minutes_and_ends_with_the_next_word(watched: Watched) -> None:
    watched.enrol()
    watched.says()
    assert watched.light() is Light.WELL
    watched.clock.moment += 10 * MINUTE
    assert watched.light() is Light.WELL
    watched.clock.moment += 1
    assert (watched.light(), concerns(watched.state())) == (
        Light.SILENT,
        [Concern("silent", 10 * MINUTE + 1)],
    )
    watched.says()
    assert watched.light() is Light.WELL


@pytest.mark.parametrize(
    ("said", "light", "kinds"),
    [
        ({"oldest_unsent_at": START - 15 * MINUTE}, Light.WELL, []),
        ({"oldest_unsent_at": START - 15 * MINUTE - 1}, Light.LATE, ["late"]),
        ({"disk_free": 5}, Light.WELL, []),
        ({"disk_free": 4}, Light.TROUBLE, ["disk"]),
        ({"disk_free": 0, "disk_total": 0}, Light.WELL, []),
        ({"policy": {"received_at": START - 24 * HOUR}}, Light.WELL, []),
        ({"policy": {"received_at": START - 24 * HOUR - 1}}, Light.TROUBLE, ["old-list"]),
        ({"policy": {"position": -1, "received_at": 0}}, Light.TROUBLE, ["no-list"]),
        ({"skew": 5 * MINUTE}, Light.WELL, []),
        ({"skew": -5 * MINUTE - 1}, Light.TROUBLE, ["clock"]),
        ({"troubles": {"hub": ""}}, Light.WELL, []),
        ({"troubles": {"sending": "the hub does not answer"}}, Light.TROUBLE, ["part"]),
        ({"sources": [{"name": "main", "trouble": "1 volumes away"}]}, Light.TROUBLE, ["part"]),
        ({"quarantine": [{"source": "main", "locator": "x", "reason": "JIS-01"}]}, Light.WELL, []),
    ],
)
def test_each_fault_turns_on_one_light(
    watched: Watched, said: dict[str, object], light: Light, kinds: list[str]
) -> None:
    watched.enrol()
    watched.says(**said)
    assert [one.kind for one in concerns(watched.state())] == kinds
    assert watched.light() is light
    watched.says()
    assert watched.light() is Light.WELL


def test_a_source_that_says_it_twice_is_told_once(watched: Watched) -> None:
    watched.enrol()
    watched.says(troubles={"main": "away"}, sources=[{"name": "main", "trouble": "away"}])
    assert concerns(watched.state()) == [Concern("part", 0, "main", "away")]


def test_a_revoked_edge_is_revoked_whatever_it_said_last(watched: Watched) -> None:
    watched.enrol()
    watched.says(disk_free=0)
    edges.revoke(watched.store, watched.clock, OFFICE, HOSPITAL)
    watched.clock.moment += HOUR
    assert (watched.light(), concerns(watched.state())) == (Light.REVOKED, [])


def test_the_worst_stands_first_and_among_equals_who_waits_longest(watched: Watched) -> None:
    watched.enrol()
    watched.says(oldest_unsent_at=START - HOUR)
    late = watched.state()
    watched.says(oldest_unsent_at=START - 2 * HOUR)
    later = watched.state()
    watched.says()
    well = watched.state()
    watched.says(quarantine=[{"source": "main", "locator": "x", "reason": "JIS-01"}])
    aside = watched.state()
    watched.clock.moment += HOUR
    silent = watched.state()
    assert sorted([well, late, silent, aside, later], key=urgency) == [silent, later, late, aside, well]


def test_a_sent_batch_is_a_word_too(watched: Watched) -> None:
    watched.enrol()
    watched.says()
    watched.clock.moment += 9 * MINUTE
    with watched.store.work() as work:
        (edge,) = work.edges.all()
        assert work.contacts.fence(edge, 1, watched.clock.now())
    watched.clock.moment += 9 * MINUTE
    assert watched.light() is Light.WELL
