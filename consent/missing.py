"""What is missing where nothing was opened: the word of a refusal that says what to do next."""

from __future__ import annotations

from consent.model import Action, Facilities, Provision, Question, named
from consent.parties import clauses_in_force, discloses, receives, taken_back, treats
from hie.record.requester import Purpose


def what_is_missing(question: Question) -> str:
    """Name the first thing that is missing, as a code of `consent.reasons`."""
    if question.requester.purpose is not Purpose.TREATMENT:
        return "purpose"
    reach = _may_file if question.action is Action.PUBLISH else _may_see
    return reach(question)


def _may_see(question: Question) -> str:
    viewer = question.requester.facility
    clauses = [
        (consent, clause)
        for consent, clause in clauses_in_force(question)
        if named(clause.recipients, viewer) and not _is_gone(clause, taken_back(question, viewer, consent))
    ]
    parties = [clause for clause in clauses if receives(question, viewer, *clause)]
    in_care = treats(question, viewer)
    if not clauses:
        return _ended(question)
    if not parties:
        return "joined-later"
    if not any(in_care or clause.recipients is not None for _, clause in parties):
        return "no-care"
    return "unlinked"


def _is_gone(clause: Provision, gone: Facilities) -> bool:
    return gone is None or (clause.disclosers is not None and clause.disclosers <= gone)


def _may_file(question: Question) -> str:
    discloser = question.requester.facility
    clauses = [clause for clause in clauses_in_force(question) if named(clause[1].disclosers, discloser)]
    if not clauses:
        return _ended(question)
    return "no-consent" if any(discloses(question, discloser, *one) for one in clauses) else "joined-later"


def _ended(question: Question) -> str:
    ended = any(
        provision.ends_at <= question.now
        for consent in question.decisions.given
        for provision in consent.provisions
        if named(_side(question, provision), question.requester.facility)
    )
    return "expired" if ended else "no-consent"


def _side(question: Question, provision: Provision) -> Facilities:
    return provision.disclosers if question.action is Action.PUBLISH else provision.recipients
