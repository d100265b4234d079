"""Stays are told from in-patient events alone, and the events have days, not hours."""

import pytest

from hie.exchange.ports import Movement
from hie.exchange.timeline import Stay, stays
from hie.record.identifiers import FacilityCode
from hie.record.times import LAST_DAY, UNKNOWN_DAY, Day

HERE, THERE = FacilityCode("1319900001"), FacilityCode("1319900002")


def _in(day: int, where: FacilityCode = HERE) -> Movement:
    return Movement(Day(day), "ADT-22", where)


def _out(day: int, where: FacilityCode = HERE) -> Movement:
    return Movement(Day(day), "ADT-52", where)


CASES = [
    pytest.param([_in(20260101), _out(20260110)], [(20260101, 20260110)], id="one stay"),
    pytest.param([_in(20260101)], [(20260101, LAST_DAY)], id="still in hospital"),
    pytest.param([_out(20260110)], [(UNKNOWN_DAY, 20260110)], id="admitted before anything was shared"),
    pytest.param([_in(20260101), _out(20260101)], [(20260101, 20260101)], id="in and out on one day"),
    pytest.param(
        [_in(20260101), _out(20260110), _in(20260110), _out(20260120)],
        [(20260110, 20260120), (20260101, 20260110)],
        id="out and in again on one day",
    ),
    pytest.param(
        [_in(20260101), _in(20260103), _out(20260110)], [(20260101, 20260110)], id="admitted twice over"
    ),
]


@pytest.mark.parametrize(("events", "expected"), CASES)
def test_admissions_are_paired_with_the_discharges_that_follow(
    events: list[Movement], expected: list[tuple[int, int]]
) -> None:
    for given in (events, events[::-1]):
        assert stays(given) == tuple(Stay(HERE, Day(start), Day(end)) for start, end in expected)


def test_hospitals_do_not_end_each_others_stays() -> None:
    found = stays([_in(20260101), _out(20260105, THERE)])
    assert set(found) == {
        Stay(HERE, Day(20260101), LAST_DAY),
        Stay(THERE, UNKNOWN_DAY, Day(20260105)),
    }


def test_planned_events_and_leaves_are_no_stays() -> None:
    assert stays([Movement(Day(20260101), kind, HERE) for kind in ("ADT-21", "ADT-31", "ADT-42")]) == ()
