"""Break the glass: open one patient's record in an emergency, for hours, seen by everybody concerned.

Only a doctor, dentist or nurse of a hospital on emergency duty may, who has just shown a second factor,
says why, and names one person exactly; and only where that person agreed to the form's emergency clause.
Whoever is refused cannot tell whether the region knows the person. Opening writes, in one transaction, the
session, its review item, the notices and the audit record; what it opens is the gate's answer, rule
`emergency`, asked for every read again (security B.2 step 11, attack 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from consent.gate import decide
from consent.grant import Grant
from consent.model import Action, Emergency, Question, decisions_of
from hie.exchange.breakglass.working_days import end_of_working_day
from hie.exchange.consents.exact import Identity, Miss, find_exactly
from hie.exchange.gate.declared import is_confirmed
from hie.exchange.notices import SECRETARIAT, officer_of, tell, the_patient
from hie.exchange.ports import (
    AuditEvent,
    Clock,
    EmergencySession,
    PatientFile,
    ReviewState,
    Store,
    UnitOfWork,
)
from hie.exchange.ports.emergencies import LONGEST_TEXT
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import FacilityKind
from hie.record.requester import Requester, Role

ROLES = frozenset({Role.DOCTOR, Role.DENTIST, Role.NURSE})
REASONS = ("unconscious", "cannot-speak", "life-in-danger", "transferred", "disaster", "other")
"""Codes of why; the screen has words for each."""
HOUR = 3_600_000
HOURS = (1, 2, 4)
"""How long a session may be asked for; the first is the default, the last the most it ever lasts."""
MOST = HOURS[-1] * HOUR
REVIEW_WITHIN = 3
"""Working days."""
RULE = "emergency"
"""Reason code of the gate's rule."""


class Why(StrEnum):
    """Why the glass was not broken."""

    NOT_ALLOWED = "not-allowed"
    NOT_CONFIRMED = "not-confirmed"
    SUSPENDED = "suspended"
    REASON = "reason"
    TEXT = "text"
    HOURS = "hours"
    TOO_OFTEN = "too-often"
    SEVERAL = "several"
    NOTHING = "nothing"
    """Nobody is found, or nothing may be opened: both look the same."""


class NotOpened(Invalid):
    """The glass was not broken; `why` says what to tell the person."""

    def __init__(self, why: Why) -> None:
        """Keep the reason for the screen."""
        super().__init__(why.value)
        self.why = why


class Asked(NamedTuple):
    """What somebody fills in to break the glass."""

    identity: Identity
    reason: str
    text: str
    hours: int = HOURS[0]


def may_break(work: UnitOfWork, requester: Requester) -> bool:
    """Say whether somebody may ever break the glass: in a treating role, at a hospital on emergency duty."""
    return requester.role in ROLES and requester.facility in work.duties.on_duty()


def may_break_here(store: Store, requester: Requester) -> bool:
    """Ask `may_break` in a look of its own; for who has no such role nothing is read."""
    if requester.role not in ROLES:
        return False
    with store.look() as work:
        return may_break(work, requester)


def check_reason(asked: Asked) -> None:
    """Raise `NotOpened` unless the reason is complete; asks nothing about the person."""
    if why := _wanting(asked):
        raise NotOpened(why)


def break_glass(
    store: Store, clock: Clock, requester: Requester, asked: Asked, confirmed_at: int
) -> EmergencySession:
    """Open a session, or raise `NotOpened`; `confirmed_at` is when the person last showed a second factor."""
    with store.work() as work:
        tried = _tried(work, clock, requester, asked, confirmed_at)
        if isinstance(tried, Why):
            work.audit.append([_audit(clock.now(), requester, "emergency-open", "refused", "", tried.value)])
    if isinstance(tried, Why):
        raise NotOpened(tried)
    return tried


