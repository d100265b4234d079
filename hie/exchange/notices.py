"""Telling people what happened, inside the house: fixed words on their page, no clinical content.

A notice is written in the transaction of what it tells, so nothing happens untold while mail is down.
"""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import Addressee, Clock, Notice, Store, UnitOfWork
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester, Role

KINDS = frozenset(
    {
        *("emergency-opened", "emergency-extended", "emergency-reviewed", "emergency-overdue"),
        *("care-started", "care-renewed"),
        "link-split",
        *("consent-registered", "refusal-lifted", "death-registered"),
        *("complaint-filed", "complaint-answered"),
    }
)
"""What can be told; the screen has words for each."""
MOST_SHOWN = 50
SECRETARIAT = Addressee()


def officer_of(facility: FacilityCode) -> Addressee:
    """Address the privacy officer and the liaison of a facility; whoever comes first reads it."""
    return Addressee(facility, Role.PRIVACY_OFFICER)


def the_patient(patient: PatientId) -> Addressee:
    """Address a patient's own page."""
    return Addressee(role=Role.PATIENT, patient=patient)


def addressed(requester: Requester) -> tuple[Addressee, ...]:
    """Return as whom somebody may read notices; nobody else has any."""
    if requester.role is Role.SECRETARIAT:
        return (SECRETARIAT,)
    if requester.role in {Role.PRIVACY_OFFICER, Role.LIAISON}:
        return (officer_of(requester.facility),)
    if requester.role in {Role.PATIENT, Role.FAMILY} and requester.patient:
        return (the_patient(requester.patient),)
    return ()


def tell(
    work: UnitOfWork, clock: Clock, to: Sequence[Addressee], kind: str, patient: PatientId, subject: str
) -> None:
    """Write one notice for each addressee, in the caller's transaction."""
    if kind not in KINDS:
        raise LookupError(f"no notice is called {kind}")
    now = clock.now()
    work.notices.add([Notice(clock.new_id(), one, kind, patient, subject, now) for one in dict.fromkeys(to)])


def unread(store: Store, requester: Requester) -> int:
    """Count what somebody has not been told yet; at most 100."""
    to = addressed(requester)
    if not to:
        return 0
    with store.look() as work:
        return work.notices.unread(to)


def received(store: Store, requester: Requester) -> Sequence[Notice]:
    """Return the newest notices for somebody, the newest first."""
    with store.look() as work:
        return work.notices.find(addressed(requester), MOST_SHOWN)


def mark_read(store: Store, clock: Clock, requester: Requester, up_to: int) -> None:
    """Remember that somebody has read what was written up to a moment."""
    to = addressed(requester)
    if to:
        with store.work() as work:
            work.notices.read(to, up_to, clock.now())
