"""What is new to a person, by one rule for the first page, the calendar and every list.

Who looked before sees as new what was filed since. To who never looked all would be new and nothing would
stand out: new is what is of the last days.
"""

from __future__ import annotations

from hie.exchange.ports.looks import VISIT_ENDS, Look, Unseen
from hie.record.times import Day, day_at, days_after

FRESH = 14
"""Days: to who never looked at a patient, older things are no news."""


def fresh_from(today: Day) -> Day:
    """Return the first day of what is new to who never looked."""
    return days_after(today, -FRESH)


def untold(look: Look | None, first: Day) -> Unseen:
    """Return what a first page tells: all that no page showed; `first` counts for who never looked."""
    return _after(look.current if look else 0, first)


def unseen(look: Look | None, now: int) -> Unseen:
    """Return what a page of the patient marks at `now`: what was new when the visit began stays so."""
    today = day_at(now)
    if look is None:
        return _after(0, fresh_from(today))
    return _after(look.current if now - look.at >= VISIT_ENDS else look.seen, fresh_from(today))


def _after(number: int, first: Day) -> Unseen:
    return Unseen(number) if number else Unseen(0, first)
