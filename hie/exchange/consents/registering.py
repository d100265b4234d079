"""Registrations: one person writes down what a form says, another verifies it, and only then it counts.

Verifying enrols the person, links the numbers and records the decision in one transaction, so that
nothing of it is ever there by half. Nobody verifies what they wrote themselves (I2), nothing counts from
before that commit (I8), and who decides has seen the last version and every page that lies with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from hie.exchange.consents import consenting, vouching
from hie.exchange.consents.proposals import check_complete, check_person, check_sizes, event_of, facts_of
from hie.exchange.linking import identity, linking
from hie.exchange.moments import decided_at
from hie.exchange.ports import (
    OPEN_STATES,
    AuditEvent,
    Clock,
    Proposal,
    Registration,
    RegistrationState,
    ScanPage,
    Store,
    UnitOfWork,
)
from hie.exchange.showing import shown
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import Patient
from hie.record.requester import Requester, Role

PROPOSERS = frozenset(
    {
        *(Role.SECRETARIAT, Role.LIAISON, Role.CLERK),
        *(Role.DOCTOR, Role.DENTIST, Role.NURSE, Role.VISITING_NURSE, Role.PHARMACIST),
    }
)
"""Who may write down what a form says (security B.6)."""
VERIFIERS = frozenset({Role.SECRETARIAT, Role.LIAISON, Role.PRIVACY_OFFICER})
REASONS = ("scan-unreadable", "signature", "person", "number", "scope", "dates", "duplicate", "other")
"""Why a registration is sent back: codes, so that no free text about a patient is kept."""
MOST_WAITING = 200
"""Lines of a queue; whoever has more waiting verifies the oldest first."""
_STATES_WRITTEN = frozenset(OPEN_STATES)


class Opened(NamedTuple):
    """A registration as a desk sees it, with what lies beside it."""

    registration: Registration
    pages: tuple[ScanPage, ...]
    seen: str
    """Names this version and these pages: who decides hands it back."""
    may_write: bool
    may_verify: bool


class Waiting(NamedTuple):
    """One line of the queue."""

    registration: Registration
    pages: int
    may_verify: bool


def start(
    store: Store, clock: Clock, requester: Requester, number: str, proposal: Proposal, batch: str = ""
) -> Registration:
    """Begin a registration as a draft under an id the form brought along; the same again changes nothing.

    Raise `Invalid` for a role that proposes nothing, an id that is none, or texts that are too long,
    `NotFound` for a person whom the asker could not have found.
    """
    if requester.role not in PROPOSERS:
        raise Invalid("this role proposes no registration")
    if not (len(number) == 32 and number.isalnum() and number.isascii()):  # noqa: PLR2004  as `Clock.new_id` makes it
        raise Invalid("a registration's id is 32 letters and digits")
    check_sizes(proposal)
    with store.work() as work:
        now = clock.now()
        check_person(work, requester, proposal)
        begun = Registration(
            number,
            RegistrationState.DRAFT,
            requester.facility,
            proposal,
            writers=(requester.user,),
            written_by=requester.name,
            proposed_at=now,
            batch=batch,
        )
        if work.registrations.add(begun):
            work.audit.append([_written_down(now, requester, begun, "registration-written")])
            return begun
        return find(work, requester, number)


def rewrite(  # noqa: PLR0913, PLR0917  who, which, what was seen, what is new, and whether that is all
    store: Store,
    clock: Clock,
    requester: Requester,
    number: str,
    version: int,
    proposal: Proposal,
    complete: bool,  # noqa: FBT001
) -> Registration:
    """Put a new proposal in the place of the last; `complete` lays it before a second person.

    Raise `NotFound` where it is not the asker's business, `Conflict` where somebody changed or decided
    it meanwhile, `Invalid` where what is complete could not be verified as it stands.
    """
    check_sizes(proposal)
    with store.work() as work:
        now = clock.now()
        found = find(work, requester, number)
        if not _may_write(requester, found):
            raise Conflict("this registration is decided, or another counter's")
        if proposal.patient != found.proposal.patient:
            check_person(work, requester, proposal)
        if complete:
            check_complete(work, now, requester, proposal)
        written = found._replace(
            state=RegistrationState.PROPOSED if complete else RegistrationState.DRAFT,
            proposal=proposal,
            version=version + 1,
            writers=tuple(dict.fromkeys((*found.writers, requester.user))),
            written_by=requester.name,
            reason="" if complete else found.reason,
        )
        _replace(work, written, version)
        action = "registration-proposed" if complete else "registration-written"
        work.audit.append([_written_down(now, requester, written, action)])
    return written


def read(store: Store, clock: Clock, requester: Requester, number: str) -> Opened:
    """Return a registration with its pages, and write down that it was read; `NotFound` for strangers."""
    with store.work() as work:
        found = find(work, requester, number)
        pages = tuple(work.evidence.pages(number))
        work.audit.append([_written_down(clock.now(), requester, found, "registration-read")])
        return opened(work, requester, [(found, pages)])[0]


def opened(
    work: UnitOfWork, requester: Requester, found: Sequence[tuple[Registration, Sequence[ScanPage]]]
) -> list[Opened]:
    """Say what the asker may do with registrations, each with its pages."""
    vouchers = vouching.vouchers(work, [one for one, _ in found])
    return [
        Opened(
            one,
            tuple(pages),
            fingerprint(one, pages),
            _may_write(requester, one),
            may_verify(requester, one, vouchers[one.id]),
        )
        for one, pages in found
    ]


def queue(store: Store, requester: Requester, states: Sequence[RegistrationState]) -> list[Waiting]:
    """Return what waits at the asker's desk, oldest first; the secretariat's is everybody's."""
    whose = None if requester.role is Role.SECRETARIAT else requester.facility
    with store.look() as work:
        lines = list(work.registrations.lines(states, whose, MOST_WAITING))
        if whose and requester.role in VERIFIERS and RegistrationState.PROPOSED in states:
            lines += _others_to_verify(work, requester, lines)
        vouchers = vouching.vouchers(work, lines)
        return [
            Waiting(one, len(work.evidence.pages(one.id)), may_verify(requester, one, vouchers[one.id]))
            for one in lines
        ]