def extend(
    store: Store, clock: Clock, requester: Requester, session: str, confirmed_at: int
) -> EmergencySession:
    """Let one's own live session last to the most it may; told to the same people again.

    Raise `NotFound` where it is not one's own in this post or is over, and `NotOpened` where no second factor
    is fresh, or where the same session could not be opened now.
    """
    with store.work() as work:
        now = clock.now()
        found = _own_live(work, now, requester, session)
        if (found.facility, found.role) != (requester.facility, requester.role):
            raise NotFound("no such session in this post")
        if why := _barred(work, now, requester, confirmed_at):
            raise NotOpened(why)
        longer = found._replace(ends_at=found.opened_at + MOST)
        file = work.patients.files([found.patient]).get(found.patient)
        if _opened(work, now, requester, file, longer.ends_at) is None:
            raise NotOpened(Why.NOTHING)
        if longer.ends_at > found.ends_at:
            if not work.emergencies.prolong(found.id, longer.ends_at):
                raise NotFound("no such session, or over")
            _tell(work, clock, longer, "emergency-extended")
            detail = f"{found.id} until {longer.ends_at}, before {found.ends_at}"
            work.audit.append([_audit(now, requester, "emergency-extend", "done", found.patient, detail)])
    return longer


def end(store: Store, clock: Clock, requester: Requester, session: str) -> EmergencySession:
    """Close one's own live session now; raise `NotFound` where it is not one's own or is over."""
    with store.work() as work:
        now = clock.now()
        found = _own_live(work, now, requester, session)
        if not _closed(work, now, requester, found):
            raise NotFound("no such session, or over")
    return found._replace(ended_at=now)


def end_all_of(work: UnitOfWork, now: int, requester: Requester, account: str) -> None:
    """Close everything that stands open to somebody, in the caller's transaction, by who took the right."""
    for one in work.emergencies.among(account=account, live_at=now):
        _closed(work, now, requester, one.session)


def live_sessions(work: UnitOfWork, now: int, requester: Requester) -> Sequence[EmergencySession]:
    """Return somebody's live sessions, for the banner; asks the store only for roles that may have one."""
    if requester.role not in ROLES:
        return ()
    return [one.session for one in work.emergencies.among(account=requester.user, live_at=now)]


def set_duty(store: Store, clock: Clock, requester: Requester, facility: FacilityCode, *, on: bool) -> None:
    """Write that a hospital does emergency duty, or no more; ends the sessions that are open there.

    Only the secretariat may. Raise `NotFound` for who may not, and for what is no hospital of the region.
    """
    if requester.role not in {Role.SECRETARIAT, Role.SYSTEM}:
        raise NotFound("nothing to set for the asker")
    with store.work() as work:
        enter_duty(work, clock.now(), requester, facility, on=on)


def enter_duty(work: UnitOfWork, now: int, requester: Requester, facility: FacilityCode, *, on: bool) -> None:
    """Do what `set_duty` does in the caller's transaction."""
    kinds = {one.code: one.kind for one in work.directory.all()}
    if kinds.get(facility) is not FacilityKind.HOSPITAL:
        raise NotFound("no such hospital")
    work.duties.set(facility, requester.user, now, on=on)
    work.audit.append(
        [_audit(now, requester, "emergency-duty", "done", "", f"{facility} {'on' if on else 'off'}")]
    )
    if not on:
        for one in work.emergencies.among(live_at=now):
            if one.session.facility == facility:
                _closed(work, now, requester, one.session)


