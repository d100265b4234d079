"""What a desk proposes, examined: could it be verified as it stands, and what would come of it?"""

from __future__ import annotations

from collections.abc import Sequence

from consent.model import ConsentEvent, EventKind
from hie.exchange.consents import consenting
from hie.exchange.consents.forms import beginning, check_signature
from hie.exchange.consents.statements import check_statement
from hie.exchange.linking import matching
from hie.exchange.ports import (
    Proposal,
    Registration,
    RegistrationKind,
    RegistrationState,
    ScanPage,
    UnitOfWork,
)
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId, facility_code
from hie.record.people import PersonFacts
from hie.record.requester import Requester, Role
from hie.record.times import UNKNOWN_DAY, Day, day_at

LONGEST = 100
"""Characters of a name, a number or another text of a form."""
MOST_NUMBERS = 20
KINDS = {
    RegistrationKind.CONSENT: EventKind.GIVEN,
    RegistrationKind.LIFT: EventKind.LIFTED,
    RegistrationKind.DEATH: EventKind.DECEASED,
}


def event_of(
    found: Registration, patient: PatientId, now: int, pages: Sequence[ScanPage] = ()
) -> ConsentEvent:
    """Return the decision that a registration would become at `now`."""
    proposal = found.proposal
    scans = " ".join(dict.fromkeys(page.digest for page in pages))
    paper = proposal.paper._replace(
        scan=pages[0].digest if pages else "",
        taken_at=found.facility,
        proposed_by=found.writers[-1] if found.writers else "",
    )
    since = proposal.died_on if proposal.kind is RegistrationKind.DEATH else paper.signed_on
    return ConsentEvent(
        0,
        patient,
        KINDS[proposal.kind],
        now,
        "",
        f"registration {found.id} {scans}".strip(),
        proposal.provisions,
        lifts=proposal.lifts,
        valid_from=min(now, beginning(since)) if since != UNKNOWN_DAY else 0,
        paper=paper,
    )


def check_complete(work: UnitOfWork, now: int, requester: Requester, proposal: Proposal) -> None:
    """Raise `Invalid`, `NotFound` or `Conflict` where a proposal could not be verified as it stands."""
    check_statement(event_of(_nobodys(requester, proposal), PatientId("new"), now), now)
    if proposal.paper.signed_on == UNKNOWN_DAY:
        raise Invalid("the form says on which day it was signed", code="signed-on")
    if proposal.paper.signed_on > day_at(now):
        raise Invalid("a form is signed on a day that has come", code="signed-on")
    birth_day = _birth_day(work, proposal)
    _check_numbers(work, proposal)
    if proposal.kind is RegistrationKind.CONSENT:
        _check_consent(work, now, proposal, birth_day)
    elif proposal.kind is RegistrationKind.LIFT:
        events = work.consents.events([proposal.patient])[proposal.patient]
        if proposal.lifts not in consenting.live_restrictions(events):
            raise Invalid("there is no such restriction in force")
    elif not UNKNOWN_DAY < proposal.died_on <= day_at(now):
        raise Invalid("the day of death is known and has come")


def check_person(work: UnitOfWork, requester: Requester, proposal: Proposal) -> None:
    """Raise `NotFound` where the asker could not have found the person with what was typed.

    The secretariat finds everybody; any other desk whom its own facility has a number of, and with whom
    reading, birth date and a third attribute agree.
    """
    if not proposal.patient or requester.role is Role.SECRETARIAT:
        return
    file = work.patients.files([proposal.patient]).get(proposal.patient)
    if file is not None and any(number.facility == requester.facility for number in file.numbers):
        return
    found = matching.compared(work, facts_of(proposal), [proposal.patient])
    if not found or not found[0][1].proposable:
        raise NotFound("no such person for the asker")


def _check_consent(work: UnitOfWork, now: int, proposal: Proposal, birth_day: Day) -> None:
    if not proposal.paper.signer:
        raise Invalid("the form says who signed it", code="signer")
    check_signature(proposal.paper, birth_day, proposal.provisions, now)
    if any(one.ends_at <= now for one in proposal.provisions):
        raise Invalid("a consent that has ended opens nothing", code="until")
    known = {facility.code for facility in work.directory.all()}
    for one in proposal.provisions:
        if not (one.disclosers or frozenset()) | (one.recipients or frozenset()) <= known:
            raise Invalid("no such facility takes part")


def _birth_day(work: UnitOfWork, proposal: Proposal) -> Day:
    """Return the birth date of whom it is about; a new person has a name, a reading and a birth date."""
    if proposal.patient:
        file = work.patients.files([proposal.patient]).get(proposal.patient)
        if file is None:
            raise NotFound("no such person")
        return file.patient.birth_day
    if proposal.kind is not RegistrationKind.CONSENT:
        raise Invalid("this is about a person of the region")
    name = proposal.name
    if not (name.family and name.given and name.kana) or proposal.birth_day == UNKNOWN_DAY:
        raise Invalid("a new person has a name, its reading and a birth date", code="person")
    return proposal.birth_day


def _check_numbers(work: UnitOfWork, proposal: Proposal) -> None:
    known = {facility.code for facility in work.directory.all()}
    for number in proposal.numbers:
        if facility_code(number.facility) not in known or not number.value.strip():
            raise Invalid("a number is one of a facility that takes part")
        linked = work.patients.resolve(number.facility, [number.value]).get(number.value)
        if linked is not None and linked[1] != proposal.patient:
            raise Conflict("this number is linked to another person", code="number-taken")
        if linked is None and proposal.patient:
            _check_likeness(work, proposal, number)


def _check_likeness(work: UnitOfWork, proposal: Proposal, number: LocalPatientId) -> None:
    """Raise `Invalid` where too little agrees between what was typed and the person to link a number."""
    found = matching.compared(work, facts_of(proposal, number), [proposal.patient])
    if not found or not found[0][1].proposable:
        raise Invalid(
            "reading, birth date and a third attribute agree before a number is linked", code="likeness"
        )


def facts_of(proposal: Proposal, number: LocalPatientId | None = None) -> PersonFacts:
    """Return what was typed of the person, to be compared with whom the region knows."""
    return PersonFacts(proposal.name, proposal.birth_day, proposal.sex, proposal.phone, number)


def check_sizes(proposal: Proposal) -> None:
    """Raise `Invalid` where a text is longer than any form has room for."""
    texts = (*proposal.name, proposal.phone, proposal.template, proposal.scan_name, *map(str, proposal.paper))
    if any(len(text) > LONGEST for text in (*texts, *(number.value for number in proposal.numbers))):
        raise Invalid(f"a text of a form has at most {LONGEST} characters")
    if len(proposal.numbers) > MOST_NUMBERS:
        raise Invalid(f"a form links at most {MOST_NUMBERS} numbers")


def _nobodys(requester: Requester, proposal: Proposal) -> Registration:
    return Registration("new", RegistrationState.PROPOSED, requester.facility, proposal)


def codes_of(facilities: Sequence[str]) -> frozenset[FacilityCode]:
    """Read the codes of ticked facilities; raise `Invalid` where one is none."""
    return frozenset(map(facility_code, facilities))
