"""Some time after a death was recorded nobody looks any more: treatment has ended."""

from __future__ import annotations

from consent.model import Action, Question
from consent.rules import closes
from consent.scope import EVERYTHING, NOTHING, Scope


@closes(Action.VIEW, Action.PUBLISH, reason="deceased")
def deceased(question: Question) -> Scope:
    """Close everything once the time for closing care has passed; relatives ask the hospital."""
    return NOTHING if question.now < question.decisions.closed_at else (EVERYTHING,)
