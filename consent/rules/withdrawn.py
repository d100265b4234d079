"""After a withdrawal, what other facilities wrote stays closed until a later consent."""

from __future__ import annotations

from consent.model import Action, Question, Withdrawn, named
from consent.rules import closes
from consent.scope import WIDEST_PERIOD, Box, Scope
from hie.record.entry import ALL_LABELS, Confidentiality
from hie.record.identifiers import FacilityCode


@closes(Action.VIEW, Action.PUBLISH, reason="withdrawn")
def withdrawn(question: Question) -> Scope:
    """Close what the withdrawals cover and no later consent names again."""
    close = _unpublished if question.action is Action.PUBLISH else _unseen
    boxes = (close(question, taken_back) for taken_back in question.decisions.withdrawn)
    return tuple(box for box in boxes if box is not None)


def _unseen(question: Question, taken_back: Withdrawn) -> Box | None:
    viewer = question.requester.facility
    if not named(taken_back.withdrawal.recipients, viewer):
        return None
    again: set[FacilityCode] = set()
    for consent in question.decisions.given:
        if consent.sequence > taken_back.sequence:
            for provision in consent.provisions:
                if named(provision.recipients, viewer):
                    if provision.disclosers is None:
                        return None
                    again |= provision.disclosers
    return _closed(taken_back.withdrawal.disclosers, frozenset(again | {viewer}))


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
    return _closed(frozenset({discloser}), frozenset())


def _closed(custodians: frozenset[FacilityCode] | None, other_than: frozenset[FacilityCode]) -> Box:
    return Box(custodians, other_than, None, WIDEST_PERIOD, Confidentiality.UNKNOWN, ALL_LABELS)
