"""Which days the calendar shows, as columns: a month by day, or half a year by week. Newest first."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from hie.record.times import FIRST_DAY, LAST_DAY, Day, Period, date_from_day
from viewer.formats import month_start, moved

WEEKS = 26
DAYS_OF_WEEK = 7
EARLIEST, LATEST = Day(18730101), Day(29991231)
"""Days that can be stepped to: Japan's Gregorian calendar begins; an end for arithmetic."""


class View(StrEnum):
    """How much of a life is on the screen."""

    MONTH = "month"
    HALF = "half"


class Column(NamedTuple):
    """One column: a day, or a week."""

    first: Day
    last: Day


class Span(NamedTuple):
    """The period shown, its columns newest first, and where the neighbours lie."""

    view: View
    period: Period
    columns: tuple[Column, ...]
    column_of: Mapping[Day, int]
    older: Day
    newer: Day


@lru_cache(128)
def span(view: View, at: Day) -> Span:
    """Lay out the period that `at` lies in: its month, or the half year that ends with its week."""
    at = Day(min(max(at, EARLIEST), LATEST))
    return _month(at) if view is View.MONTH else _half(at)


def _month(at: Day) -> Span:
    first = month_start(at)
    last = moved(month_start(at, 1), -1)
    days = [moved(last, -number) for number in range(date_from_day(last).day)]
    columns = tuple(Column(day, day) for day in days)
    return _span(View.MONTH, columns, older=moved(first, -1), newer=moved(last, 1))


def _half(at: Day) -> Span:
    end = moved(at, DAYS_OF_WEEK - 1 - date_from_day(at).weekday())
    columns = tuple(
        Column(moved(end, 1 - DAYS_OF_WEEK * (number + 1)), moved(end, -DAYS_OF_WEEK * number))
        for number in range(WEEKS)
    )
    shown = DAYS_OF_WEEK * WEEKS
    return _span(View.HALF, columns, older=moved(end, -shown), newer=moved(end, shown))


def _span(view: View, columns: tuple[Column, ...], older: Day, newer: Day) -> Span:
    column_of = {
        moved(column.first, number): place
        for place, column in enumerate(columns)
        for number in range(1 if column.first == column.last else DAYS_OF_WEEK)
    }
    return Span(view, Period(columns[-1].first, columns[0].last), columns, column_of, older, newer)


def clipped(first: Day, last: Day, period: Period) -> Period | None:
    """Return the part of a stay that lies in `period`; unknown and open ends reach beyond it."""
    start = max(first or FIRST_DAY, period.start)
    end = min(last or LAST_DAY, period.end)
    return Period(Day(start), Day(end)) if start <= end else None
