"""Which facility's desk may vouch for a registration, and who is told of it once it counts.

The secretariat may always. A facility's own desk may where the records are its own, or where another desk
wrote it down and the facility is one of those that show: who would only look opens nothing by themselves,
and ends no refusal that was made against them.
"""

from __future__ import annotations

from collections.abc import Sequence

from consent.model import Restriction, named
from hie.exchange import notices
from hie.exchange.consents import consenting
from hie.exchange.ports import Addressee, Clock, Registration, RegistrationKind, UnitOfWork
from hie.record.identifiers import FacilityCode

_Facilities = frozenset[FacilityCode]
NOBODY: _Facilities = frozenset()
TOLD_AS = {
    RegistrationKind.CONSENT: "consent-registered",
    RegistrationKind.LIFT: "refusal-lifted",
    RegistrationKind.DEATH: "death-registered",
}


def vouchers(work: UnitOfWork, registrations: Sequence[Registration]) -> dict[str, _Facilities]:
    """Return, by registration, the facilities whose desk may decide on it as things stand."""
    persons = {one.proposal.patient for one in registrations if one.proposal.patient}
    files = work.patients.files(sorted(persons))
    linked = {patient: frozenset(one.facility for one in file.numbers) for patient, file in files.items()}
    lifting = {one.proposal.patient for one in registrations if one.proposal.kind is RegistrationKind.LIFT}
    live = {
        patient: consenting.live_restrictions(events)
        for patient, events in (work.consents.events(sorted(lifting)) if lifting else {}).items()
    }
    return {
        one.id: _vouch(one, linked.get(one.proposal.patient, NOBODY), live.get(one.proposal.patient, {}))
        for one in registrations
    }


def tell(work: UnitOfWork, clock: Clock, registration: Registration, decider: FacilityCode) -> None:
    """Tell the patient, and each linked facility that had no part in it and whose records it is about.

    Of what came in a list, facilities have the list; the patient is told of each.
    """
    proposal = registration.proposal
    file = work.patients.files([proposal.patient])[proposal.patient]
    meant = [one.disclosers for one in proposal.provisions] or [None]
    shows = {one.facility for one in file.numbers if any(named(each, one.facility) for each in meant)}
    apart = () if registration.batch else sorted(shows - {registration.facility, decider})
    to: list[Addressee] = [notices.the_patient(proposal.patient), *map(notices.officer_of, apart)]
    notices.tell(work, clock, to, TOLD_AS[proposal.kind], proposal.patient, registration.facility)


def _vouch(registration: Registration, linked: _Facilities, live: dict[int, Restriction]) -> _Facilities:
    proposal = registration.proposal
    numbered = frozenset(number.facility for number in proposal.numbers)
    if proposal.kind is RegistrationKind.DEATH:
        found = linked
    elif proposal.kind is RegistrationKind.LIFT:
        found = _closed_alone(live.get(proposal.lifts), linked)
    else:
        found = frozenset(one for one in linked | numbered if _shows(registration, one))
    return frozenset(one for one in found if numbered <= {one})


def _closed_alone(restriction: Restriction | None, linked: _Facilities) -> _Facilities:
    """Return the facility that holds, or whose records alone a refusal closes."""
    if restriction is None or restriction.disclosers is None or len(restriction.disclosers) > 1:
        return NOBODY
    return restriction.disclosers if restriction.by_discloser else restriction.disclosers & linked


def _shows(registration: Registration, facility: FacilityCode) -> bool:
    """Say whether a facility shows by every provision, and opens nobody else's records by its own word."""
    provisions = registration.proposal.provisions
    if not provisions or not all(named(one.disclosers, facility) for one in provisions):
        return False
    own_alone = all(one.disclosers == frozenset({facility}) for one in provisions)
    return own_alone or registration.facility != facility
