"""Working days in Japan, for what must be done within so many of them.

Saturdays, Sundays and the turn of the year (29 December to 3 January) are free. Other holidays are
counted as working days: a deadline then comes sooner than it might, never later.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hie.record.times import JST

_SATURDAY = 5
_FREE = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Say whether offices are open on a day."""
    return day.weekday() < _SATURDAY and (day.month, day.day) not in _FREE


def end_of_working_day(moment: int, days: int) -> int:
    """Return when the last of so many working days after the Japanese day of `moment` ends."""
    day = datetime.fromtimestamp(moment / 1000, UTC).astimezone(JST).date()
    while days:
        day += _DAY
        days -= is_working_day(day)
    return int(datetime.combine(day + _DAY, time(), JST).timestamp()) * 1000