def listed(
    store: Store, clock: Clock, requester: Requester, states: Sequence[RegistrationState]
) -> list[Waiting]:
    """Return what waits at the asker's desk to be shown with names; which ones is written down."""
    lines = queue(store, requester, states)
    with store.work() as work:
        ids = (one.registration.id for one in lines)
        work.audit.append([shown(clock.now(), requester, "registrations", ids)])
    return lines


def verify(store: Store, clock: Clock, requester: Requester, number: str, seen: str) -> Registration:
    """Make a registration count from now on; return it with the position of its decision.

    Raise `NotFound` where it is not the asker's business, `Invalid` where the asker wrote it, may not vouch
    for it, or no page lies with it, `Conflict` where it is not as `seen` any more.
    To verify again what one verified is no error and changes nothing.
    """
    with store.work() as work:
        found = find(work, requester, number)
        if found.state is RegistrationState.VERIFIED and found.decided_by == requester.user:
            return found
        return confirm(work, clock, requester, found, seen)


def confirm(
    work: UnitOfWork, clock: Clock, requester: Requester, found: Registration, seen: str
) -> Registration:
    """Verify in the caller's transaction; raises what `verify` raises."""
    pages = work.evidence.pages(found.id)
    if found.state is not RegistrationState.PROPOSED or seen != fingerprint(found, pages):
        raise Conflict("this registration has changed since it was shown")
    if not may_verify(requester, found, vouching.vouchers(work, [found])[found.id]):
        raise Invalid("somebody else verifies this, who may vouch for it", code="verifier")
    if not pages:
        raise Invalid("the signed form has been scanned before anybody verifies it", code="scan")
    now = decided_at(work, clock)
    check_complete(work, now, requester, found.proposal)
    patient = found.proposal.patient or PatientId(clock.new_id())
    decided = found._replace(
        state=RegistrationState.VERIFIED,
        version=found.version + 1,
        proposal=found.proposal._replace(patient=patient),
        decided_at=now,
        decided_by=requester.user,
        decider=requester.name,
        reason="",
    )
    _replace(work, decided, found.version)
    _enrol(work, now, requester, found.proposal, patient)
    for number in found.proposal.numbers:
        claim = linking.Claim(number, patient, facts_of(found.proposal, number))
        linking.confirm(work, now, requester, claim, found.writers)
    event = event_of(found, patient, now, pages)
    (recorded,) = consenting.enter(work, now, requester, [event._replace(recorded_by=requester.user)])
    decided = decided._replace(position=recorded.sequence, version=decided.version + 1)
    _replace(work, decided, decided.version - 1)
    work.audit.append([_written_down(now, requester, decided, "registration-verified")])
    vouching.tell(work, clock, decided, requester.facility)
    return decided


