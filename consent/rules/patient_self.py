"""A patient, or who stands for one, sees the patient's own record, of every facility linked."""

from __future__ import annotations

from consent.model import Action, Question
from consent.parties import THEMSELVES
from consent.rules import opens
from consent.scope import NOTHING, Box, Scope
from hie.record.entry import ALL_LABELS, Confidentiality
from hie.record.times import ALWAYS


@opens(Action.VIEW, reason="patient-self")
def patient_self(question: Question) -> Scope:
    """Open the asker's own record, on days that are known; the rule `role` takes out what is not told."""
    requester = question.requester
    if requester.role not in THEMSELVES or requester.patient != question.patient:
        return NOTHING
    return (
        Box(
            question.linked,
            service_period=ALWAYS,
            up_to=Confidentiality.RESTRICTED,
            within=ALL_LABELS,
        ),
    )
