"""Which days the calendar shows, as columns: from a day by itself to a life by years. Newest first.

Where the person wants it the columns run the other way round; what stands in them is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from hie.record.times import FIRST_DAY, LAST_DAY, Day, Period, date_from_day, days_after
from viewer.formats import month_start

WEEKS = 26
MONTHS = 12
DAYS_OF_WEEK = 7
EARLIEST, LATEST = Day(18730101), Day(29991231)
"""Days that can be stepped to: Japan's Gregorian calendar begins; an end for arithmetic."""
MOST_YEARS = 130
"""Columns of a life, whatever days a source writes."""


class View(StrEnum):
    """How much of a life is on the screen."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    HALF = "half"
    YEAR = "year"
    LIFE = "life"


SINGLE = frozenset({View.DAY, View.WEEK, View.MONTH})
"""Views with a column for each day."""
COUNTED = frozenset({View.YEAR, View.LIFE})
"""Views that show counts, each of which leads closer; no line is read for them."""
CLOSER = {View.LIFE: View.YEAR, View.YEAR: View.MONTH, View.HALF: View.WEEK, View.MONTH: View.DAY}
"""What a column's head leads to; a day by itself is as close as it gets."""
CLOSER[View.WEEK] = View.DAY


_VIEWS = {view.value: view for view in View}


class Column(NamedTuple):
    """One column: a day, a week, a month or a year."""

    first: Day
    last: Day


class Span(NamedTuple):
    """The period shown, its columns in order, and where the neighbours lie."""

    view: View
    period: Period
    columns: tuple[Column, ...]
    column_of: Mapping[Day, int]
    older: Day
    newer: Day
    oldest_first: bool = False


class _ByUnit(dict[Day, int]):
    """Columns by month or year, asked for by day: a life has too many days to name each."""

    def __init__(self, columns: tuple[Column, ...], unit: int) -> None:
        super().__init__({Day(column.first // unit): place for place, column in enumerate(columns)})
        self._unit = unit

    def __missing__(self, day: Day) -> int:
        place = self.get(Day(day // self._unit))
        if place is None:
            raise KeyError(day)
        return place


def view_of(text: str) -> View:
    """Read how much is to be shown; half a year where nothing known is said."""
    return _VIEWS.get(text, View.HALF)


@lru_cache(256)
def span(view: View, at: Day, oldest_first: bool = False) -> Span:  # noqa: FBT001, FBT002  one of two orders
    """Lay out the period that `at` lies in: its day, week, month, or what ends with its week or month."""
    at = Day(min(max(at, EARLIEST), LATEST))
    found = _LAID[view](at)
    return turned(found) if oldest_first else found


@lru_cache(64)
def life(first: int, last: int, oldest_first: bool = False) -> Span:  # noqa: FBT001, FBT002  one of two orders
    """Lay out the years from `first` to `last`, at most `MOST_YEARS` of them, the latest."""
    years = range(last, max(first, last - MOST_YEARS + 1) - 1, -1)
    columns = tuple(Column(Day(year * 10000 + 101), Day(year * 10000 + 1231)) for year in years)
    whole = Period(columns[-1].first, columns[0].last)
    older, newer = days_after(whole.start, -1), days_after(whole.end, 1)
    found = Span(View.LIFE, whole, columns, _ByUnit(columns, 10000), older, newer)
    return turned(found) if oldest_first else found


def turned(laid: Span) -> Span:
    """Return the same period with its columns the other way round."""
    last = len(laid.columns) - 1
    column_of: Mapping[Day, int]
    columns = laid.columns[::-1]
    if laid.view in COUNTED:
        column_of = _ByUnit(columns, 100 if laid.view is View.YEAR else 10000)
    else:
        column_of = {day: last - place for day, place in laid.column_of.items()}
    return laid._replace(columns=columns, column_of=column_of, oldest_first=True)


def _day(at: Day) -> Span:
    return _span(View.DAY, (Column(at, at),), older=days_after(at, -1), newer=days_after(at, 1))


def _week(at: Day) -> Span:
    end = days_after(at, DAYS_OF_WEEK - 1 - date_from_day(at).weekday())
    days = [days_after(end, -number) for number in range(DAYS_OF_WEEK)]
    columns = tuple(Column(day, day) for day in days)
    return _span(
        View.WEEK, columns, older=days_after(end, -DAYS_OF_WEEK), newer=days_after(end, DAYS_OF_WEEK)
    )


def _month(at: Day) -> Span:
    first = month_start(at)
    last = days_after(month_start(at, 1), -1)
    days = [days_after(last, -number) for number in range(date_from_day(last).day)]
    columns = tuple(Column(day, day) for day in days)
    return _span(View.MONTH, columns, older=days_after(first, -1), newer=days_after(last, 1))


def _half(at: Day) -> Span:
    end = days_after(at, DAYS_OF_WEEK - 1 - date_from_day(at).weekday())
    columns = tuple(
        Column(days_after(end, 1 - DAYS_OF_WEEK * (number + 1)), days_after(end, -DAYS_OF_WEEK * number))
        for number in range(WEEKS)
    )
    shown = DAYS_OF_WEEK * WEEKS
    return _span(View.HALF, columns, older=days_after(end, -shown), newer=days_after(end, shown))


def _year(at: Day) -> Span:
    """Lay out the twelve months that end with that of `at`."""
    columns = tuple(
        Column(month_start(at, -number), days_after(month_start(at, 1 - number), -1))
        for number in range(MONTHS)
    )
    period = Period(columns[-1].first, columns[0].last)
    older, newer = days_after(period.start, -1), days_after(month_start(at, MONTHS + 1), -1)
    return Span(View.YEAR, period, columns, _ByUnit(columns, 100), older, newer)


def _of_today(at: Day) -> Span:
    return life(at // 10000, at // 10000)


_LAID = {
    View.DAY: _day,
    View.WEEK: _week,
    View.MONTH: _month,
    View.HALF: _half,
    View.YEAR: _year,
    View.LIFE: _of_today,
}


def _span(view: View, columns: tuple[Column, ...], older: Day, newer: Day) -> Span:
    column_of = {
        days_after(column.first, number): place
        for place, column in enumerate(columns)
        for number in range(1 if column.first == column.last else DAYS_OF_WEEK)
    }
    return Span(view, Period(columns[-1].first, columns[0].last), columns, column_of, older, newer)


def clipped(first: Day, last: Day, period: Period) -> Period | None:
    """Return the part of a stay that lies in `period`; unknown and open ends reach beyond it."""
    start = max(first or FIRST_DAY, period.start)
    end = min(last or LAST_DAY, period.end)
    return Period(Day(start), Day(end)) if start <= end else None
