"""Stays are told from in-patient events alone: legs, leaves, plans, corrections and cancellations."""

from typing import Any

import pytest

from hie.exchange.ports import Movement
from hie.exchange.records.stays import Absence, Leg, Stay, stays
from hie.record.entry import EntryStatus
from hie.record.identifiers import FacilityCode
from hie.record.times import LAST_DAY, UNKNOWN_DAY, Day

APPROVED = EntryStatus.APPROVED
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
        found = stays(given)
        assert [(stay.start, stay.end, stay.custodian) for stay in found] == [
            (start, end, HERE) for start, end in expected
        ]


def test_hospitals_do_not_end_each_others_stays() -> None:
    found = stays([_in(20260101), _out(20260105, THERE)])
    assert {stay[:3] for stay in found} == {
        (HERE, 20260101, LAST_DAY),
        (THERE, UNKNOWN_DAY, 20260105),
    }


def test_a_transfer_or_a_leave_alone_is_no_stay() -> None:
    assert stays([Movement(Day(20260101), kind, HERE) for kind in ("ADT-31", "ADT-42", "ADT-51")]) == ()
    assert stays([Movement(UNKNOWN_DAY, "ADT-22", HERE)]) == ()


def test_an_event_of_a_kind_that_is_not_known_moves_nobody() -> None:
    events = [_in(20260101), Movement(Day(20260103), "ADT-33", HERE), _out(20260110)]
    assert [stay[1:3] for stay in stays(events)] == [(20260101, 20260110)]


def _at(moment: str, kind: str, where: str = "", **more: Any) -> Movement:
    """Make an event; `where` is department and ward."""
    department, _, ward = where.partition(" ")
    event = Movement(Day(int(moment[:8])), kind, HERE, moment, f"{moment:0<17}", APPROVED, department, ward)
    return event._replace(**more)


MOVED = [
    _at("202601011400", "ADT-22", "01 3E"),
    _at("202601050900", "ADT-42", "01 3E", status=EntryStatus.DEPRECATED),
    _at("202601051000", "ADT-42", "05 5W", status=EntryStatus.DEPRECATED),
    _at("202601051500", "ADT-42", "ICU"),
]


def test_a_transfer_begins_a_leg_though_a_later_one_superseded_its_file() -> None:
    (stay,) = stays([*MOVED, _at("202601101000", "ADT-52")])
    assert stay.legs == (
        Leg("202601011400", "01", "3E"),
        Leg("202601051000", "05", "5W"),
        Leg("202601051500", "ICU", "5W"),
    ), "another bed is no other leg, and what a transfer leaves out stays as it was"
    assert [leg.day for leg in stay.legs] == [20260101, 20260105, 20260105]
    assert (stay.start, stay.end) == (20260101, 20260110)


def test_the_newest_file_of_a_moment_says_what_happened() -> None:
    corrected = MOVED[2]._replace(ward="6N", version="20260106090000000", status=APPROVED)
    taken_back = MOVED[3]._replace(version="20260106090000000", status=EntryStatus.WITHDRAWN)
    for events in ([*MOVED, corrected, taken_back], [taken_back, corrected, *MOVED]):
        (stay,) = stays(events)
        assert [leg.ward for leg in stay.legs] == ["3E", "6N"]


def test_of_two_files_written_at_once_the_one_that_takes_back_decides() -> None:
    gone = MOVED[0]._replace(status=EntryStatus.WITHDRAWN)
    assert stays([gone, MOVED[0]]) == stays([MOVED[0], gone]) == ()


def test_leaves_are_gaps_inside_a_stay() -> None:
    events = [
        MOVED[0],
        _at("202601031000", "ADT-31", expected="20260104"),
        _at("202601031100", "ADT-31"),
        _at("202601041700", "ADT-32"),
        _at("202601041800", "ADT-32"),
        _at("202601081000", "ADT-31"),
    ]
    (stay,) = stays(events)
    assert stay.leaves == (
        Absence("202601031000", "202601041700", "20260104"),
        Absence("202601081000", "", ""),
    )
    assert [leave.days for leave in stay.leaves] == [(20260103, 20260104), (20260108, LAST_DAY)]
    (stay,) = stays([*events, _at("202601091000", "ADT-52")])
    assert stay.leaves[1].until == "202601091000", "who never came back was discharged"


AWAY = [
    _at("202601011400", "ADT-22", "01 3E"),
    _at("202601031000", "ADT-31", expected="20260105"),
    _at("202601041700", "ADT-32", expected="20260105"),
    _at("202601061000", "ADT-31"),
    _at("202601081700", "ADT-32", expected="20260109"),
]


def _untold(day: str, written: str) -> Movement:
    """An A53 under the day of the planned return, which does not say when the return was."""
    return _at(day, "ADT-32", status=EntryStatus.WITHDRAWN, expected=day, version=f"{written:0<17}")


def _back(*events: Movement) -> list[str]:
    (stay,) = stays([*AWAY, *events])
    assert [leave.since for leave in stay.leaves] == ["202601031000", "202601061000"][: len(stay.leaves)]
    return [leave.until for leave in stay.leaves]


