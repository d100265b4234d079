"""Moments of findings as numbers that sort: YYYYMMDDHHMMSS, with how much of it the source gave."""

from __future__ import annotations

from hie.record.times import Day, Period

DIGITS = 14
DAY_DIGITS = 8
_TIME_OF_DAY = 1_000_000


def moment_of(observed_at: str, otherwise: Day) -> tuple[int, int]:
    """Return the moment and its digits; the start of the day `otherwise` and 0 where no day was given."""
    text = observed_at[:DIGITS]
    if len(text) >= DAY_DIGITS and text.isascii() and text.isdigit():
        return int(text.ljust(DIGITS, "0")), len(text)
    return otherwise * _TIME_OF_DAY, 0


def text_of(moment: int, precision: int) -> str:
    """Write the digits the source gave, or nothing."""
    return f"{moment:0{DIGITS}d}"[:precision]


def bounds(period: Period) -> tuple[int, int]:
    """Return the first and the last moment of a period's days."""
    return period.start * _TIME_OF_DAY, period.end * _TIME_OF_DAY + _TIME_OF_DAY - 1
