"""One person of the whole region, by what only somebody who has them in front of them knows.

There is no list and no front of a word: one person or none (attack 29). Who asks too often in an hour
is answered no more; each try is audited, with the person it hit, so that they find it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from hie.exchange.ports import AuditEvent, UnitOfWork
from hie.record.identifiers import PatientId, is_patient_id
from hie.record.people import Sex
from hie.record.requester import Requester
from hie.record.times import UNKNOWN_DAY, Day

MOST_TRIES = 20
HOUR = 3_600_000


class Identity(NamedTuple):
    """What was typed or scanned; one of the three ways is filled in."""

    own_number: str = ""
    """Chart number at the asker's own facility."""
    card: str = ""
    """The region's number on the patient's card."""
    kana: str = ""
    birth_day: Day = UNKNOWN_DAY
    sex: Sex | None = None

    def __repr__(self) -> str:
        """Show nothing that was typed."""
        return f"Identity(by {self.way})"

    @property
    def way(self) -> str:
        """Name the way for the audit record."""
        return "number" if self.own_number else "card" if self.card else "name"


class Miss(StrEnum):
    """Why no one person was found."""

    NOBODY = "nobody"
    SEVERAL = "several"
    TOO_OFTEN = "too-often"


def find_exactly(work: UnitOfWork, now: int, requester: Requester, identity: Identity) -> PatientId | Miss:
    """Return the one person meant; counted and audited in the caller's transaction.

    The answer is for the caller's own next question: show it to nobody before the gate agreed.
    """
    if work.exact.tries(requester.user, now - HOUR, add=now) > MOST_TRIES:
        found: PatientId | Miss = Miss.TOO_OFTEN
    else:
        found = _found(work, requester, identity)
    hit = "" if isinstance(found, Miss) else found
    outcome = "done" if hit else "refused" if found is Miss.TOO_OFTEN else "absent"
    work.audit.append(
        [AuditEvent(now, requester, "exact-search", outcome, hit, 0, (), 0, f"by {identity.way}")]
    )
    return found


def _found(work: UnitOfWork, requester: Requester, identity: Identity) -> PatientId | Miss:
    if identity.own_number:
        linked = work.patients.resolve(requester.facility, [identity.own_number]).get(identity.own_number)
        return linked[1] if linked else Miss.NOBODY
    if identity.card:
        known = is_patient_id(identity.card) and work.patients.files([PatientId(identity.card)])
        return PatientId(identity.card) if known else Miss.NOBODY
    found = work.exact.by_name(identity.kana, identity.birth_day, identity.sex)
    if len(found) > 1:
        return Miss.SEVERAL
    return found[0] if found else Miss.NOBODY
