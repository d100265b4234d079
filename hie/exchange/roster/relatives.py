"""Relatives and representatives: who they are to the patient, and until when they see the record.

A card's number alone lets nobody see somebody else's whole record for good (security B.8): the inviter
writes down the relation, the paper is compared by who approves, and it ends within two years. A parent's
access ends on the patient's eighteenth birthday (Civil Code article 4).
"""

from __future__ import annotations

from datetime import datetime

from consent.model import FOREVER
from hie.exchange.ports import Invitation, UnitOfWork
from hie.record.times import JST, UNKNOWN_DAY, Day

PARENT = "parent"
RELATIONS = (PARENT, "spouse", "child", "sibling", "guardian", "proxy", "other")
"""Parent of a minor, spouse, child, sibling, guardian by a court, proxy by a written mandate, other."""
LONGEST = 2 * 366 * 86_400_000
"""Milliseconds for which it is agreed at most."""
OF_AGE = 18


def last_moment(work: UnitOfWork, letter: Invitation) -> int:
    """Return the first moment at which an invited person sees nothing any more."""
    ends_at = letter.ends_at or FOREVER
    if letter.relation != PARENT:
        return ends_at
    found = work.patients.files([letter.patient]).get(letter.patient)
    return min(ends_at, comes_of_age(found.patient.birth_day)) if found else 0


def comes_of_age(birth_day: Day) -> int:
    """Return the moment of the eighteenth birthday, 0 where the day of birth is not known (closed)."""
    if birth_day == UNKNOWN_DAY:
        return 0
    year, month, day = birth_day // 10_000 + OF_AGE, birth_day // 100 % 100, birth_day % 100
    try:
        then = datetime(year, month, day, tzinfo=JST)
    except ValueError:  # born on the 29th of February
        then = datetime(year, month + 1, 1, tzinfo=JST)
    return int(then.timestamp() * 1000)
