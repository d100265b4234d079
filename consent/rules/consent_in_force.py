"""What a consent that is in force and was not taken back lets a facility see, or lets out."""

from __future__ import annotations

from consent.model import Action, Facilities, GivenConsent, Provision, Question, named
from consent.rules import opens
from consent.scope import Box, Scope
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose
from hie.record.times import FIRST_DAY, Period

KNOWN_CLASSES = frozenset(DocumentClass) - {DocumentClass.UNKNOWN}


@opens(Action.VIEW, Action.PUBLISH, reason="consent-in-force")
def consent_in_force(question: Question) -> Scope:
    """Open, per provision in force, what its disclosers wrote; only for treatment."""
    if question.requester.purpose is not Purpose.TREATMENT:
        return ()
    scope = _published if question.action is Action.PUBLISH else _viewed
    boxes = (
        scope(question, consent, provision)
        for consent in question.decisions.given
        for provision in consent.provisions
        if provision.in_force(question.now)
    )
    return tuple(box for box in boxes if box is not None)


def _viewed(question: Question, consent: GivenConsent, provision: Provision) -> Box | None:
    """Open to a recipient what the disclosers wrote, less what was taken back from it since.

    A document of an unknown class is not shown, even where the form names no classes.
    """
    viewer = question.requester.facility
    if not named(provision.recipients, viewer):
        return None
    taken_back: set[FacilityCode] = set()
    for later in question.decisions.withdrawn:
        if later.sequence > consent.sequence and named(later.withdrawal.recipients, viewer):
            if later.withdrawal.disclosers is None:
                return None
            taken_back |= later.withdrawal.disclosers
    classes = KNOWN_CLASSES if provision.classes is None else provision.classes & KNOWN_CLASSES
    return _box(provision, provision.disclosers, frozenset(taken_back), classes)


def _published(question: Question, consent: GivenConsent, provision: Provision) -> Box | None:
    """Let a discloser file what at least one recipient may still see.

    A document of an unknown class is filed where the form names no classes: it is kept, and
    its own facility sees it.
    """
    discloser = question.requester.facility
    if not named(provision.disclosers, discloser):
        return None
    recipients = provision.recipients
    for later in question.decisions.withdrawn:
        if later.sequence > consent.sequence and named(later.withdrawal.disclosers, discloser):
            if later.withdrawal.recipients is None:
                return None
            if recipients is not None:
                recipients -= later.withdrawal.recipients
    if recipients is not None and not recipients:
        return None
    classes = None if provision.classes is None else provision.classes & KNOWN_CLASSES
    return _box(provision, frozenset({discloser}), frozenset(), classes)


def _box(
    provision: Provision,
    custodians: Facilities,
    other_than: frozenset[FacilityCode],
    classes: frozenset[DocumentClass] | None,
) -> Box:
    """Draw what the provision names, never an unknown day or confidentiality (law 6)."""
    period = provision.service_period
    return Box(
        custodians,
        other_than,
        classes,
        Period(max(period.start, FIRST_DAY), period.end),
        min(provision.ceiling, Confidentiality.VERY_RESTRICTED),
    )