def test_a_taken_back_return_is_found_though_it_lies_under_the_planned_day() -> None:
    assert _back() == ["202601041700", "202601081700"]
    assert _back(_untold("20260109", "20260108180000")) == ["202601041700", ""]
    assert _back(_untold("20260105", "20260104180000")) == ["202601081700"], "away until the next return"
    twice = [_untold("20260109", "20260108180000"), _untold("20260105", "20260108190000")]
    assert _back(*twice) == _back(*twice[::-1]) == [""]
    assert _back(_untold("20260105", "20260102180000")) == ["202601041700", "202601081700"], "none before it"


def test_a_return_that_is_taken_back_in_two_ways_takes_no_other_with_it() -> None:
    renamed = AWAY[4]._replace(status=EntryStatus.WITHDRAWN)
    (stay,) = stays([*AWAY[:4], renamed, _untold("20260109", "20260108180000")])
    assert [leave.until for leave in stay.leaves] == ["202601041700", ""]
    told = AWAY[4]._replace(
        status=EntryStatus.WITHDRAWN, version="20260108180000000", service_day=Day(20260109)
    )
    assert _back(told) == ["202601041700", ""], "it says when the return was"
    (stay,) = stays([*AWAY[:4], renamed])
    assert [leave.until for leave in stay.leaves] == ["202601041700", ""], "a deleted file is no A53"


def test_a_day_without_hours_is_put_in_an_order_that_can_be() -> None:
    day = [Movement(Day(20260104), kind, HERE) for kind in ("ADT-31", "ADT-32", "ADT-52", "ADT-22")]
    later, earlier = stays([_in(20260101), *day])
    assert (earlier.start, earlier.end, len(earlier.leaves)) == (20260101, 20260104, 1)
    assert (later.start, later.end, later.leaves) == (20260104, LAST_DAY, ())
    away = [_in(20260101), Movement(Day(20260102), "ADT-31", HERE), *day[:2]]
    (stay,) = stays(away)
    assert [leave.days for leave in stay.leaves] == [(20260102, 20260104), (20260104, LAST_DAY)]


def test_a_discharge_at_a_corrected_hour_is_one_discharge() -> None:
    events = [MOVED[0], _at("202601101000", "ADT-52"), _at("202601101100", "ADT-52")]
    assert [(stay.start, stay.end) for stay in stays(events)] == [(20260101, 20260110)]


def test_of_an_admission_at_a_corrected_hour_the_newest_file_stands() -> None:
    for was, became in (("202601010900", "202601011400"), ("202601011400", "202601010900")):
        wrong = _at(was, "ADT-22", "01 3E", version="20260101150000000", status=EntryStatus.DEPRECATED)
        right = _at(became, "ADT-22", "05 5W", version="20260101160000000")
        moved = _at("202601011700", "ADT-42", "ICU")
        for events in ([wrong, right, moved], [moved, right, wrong]):
            (stay,) = stays(events)
            assert stay.legs == (Leg(became, "05", "5W"), Leg("202601011700", "ICU", "5W"))
        out = _at("202601011000", "ADT-52", version="20260101153000000")
        again, first = stays([right, wrong, out])
        assert (first.start, first.end, again.end) == (20260101, 20260101, LAST_DAY), "two true admissions"


def test_what_was_shared_of_a_stay_without_its_admission_is_told() -> None:
    (stay,) = stays([MOVED[2], _at("202601101000", "ADT-52")])
    assert (stay.start, stay.legs) == (UNKNOWN_DAY, (Leg("202601051000", "05", "5W"),))


def test_a_planned_admission_is_a_plan_until_somebody_is_admitted() -> None:
    plan = _at("20260120", "ADT-21", "05 5W", expected="20260125")
    (stay,) = stays([plan])
    assert stay == Stay(HERE, Day(20260120), Day(20260125), (Leg("20260120", "05", "5W"),), planned=True)
    assert stays([plan._replace(status=EntryStatus.DEPRECATED)]) == (), "a plan that was replaced"
    assert stays([plan._replace(status=EntryStatus.WITHDRAWN)]) == ()
    for admitted, planned in (("20260101", True), ("20260118", False), ("20260121", False)):
        found = stays([plan, _at(f"{admitted}1400", "ADT-22"), _at(f"{admitted}1500", "ADT-52")])
        assert [stay.planned for stay in found] == ([True, False] if planned else [False])
    assert len(stays([plan, MOVED[0]])) == 1, "who is in hospital is not to be admitted"
    leaving = _at("20260110", "ADT-51")
    assert [one.planned for one in stays([plan, MOVED[0], leaving])] == [False, True], (
        "unless they leave before"
    )


def test_plans_for_who_is_in_hospital_are_said_with_the_stay() -> None:
    plans = [
        _at("20260103", "ADT-41", "05 5W", status=EntryStatus.DEPRECATED),
        _at("20260104", "ADT-41", "05 5W"),
        _at("20260108", "ADT-51", version="20260102"),
        _at("20260109", "ADT-51", version="20260103"),
    ]
    (stay,) = stays([MOVED[0], *plans])
    assert (stay.to_move, stay.to_leave) == ((Leg("20260104", "05", "5W"),), "20260109")
    (moved,) = stays([*MOVED, *plans])
    assert moved.to_move == (), "it came about"
    (left,) = stays([MOVED[0], *plans, _at("202601081000", "ADT-52")])
    assert (left.to_move, left.to_leave) == ((), "")
