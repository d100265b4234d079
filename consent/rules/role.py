"""Only those who treat open records: not the secretariat, not a clerk, not a part of the system."""

from __future__ import annotations

from consent.model import Action, Question
from consent.rules import closes
from consent.scope import EVERYTHING, NOTHING, Scope
from hie.record.requester import Role

TREATING = frozenset({Role.DOCTOR, Role.NURSE, Role.PHARMACIST, Role.LIAISON})


@closes(Action.VIEW, reason="role")
def role(question: Question) -> Scope:
    """Close everything to a role that does not treat, whatever purpose it states."""
    return NOTHING if question.requester.role in TREATING else (EVERYTHING,)