def _tried(
    work: UnitOfWork, clock: Clock, requester: Requester, asked: Asked, confirmed_at: int
) -> EmergencySession | Why:
    now = clock.now()
    if why := _barred(work, now, requester, confirmed_at) or _wanting(asked):
        return why
    patient = find_exactly(work, now, requester, asked.identity)
    if isinstance(patient, Miss):
        return {Miss.TOO_OFTEN: Why.TOO_OFTEN, Miss.SEVERAL: Why.SEVERAL}.get(patient, Why.NOTHING)
    ends_at = now + asked.hours * HOUR
    file = work.patients.files([patient]).get(patient)
    grant = _opened(work, now, requester, file, ends_at)
    if file is None or grant is None:
        return Why.NOTHING
    session = EmergencySession(
        *(clock.new_id(), requester.user, requester.name, requester.facility, requester.role, patient),
        *(asked.reason, asked.text.strip(), _disclosers(grant, file, requester), now, ends_at),
    )
    work.emergencies.open(session, end_of_working_day(now, REVIEW_WITHIN))
    _tell(work, clock, session, "emergency-opened")
    detail = f"{session.id} {session.reason} until {session.ends_at}"
    work.audit.append([_audit(now, requester, "emergency-open", "done", patient, detail)])
    return session


def _barred(work: UnitOfWork, now: int, requester: Requester, confirmed_at: int) -> Why | None:
    if not may_break(work, requester):
        return Why.NOT_ALLOWED
    if not is_confirmed(confirmed_at, now):
        return Why.NOT_CONFIRMED
    return Why.SUSPENDED if is_suspended(work, requester.user, now) else None


def is_suspended(work: UnitOfWork, account: str, now: int) -> bool:
    """Say whether an emergency of somebody was found wrong, or not reviewed in time."""
    waiting = work.emergencies.among(
        account=account, states=frozenset({ReviewState.OPEN, ReviewState.SUSPENDED})
    )
    return any(one.review.state is ReviewState.SUSPENDED or one.review.due_at <= now for one in waiting)


def _wanting(asked: Asked) -> Why | None:
    if asked.reason not in REASONS:
        return Why.REASON
    if not 0 < len(asked.text.strip()) <= LONGEST_TEXT:
        return Why.TEXT
    return None if asked.hours in HOURS else Why.HOURS


def _opened(
    work: UnitOfWork, now: int, requester: Requester, file: PatientFile | None, ends_at: int
) -> Grant | None:
    """Ask the gate what a session would open; none where the rule opens nothing."""
    if file is None:
        return None
    patient = file.patient.id
    question = Question(
        requester,
        Action.VIEW,
        patient,
        decisions_of(work.consents.events([patient])[patient]),
        now,
        frozenset(number.facility for number in file.numbers),
        work.directory.region(),
        Emergency("", ends_at),
    )
    decision = decide(question)
    return decision if isinstance(decision, Grant) and RULE in decision.reasons else None


def _disclosers(grant: Grant, file: PatientFile, requester: Requester) -> tuple[FacilityCode, ...]:
    linked = {number.facility for number in file.numbers} - {requester.facility}
    return tuple(sorted(one for one in linked if any(box.reaches(one) for box in grant.opened)))


def _own_live(work: UnitOfWork, now: int, requester: Requester, session: str) -> EmergencySession:
    found = work.emergencies.find(session)
    if found is None or found.session.account != requester.user or not found.session.is_live(now):
        raise NotFound("no such session, or over")
    return found.session


def _closed(work: UnitOfWork, now: int, requester: Requester, session: EmergencySession) -> bool:
    """Close a session, and say whether it was not closed by somebody in this moment."""
    if not work.emergencies.end(session.id, now):
        return False
    work.audit.append([_audit(now, requester, "emergency-end", "done", session.patient, session.id)])
    return True


def _tell(work: UnitOfWork, clock: Clock, session: EmergencySession, kind: str) -> None:
    officers = [officer_of(facility) for facility in session.disclosers]
    to = [*officers, SECRETARIAT, the_patient(session.patient)]
    tell(work, clock, to, kind, session.patient, session.id)


def _audit(
    now: int, requester: Requester, action: str, outcome: str, patient: PatientId | str, detail: str
) -> AuditEvent:
    return AuditEvent(now, requester, action, outcome, patient, 0, (), 0, detail)
