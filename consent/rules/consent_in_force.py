"""What a consent that is in force and was not taken back lets a facility see, or lets out."""

from __future__ import annotations

from consent.model import Action, GivenConsent, Provision, Question, named
from consent.parties import clauses_in_force, discloses, receives, shown_to, treats
from consent.rules import opens
from consent.scope import KNOWN_CLASSES, ORDINARY_LABELS, Box, Scope
from hie.record.entry import Confidentiality, DocumentClass, Label
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose
from hie.record.times import FIRST_DAY, Period

NEVER_BY_CONSENT = int(Label.NEVER | Label.UNKNOWN)
ONLY_WHERE_NAMED = int(Label.GENETICS | Label.VIOLENCE)
"""Labels that count as opted in only where the form names the recipients (security B.7)."""


@opens(Action.VIEW, Action.PUBLISH, reason="consent-in-force")
def consent_in_force(question: Question) -> Scope:
    """Open, per provision in force, what its disclosers wrote; only for treatment."""
    if question.requester.purpose is not Purpose.TREATMENT:
        return ()
    if question.action is Action.PUBLISH:
        boxes = [_published(question, *clause) for clause in clauses_in_force(question)]
    else:
        in_care = treats(question, question.requester.facility)
        boxes = [_viewed(question, *clause, in_care=in_care) for clause in clauses_in_force(question)]
    return tuple(box for box in boxes if box is not None)


def _viewed(question: Question, consent: GivenConsent, provision: Provision, *, in_care: bool) -> Box | None:
    """Open to a recipient that treats the patient what the disclosers wrote.

    To be named by the form is a care relationship too. A document of an unknown class is not
    shown, even where the form names no classes.
    """
    viewer = question.requester.facility
    if not (in_care or provision.recipients is not None):
        return None
    if not receives(question, viewer, consent, provision):
        return None
    classes = KNOWN_CLASSES if provision.classes is None else provision.classes & KNOWN_CLASSES
    return _box(provision, shown_to(question, viewer, consent, provision), classes)


def _published(question: Question, consent: GivenConsent, provision: Provision) -> Box | None:
    """Let a discloser file what at least one recipient may still see.

    A document of an unknown class is filed where the form names no classes: it is kept, and
    its own facility sees it.
    """
    discloser = question.requester.facility
    if not discloses(question, discloser, consent, provision):
        return None
    recipients = provision.recipients
    if recipients is not None:
        recipients = frozenset(one for one in recipients if receives(question, one, consent, provision))
    for later in question.decisions.withdrawn:
        if later.sequence > consent.sequence and named(later.withdrawal.disclosers, discloser):
            if later.withdrawal.recipients is None:
                return None
            if recipients is not None:
                recipients -= later.withdrawal.recipients
    if recipients is not None and not recipients:
        return None
    classes = None if provision.classes is None else provision.classes & KNOWN_CLASSES
    return _box(provision, frozenset({discloser}), classes)


def _box(
    provision: Provision, custodians: frozenset[FacilityCode], classes: frozenset[DocumentClass] | None
) -> Box:
    """Draw what the provision names, never an unknown day or confidentiality (law 6)."""
    start, end = provision.service_period
    opted_in = provision.labels & ~NEVER_BY_CONSENT
    if provision.recipients is None:
        opted_in &= ~ONLY_WHERE_NAMED
    return Box(
        custodians,
        classes=classes,
        service_period=Period(max(start, FIRST_DAY), end),
        up_to=min(provision.ceiling, Confidentiality.VERY_RESTRICTED),
        within=opted_in | ORDINARY_LABELS,
    )