def reject(
    store: Store, clock: Clock, requester: Requester, number: str, seen: str, reason: str
) -> Registration:
    """Send a registration back with a reason of `REASONS`; raises what `verify` raises."""
    if reason not in REASONS:
        raise Invalid("a registration is sent back for one of the reasons on the list")
    with store.work() as work:
        found = find(work, requester, number)
        if found.state is not RegistrationState.PROPOSED or seen != fingerprint(
            found, work.evidence.pages(number)
        ):
            raise Conflict("this registration has changed since it was shown")
        if not may_verify(requester, found, vouching.vouchers(work, [found])[number]):
            raise Invalid("somebody else decides on this", code="verifier")
        return _decide(work, clock.now(), requester, found, RegistrationState.REJECTED, reason)


def cancel(store: Store, clock: Clock, requester: Requester, number: str, version: int) -> Registration:
    """Give a registration up; raise `NotFound` or `Conflict` as `rewrite` does."""
    with store.work() as work:
        found = find(work, requester, number)
        if not _may_write(requester, found) or found.version != version:
            raise Conflict("this registration has changed since it was shown")
        return _decide(work, clock.now(), requester, found, RegistrationState.CANCELLED, "")


def may_see(requester: Requester, registration: Registration) -> bool:
    """Say whether a registration is the business of the asker's desk, whatever is linked."""
    if requester.role not in PROPOSERS | VERIFIERS:
        return False
    if requester.role is Role.SECRETARIAT or requester.user == registration.decided_by:
        return True
    return requester.facility in registration.facilities


def may_verify(requester: Requester, registration: Registration, vouchers: frozenset[FacilityCode]) -> bool:
    """Say whether the asker may decide: another person, of the secretariat or of a desk that may vouch."""
    if registration.state is not RegistrationState.PROPOSED or requester.user in registration.writers:
        return False
    if requester.role is Role.SECRETARIAT:
        return True
    return requester.role in VERIFIERS and requester.facility in vouchers


def find(work: UnitOfWork, requester: Requester, number: str) -> Registration:
    """Return a registration that is the asker's business, or waits for their word; else `NotFound`."""
    found = work.registrations.find(number)
    if found is not None and may_see(requester, found):
        return found
    if found is not None and requester.role in VERIFIERS:
        vouchers = vouching.vouchers(work, [found])[number]
        if may_verify(requester, found, vouchers):
            return found
    raise NotFound("no such registration")


def _may_write(requester: Requester, registration: Registration) -> bool:
    """Only the counter that began it, and the secretariat: another counter's word is its own."""
    own = requester.role is Role.SECRETARIAT or requester.facility == registration.facility
    return own and requester.role in PROPOSERS and registration.state in _STATES_WRITTEN


def _others_to_verify(
    work: UnitOfWork, requester: Requester, besides: Sequence[Registration]
) -> list[Registration]:
    """Return what other counters wrote about persons the asker's facility has a number of."""
    there = {one.id for one in besides}
    proposed = work.registrations.lines([RegistrationState.PROPOSED])
    others = [one for one in proposed if one.id not in there and one.proposal.patient]
    vouchers = vouching.vouchers(work, others)
    return [one for one in others if may_verify(requester, one, vouchers[one.id])]


def fingerprint(registration: Registration, pages: Sequence[ScanPage]) -> str:
    """Name a version and the pages beside it."""
    said = [registration.id, str(registration.version), *(f"{page.digest}/{page.page}" for page in pages)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def _enrol(work: UnitOfWork, now: int, requester: Requester, proposal: Proposal, patient: PatientId) -> None:
    if not proposal.patient:
        person = Patient(patient, proposal.name, proposal.birth_day, proposal.sex)
        identity.enrol(work, now, requester, [person])


def _replace(work: UnitOfWork, registration: Registration, version: int) -> None:
    if not work.registrations.replace(registration, version):
        raise Conflict("somebody has changed this registration meanwhile")


def _decide(
    work: UnitOfWork,
    now: int,
    requester: Requester,
    found: Registration,
    state: RegistrationState,
    reason: str,
) -> Registration:
    decided = found._replace(
        state=state,
        version=found.version + 1,
        decided_at=now,
        decided_by=requester.user,
        decider=requester.name,
        reason=reason,
    )
    _replace(work, decided, found.version)
    work.audit.append([_written_down(now, requester, decided, f"registration-{state}")])
    return decided


def _written_down(now: int, requester: Requester, registration: Registration, action: str) -> AuditEvent:
    """Keep in the detail the registration's id and version; no word of what it says."""
    return AuditEvent(
        now,
        requester,
        action,
        "done",
        registration.proposal.patient,
        0,
        (),
        registration.position,
        f"{registration.id} {registration.version}",
    )
