"""Times as HL7 and SS-MIX2 write them, and Japanese time.

Days and times that are indexed are kept as digits, `YYYYMMDD` and `YYYYMMDDHHMMSS`, in local
Japanese time: that is what every source says, and it sorts. `UNKNOWN_DAY` is an explicit
value, because unknown is closed (law 6).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple, NewType

JST = timezone(timedelta(hours=9), "JST")

Day = NewType("Day", int)
"""A calendar day as the number YYYYMMDD; 0 where the day is not known."""

UNKNOWN_DAY = Day(0)
FIRST_DAY = Day(10000101)
LAST_DAY = Day(99991231)


class Period(NamedTuple):
    """Days from `start` to `end`, both included."""

    start: Day
    end: Day

    def holds(self, day: Day) -> bool:
        """Say whether `day` lies inside; an unknown day lies in no period."""
        return self.start <= day <= self.end


ALWAYS = Period(FIRST_DAY, LAST_DAY)


def day_of(text: str) -> Day:
    """Read the day at the front of an HL7 DT, TS or DTM; `UNKNOWN_DAY` if there is none.

    Accepts `YYYYMMDD` with anything behind it. Partial dates (`YYYY`, `YYYYMM`) are no day.
    """
    digits = text[:8]
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):  # noqa: PLR2004  eight digits make a day
        return UNKNOWN_DAY
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return UNKNOWN_DAY
    return Day(int(digits))


def day_from_date(when: date) -> Day:
    """Turn a date into its number."""
    return Day(when.year * 10000 + when.month * 100 + when.day)


def date_from_day(day: Day) -> date:
    """Turn a day's number into a date; the day must be known."""
    return date(day // 10000, day // 100 % 100, day % 100)


def japanese_day(moment: datetime) -> Day:
    """Name the Japanese calendar day in which the aware `moment` lies."""
    return day_from_date(moment.astimezone(JST).date())


@lru_cache(maxsize=16384)  # a life of drugs asks for the same ends again and again
def day_at(milliseconds: int) -> Day:
    """Name the Japanese calendar day of a moment, milliseconds since 1970 as the clock counts."""
    return japanese_day(datetime.fromtimestamp(milliseconds / 1000, JST))


def days_after(day: Day, days: int) -> Day:
    """Return the day `days` later, earlier where negative; held within `ALWAYS`, unknown stays unknown."""
    if day < FIRST_DAY:
        return UNKNOWN_DAY
    when = date_from_day(day).toordinal() + days
    return day_from_date(date.fromordinal(min(max(when, _FIRST), _LAST)))


def days_between(first: Day, last: Day) -> int:
    """Count the days from `first` to `last`, negative where `last` is earlier; both must be known."""
    return (date_from_day(last) - date_from_day(first)).days


_FIRST, _LAST = date_from_day(FIRST_DAY).toordinal(), date_from_day(LAST_DAY).toordinal()
