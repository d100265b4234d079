"""Who is a party to a clause: of all it names, those who took part when it was recorded and still do.

Leaving ends what a facility was given, and returning restores nothing (I10); who joins later is among
"all that take part" only where the form says so, and once that was made known (I9). A suspension is no
leaving: the rule `membership` closes while it lasts.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model import NOTICE, Facilities, GivenConsent, Provision, Question, named
from hie.record.identifiers import FacilityCode
from hie.record.requester import Role

THEMSELVES = frozenset({Role.PATIENT, Role.FAMILY})
"""Who acts for no facility, and may ask about one person."""
NOBODY: frozenset[FacilityCode] = frozenset()
BREAKS_GLASS = frozenset({Role.DOCTOR, Role.DENTIST, Role.NURSE})
"""Who may open what the emergency clause covers (security B.2 step 11)."""


def clauses_in_force(question: Question) -> Iterator[tuple[GivenConsent, Provision]]:
    """Go through the provisions in force at the question's moment, each with its consent."""
    now = question.now
    for consent in question.decisions.given:
        for provision in consent.provisions:
            if provision.starts_at <= now < provision.ends_at:
                yield consent, provision


def is_party(
    question: Question, facility: FacilityCode, consent: GivenConsent, *, among_all: bool, later: bool
) -> bool:
    """Say whether `facility`, named or `among_all`, is a party to a clause; `later` as in `later_members`."""
    membership = question.region.members.get(facility)
    term = membership.term(question.now) if membership is not None else None
    if term is None:
        return False
    return term.joined_at <= consent.recorded_at or (
        among_all and later and term.noticed_at + NOTICE <= question.now
    )


def receives(question: Question, facility: FacilityCode, consent: GivenConsent, clause: Provision) -> bool:
    """Say whether a clause shows something to `facility`."""
    return named(clause.recipients, facility) and is_party(
        question, facility, consent, among_all=clause.recipients is None, later=clause.later_members
    )


def discloses(question: Question, facility: FacilityCode, consent: GivenConsent, clause: Provision) -> bool:
    """Say whether a clause lets `facility` show something."""
    return named(clause.disclosers, facility) and is_party(
        question, facility, consent, among_all=clause.disclosers is None, later=clause.later_members
    )


def taken_back(question: Question, viewer: FacilityCode, consent: GivenConsent) -> Facilities:
    """Return whose documents were taken back from `viewer` since a consent; `None` for everybody's."""
    gone: set[FacilityCode] = set()
    for later in question.decisions.withdrawn:
        if later.sequence > consent.sequence and named(later.withdrawal.recipients, viewer):
            if later.withdrawal.disclosers is None:
                return None
            gone |= later.withdrawal.disclosers
    return frozenset(gone)


def shown_to(
    question: Question, viewer: FacilityCode, consent: GivenConsent, clause: Provision
) -> frozenset[FacilityCode]:
    """Return whose documents a clause lets somebody at `viewer` see, less what was taken back since.

    Only facilities with a live link: a document is the patient's through the link of its number.
    """
    gone = taken_back(question, viewer, consent) if question.decisions.withdrawn else NOBODY
    if gone is None:
        return NOBODY
    return frozenset(
        one for one in question.linked if one not in gone and discloses(question, one, consent, clause)
    )


def treats(question: Question, facility: FacilityCode) -> bool:
    """Say whether a facility has a care relationship, by a link or because it said so."""
    return facility in question.linked or any(
        care.facility == facility and question.now < care.ends_at for care in question.decisions.care
    )
