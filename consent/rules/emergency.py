"""Breaking the glass opens the emergency set of what was consented to with the emergency clause."""

from __future__ import annotations

from consent.model import Action, GivenConsent, Provision, Question
from consent.parties import BREAKS_GLASS, clauses_in_force, shown_to
from consent.reasons import EMERGENCY
from consent.rules import opens
from consent.scope import ORDINARY_LABELS, Box, Scope
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.requester import Purpose
from hie.record.times import FIRST_DAY, Period

EMERGENCY_CLASSES = frozenset(
    {
        *(DocumentClass.DEMOGRAPHICS, DocumentClass.ALLERGY, DocumentClass.PROBLEM),
        *(DocumentClass.PRESCRIPTION, DocumentClass.INJECTION, DocumentClass.DISPENSE),
        DocumentClass.DOCUMENT,
        *(DocumentClass.LABORATORY_RESULT, DocumentClass.IMAGING_PERFORMED, DocumentClass.IMAGE),
    }
)
"""What somebody unconscious is treated by (security B.6): no notes, no nursing, no meals."""


@opens(Action.VIEW, reason=EMERGENCY)
def emergency(question: Question) -> Scope:
    """Open to who broke the glass, whoever the recipients were; nothing sensitive, nothing withdrawn."""
    broken = question.emergency
    requester = question.requester
    if (
        broken is None
        or question.now >= broken.ends_at
        or requester.role not in BREAKS_GLASS
        or requester.purpose not in {Purpose.TREATMENT, Purpose.EMERGENCY}
    ):
        return ()
    return tuple(_box(question, *clause) for clause in clauses_in_force(question) if clause[1].emergency)


def _box(question: Question, consent: GivenConsent, provision: Provision) -> Box:
    start, end = provision.service_period
    classes = provision.classes
    return Box(
        shown_to(question, question.requester.facility, consent, provision),
        classes=EMERGENCY_CLASSES if classes is None else classes & EMERGENCY_CLASSES,
        service_period=Period(max(start, FIRST_DAY), end),
        up_to=min(provision.ceiling, Confidentiality.RESTRICTED),
        within=ORDINARY_LABELS,
    )
