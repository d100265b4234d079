"""Who does not take part in the region now sees nothing, shows nothing and files nothing."""

from __future__ import annotations

from consent.model import Action, Question
from consent.parties import THEMSELVES
from consent.rules import closes
from consent.scope import EVERYTHING, NOTHING, Scope


@closes(Action.VIEW, Action.PUBLISH, reason="membership")
def membership(question: Question) -> Scope:
    """Close everything to a facility that left, rests or never joined, and what such a one wrote."""
    requester, now = question.requester, question.now
    takes_part = question.region.takes_part
    for_a_facility = requester.role not in THEMSELVES or question.action is Action.PUBLISH
    if for_a_facility and not takes_part(requester.facility, now):
        return (EVERYTHING,)
    if question.action is Action.PUBLISH:
        return NOTHING
    gone = frozenset(one for one in question.linked if not takes_part(one, now))
    return (EVERYTHING._replace(custodians=gone),) if gone else NOTHING
