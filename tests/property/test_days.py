"""Days that are reckoned with stay in the calendar."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hie.record.times import (
    ALWAYS,
    FIRST_DAY,
    LAST_DAY,
    UNKNOWN_DAY,
    Day,
    day_from_date,
    days_after,
    days_between,
)

_DAYS = st.dates(date(1000, 1, 1), date.max).map(day_from_date)
_MANY = st.integers(-10_000_000, 10_000_000)


@given(_DAYS, _MANY)
def test_no_number_of_days_leads_out_of_the_calendar(day: Day, days: int) -> None:
    assert ALWAYS.holds(days_after(day, days))


@given(_DAYS, _DAYS)
def test_the_days_between_two_lead_from_one_to_the_other(first: Day, last: Day) -> None:
    assert days_after(first, days_between(first, last)) == last
    assert days_between(first, last) == -days_between(last, first)


@given(_DAYS, _MANY, _MANY)
def test_more_days_lead_no_earlier(day: Day, some: int, others: int) -> None:
    assert days_after(day, min(some, others)) <= days_after(day, max(some, others))


@pytest.mark.parametrize(
    ("day", "days", "found"),
    [
        (LAST_DAY, 1, LAST_DAY),
        (FIRST_DAY, -1, FIRST_DAY),
        (20240228, 1, 20240229),
        (20250301, -1, 20250228),
        (UNKNOWN_DAY, 5, UNKNOWN_DAY),
    ],
)
def test_the_ends_hold_and_what_is_unknown_stays_so(day: int, days: int, found: int) -> None:
    assert days_after(Day(day), days) == found
