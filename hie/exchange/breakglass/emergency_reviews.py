"""The look that is taken at every emergency afterwards, by somebody else (security F.3).

The discloser's privacy officer or the secretariat reviews, never the user. What nobody reviewed in time,
or what was found wrong, takes the right to break the glass from the user until it is settled, and closes
what the user has open at that moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hie.exchange.breakglass.emergency import end_all_of
from hie.exchange.notices import SECRETARIAT, tell, the_patient
from hie.exchange.ports import (
    AuditEvent,
    Clock,
    PatientFile,
    Review,
    Reviewed,
    ReviewState,
    Store,
    UnitOfWork,
)
from hie.exchange.ports.emergencies import LONGEST_TEXT
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Requester, Role

JUSTIFIED, UNCLEAR, UNJUSTIFIED = OUTCOMES = ("justified", "unclear", "unjustified")
"""What a reviewer finds; the last suspends the user until the secretariat lifts it."""
WAITING = frozenset({ReviewState.OPEN, ReviewState.SUSPENDED})
REVIEWERS = frozenset({Role.PRIVACY_OFFICER, Role.SECRETARIAT})
MOST_CLOSED = 50


class Listed(NamedTuple):
    """The page of reviews."""

    waiting: Sequence[Reviewed]
    closed: Sequence[Reviewed]
    files: Mapping[PatientId, PatientFile]


def may_review(requester: Requester, reviewed: Reviewed) -> bool:
    """Say whether somebody may review an emergency: never one's own; officers that of their own documents."""
    session = reviewed.session
    if requester.role not in REVIEWERS or requester.user == session.account:
        return False
    return requester.role is Role.SECRETARIAT or requester.facility in session.disclosers


def queue(store: Store, requester: Requester) -> Sequence[Reviewed]:
    """Return what waits for somebody's review, the most urgent first; `NotFound` for who reviews nothing."""
    with store.look() as work:
        found = _seen(work, requester, WAITING, 500)
    return sorted(found, key=lambda one: (one.review.due_at, one.session.id))


def settled(store: Store, requester: Requester) -> Sequence[Reviewed]:
    """Return the newest reviews that are closed, for who could have written them."""
    with store.look() as work:
        return _seen(work, requester, frozenset({ReviewState.CLOSED}), MOST_CLOSED)


def listed(store: Store, clock: Clock, requester: Requester) -> Listed:
    """Return what waits and what is settled with whom it is about; each person listed gets an audit record.

    Raise `NotFound` for who reviews nothing.
    """
    waiting, closed = queue(store, requester), settled(store, requester)
    patients = sorted({one.session.patient for one in (*waiting, *closed)})
    with store.work() as work:
        now = clock.now()
        work.audit.append(
            [
                AuditEvent(
                    now, requester, "reviews-read", "done", "", 0, (), 0, str(len(waiting) + len(closed))
                )
            ]
            + [AuditEvent(now, requester, "listed", "done", one, 0, (), 0, "") for one in patients]
        )
        return Listed(waiting, closed, work.patients.files(patients))


def review(store: Store, clock: Clock, requester: Requester, session: str, outcome: str, text: str) -> Review:
    """Write the review; the patient is told that there is one.

    Raise `NotFound` where it is not the asker's to write, `Conflict` where it is written, `Invalid` where it
    says nothing known.
    """
    if outcome not in OUTCOMES or not 0 < len(text.strip()) <= LONGEST_TEXT:
        raise Invalid("a review says what was found, and why")
    with store.work() as work:
        now = clock.now()
        found = _reviewable(work, requester, session)
        if found.review.state not in WAITING or found.review.outcome:
            raise Conflict("the review is written")
        state = ReviewState.SUSPENDED if outcome == UNJUSTIFIED else ReviewState.CLOSED
        written = Review(session, found.review.due_at, state, requester.user, outcome, text.strip(), now)
        if not work.emergencies.review(written, found.review):
            raise Conflict("the review is written")
        _written_down(work, now, requester, "emergency-review", found, outcome)
        patient = found.session.patient
        if outcome == UNJUSTIFIED:
            end_all_of(work, now, requester, found.session.account)
        tell(work, clock, [the_patient(patient)], "emergency-reviewed", patient, session)
    return written


def lift(store: Store, clock: Clock, requester: Requester, session: str) -> Review:
    """Give the user of a wrong emergency the right back; only the secretariat, never for oneself."""
    with store.work() as work:
        now = clock.now()
        found = _reviewable(work, requester, session)
        wrong = found.review.state is ReviewState.SUSPENDED and found.review.outcome
        if not wrong or requester.role is not Role.SECRETARIAT:
            raise NotFound("nothing to lift")
        lifted = found.review._replace(state=ReviewState.CLOSED)
        if not work.emergencies.review(lifted, found.review):
            raise NotFound("nothing to lift")
        _written_down(work, now, requester, "emergency-right-restored", found, found.session.account)
    return lifted


def suspend_overdue(store: Store, clock: Clock, requester: Requester) -> int:
    """Suspend who broke the glass and was not reviewed in time; return how many. For the housekeeping."""
    with store.look() as work:
        if not _overdue(work, clock.now()):
            return 0
    with store.work() as work:
        now = clock.now()
        overdue = _overdue(work, now)
        for one in overdue:
            suspended = one.review._replace(state=ReviewState.SUSPENDED)
            if not work.emergencies.review(suspended, one.review):
                continue  # somebody reviewed it in this moment
            end_all_of(work, now, requester, one.session.account)
            _written_down(work, now, requester, "emergency-right-suspended", one, one.session.account)
            tell(work, clock, [SECRETARIAT], "emergency-overdue", one.session.patient, one.session.id)
    return len(overdue)


def _overdue(work: UnitOfWork, now: int) -> list[Reviewed]:
    waiting = work.emergencies.among(states=frozenset({ReviewState.OPEN}), limit=10_000)
    return [one for one in waiting if one.review.due_at <= now]


def _seen(
    work: UnitOfWork, requester: Requester, states: frozenset[ReviewState], limit: int
) -> list[Reviewed]:
    if requester.role not in REVIEWERS | {Role.LIAISON}:
        raise NotFound("no reviews for the asker")
    own = None if requester.role is Role.SECRETARIAT else requester.facility
    return list(work.emergencies.among(states=states, discloser=own, limit=limit))


def _reviewable(work: UnitOfWork, requester: Requester, session: str) -> Reviewed:
    found = work.emergencies.find(session)
    if found is None or not may_review(requester, found):
        raise NotFound("no such review for the asker")
    return found


def _written_down(
    work: UnitOfWork, now: int, requester: Requester, action: str, found: Reviewed, detail: str
) -> None:
    text = f"{found.session.id} {detail}"
    work.audit.append([AuditEvent(now, requester, action, "done", found.session.patient, 0, (), 0, text)])
