"""A patient, or who stands for one, sees the patient's own record, of every facility linked."""

from __future__ import annotations

from consent.model import Action, Question
from consent.parties import THEMSELVES
from consent.rules import opens
from consent.scope import KNOWN_CLASSES, Box, Scope
from hie.record.entry import ALL_LABELS, Confidentiality
from hie.record.requester import Purpose
from hie.record.times import ALWAYS


@opens(Action.VIEW, reason="patient-self")
def patient_self(question: Question) -> Scope:
    """Open the asker's own record at the patient's request; the rule `role` takes out what is not told."""
    requester = question.requester
    if (
        requester.role not in THEMSELVES
        or requester.purpose is not Purpose.PATIENT_REQUEST
        or requester.patient != question.patient
    ):
        return ()
    return (Box(question.linked, frozenset(), KNOWN_CLASSES, ALWAYS, Confidentiality.RESTRICTED, ALL_LABELS),)
