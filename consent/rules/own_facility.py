"""A facility sees what it wrote itself, whatever the class and the day."""

from __future__ import annotations

from consent.model import Action, Question
from consent.rules import opens
from consent.scope import WIDEST_PERIOD, Box, Scope
from hie.record.entry import Confidentiality
from hie.record.requester import Purpose


@opens(Action.VIEW, reason="own-facility")
def own_facility(question: Question) -> Scope:
    """Open what the requester's facility is custodian of; only for treatment."""
    if question.requester.purpose is not Purpose.TREATMENT:
        return ()
    return (
        Box(
            custodians=frozenset({question.requester.facility}),
            service_period=WIDEST_PERIOD,
            up_to=Confidentiality.UNKNOWN,
        ),
    )
