"""After a withdrawal, what other facilities wrote stays closed until a later consent."""

from __future__ import annotations

from consent.model import Action, Provision, Question, Withdrawn, named
from consent.parties import THEMSELVES
from consent.rules import closes
from consent.scope import EVERYTHING, Box, Scope
from hie.record.identifiers import FacilityCode


@closes(Action.VIEW, Action.PUBLISH, reason="withdrawn")
def withdrawn(question: Question) -> Scope:
    """Close what the withdrawals cover and no later consent names again."""
    close = _unpublished if question.action is Action.PUBLISH else _unseen
    boxes = (close(question, taken_back) for taken_back in question.decisions.withdrawn)
    return tuple(box for box in boxes if box is not None)


def _unseen(question: Question, taken_back: Withdrawn) -> Box | None:
    """Close to the facilities named; to the patient only what was taken back from everybody."""
    viewer = question.requester.facility
    oneself = question.requester.role in THEMSELVES
    recipients = taken_back.withdrawal.recipients
    if recipients is not None if oneself else not named(recipients, viewer):
        return None
    again: set[FacilityCode] = set()
    for consent in question.decisions.given:
        if consent.sequence > taken_back.sequence:
            for provision in consent.provisions:
                if oneself or _reaches(question, provision, viewer):
                    if provision.disclosers is None:
                        return None
                    again |= provision.disclosers
    spared = again if oneself else again | {viewer}
    return EVERYTHING._replace(custodians=taken_back.withdrawal.disclosers, other_than=frozenset(spared))


def _reaches(question: Question, provision: Provision, viewer: FacilityCode) -> bool:
    return named(provision.recipients, viewer) or (provision.emergency and question.emergency is not None)


def _unpublished(question: Question, taken_back: Withdrawn) -> Box | None:
    """Close filing only where nobody is left to file for: every recipient was taken back."""
    discloser = question.requester.facility
    if taken_back.withdrawal.recipients is not None or not named(taken_back.withdrawal.disclosers, discloser):
        return None
    for consent in question.decisions.given:
        if consent.sequence > taken_back.sequence and any(
            named(provision.disclosers, discloser) for provision in consent.provisions
        ):
            return None
    return EVERYTHING._replace(custodians=frozenset({discloser}))
