"""What is asked of a sample region, and the days it counts in (ordinals of the Gregorian calendar)."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from hie.record.times import JST, Day, day_from_date

DEFAULT_UNTIL = date(2026, 10, 31)
DAYS_PER_YEAR = 365
FEWEST_HOSPITALS = 3
"""The stories tell of three hospitals."""

_SATURDAY = 5


class RegionPlan(NamedTuple):
    """Arguments of a region; the same plan gives the same bytes."""

    patients: int = 60
    hospitals: int = 5
    years: int = 2
    seed: int = 1
    until: date = DEFAULT_UNTIL
    """Last day of which anything is told."""
    feeds: bool = True
    """Whether hospitals that have transaction storage and index write them."""

    @property
    def last(self) -> int:
        """Ordinal of the last day."""
        return self.until.toordinal()

    @property
    def first(self) -> int:
        """Ordinal of the first day of which documents are told."""
        return self.last - self.years * DAYS_PER_YEAR


@lru_cache(1 << 15)
def day_text(ordinal: int) -> str:
    """Write a day as `YYYYMMDD`."""
    return date.fromordinal(ordinal).strftime("%Y%m%d")


def day_number(ordinal: int) -> Day:
    """Give a day as the number the record uses."""
    return day_from_date(date.fromordinal(ordinal))


@lru_cache(1 << 15)
def working_day(ordinal: int) -> int:
    """Move a Saturday or Sunday back to the Friday before it."""
    weekday = date.fromordinal(ordinal).weekday()
    return ordinal - max(0, weekday - _SATURDAY + 1)


def moment(ordinal: int, hour: int = 10) -> int:
    """Milliseconds since 1970 of a full hour of a Japanese day."""
    return int(datetime.combine(date.fromordinal(ordinal), time(hour), JST).timestamp()) * 1000
