"""A facility sees what it wrote itself of a patient linked to it, whatever the class and the day."""

from __future__ import annotations

from consent.model import Action, Question
from consent.rules import opens
from consent.scope import EVERYTHING, Scope
from hie.record.requester import Purpose


@opens(Action.VIEW, reason="own-facility")
def own_facility(question: Question) -> Scope:
    """Open what the requester's facility is custodian of; only for treatment."""
    requester = question.requester
    if requester.purpose is not Purpose.TREATMENT or requester.facility not in question.linked:
        return ()
    return (EVERYTHING._replace(custodians=frozenset({requester.facility})),)
