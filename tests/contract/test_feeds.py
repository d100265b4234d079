"""The promises of `Feeds`."""

from __future__ import annotations

from hie.exchange.ports import FeedHour, FeedRun, Quarantined, Store
from tests import filed as our


def _held(locator: str, seen_at: int = 1, reason: str = "JIS-01") -> Quarantined:
    return Quarantined(our.HOSPITAL, locator, reason, "A sentence.", seen_at)


def test_a_locator_is_held_once_with_its_newest_reason(store: Store) -> None:
    with store.work() as work:
        assert work.feeds.quarantine([_held("a"), _held("b"), _held("a")]) == 2
        assert work.feeds.quarantine([_held("a", 5, "ID-01")]) == 0
        assert work.feeds.quarantine([]) == 0
    with store.look() as work:
        assert work.feeds.quarantined(our.HOSPITAL) == [_held("a", 5, "ID-01"), _held("b")]
        assert work.feeds.quarantined(our.OTHER_HOSPITAL) == []


def test_a_released_locator_is_forgotten(store: Store) -> None:
    with store.work() as work:
        work.feeds.quarantine([_held("a"), _held("b")])
        work.feeds.release(our.HOSPITAL, ["a", "never held"])
        work.feeds.release(our.OTHER_HOSPITAL, ["b"])
        work.feeds.release(our.HOSPITAL, [])
        assert work.feeds.quarantined(our.HOSPITAL) == [_held("b")]


def test_a_name_that_is_no_text_can_be_held_and_released(store: Store) -> None:
    name = b"\x83\x00\xff".decode("ascii", "surrogateescape")
    with store.work() as work:
        assert work.feeds.quarantine([_held(name)]) == 1
        work.feeds.release(our.HOSPITAL, [name])
        assert work.feeds.quarantined(our.HOSPITAL) == []


def test_runs_come_newest_first(store: Store) -> None:
    runs = [FeedRun(our.HOSPITAL, at, at + 1, 10, 5, 3, 1, 1) for at in range(3)]
    with store.work() as work:
        for run in runs:
            work.feeds.finished(run)
        assert work.feeds.runs(our.HOSPITAL, 2) == [runs[2], runs[1]]
        assert work.feeds.runs(our.OTHER_HOSPITAL, 2) == []


def test_hours_add_up_what_began_in_them(store: Store) -> None:
    hour = 3_600_000
    begun = [(0, 9), (hour, 2), (hour + 5, 3), (2 * hour - 1, 0), (3 * hour, 0)]
    with store.work() as work:
        for at, indexed in begun:
            work.feeds.finished(FeedRun(our.HOSPITAL, at, at + 1, 10, indexed, 3, 1, 1))
        work.feeds.finished(FeedRun(our.OTHER_HOSPITAL, hour, hour, 1, 1, 0, 0, 0))
        assert work.feeds.hours(our.HOSPITAL, hour) == [FeedHour(1, 5, 3, hour + 6), FeedHour(3, 0, 1, 0)]
        assert work.feeds.hours(our.HOSPITAL, 4 * hour) == []
