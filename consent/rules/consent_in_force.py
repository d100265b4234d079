"""What a consent that is in force and was not taken back lets a facility see, or lets out."""

from __future__ import annotations

from consent.model import Action, GivenConsent, Provision, Question, named
from consent.rules import opens
from consent.scope import Box, Scope
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose


@opens(Action.VIEW, Action.PUBLISH, reason="consent-in-force")
def consent_in_force(question: Question) -> Scope:
    """Open, per provision in force, what its disclosers wrote; only for treatment."""
    if question.requester.purpose is not Purpose.TREATMENT:
        return ()
    boxes = (
        _published(question, consent, provision)
        if question.action is Action.PUBLISH
        else _viewed(question, consent, provision)
        for consent in question.decisions.given
        for provision in consent.provisions
        if provision.in_force(question.now)
    )
    return tuple(box for box in boxes if box is not None)


def _viewed(question: Question, consent: GivenConsent, provision: Provision) -> Box | None:
    """Open to a recipient what the disclosers wrote, less what was taken back from it since."""
    viewer = question.requester.facility
    if not named(provision.recipients, viewer):
        return None
    taken_back: set[FacilityCode] = set()
    for later in question.decisions.withdrawn:
        if later.sequence > consent.sequence and named(later.withdrawal.recipients, viewer):
            if later.withdrawal.disclosers is None:
                return None
            taken_back |= later.withdrawal.disclosers
    return _box(provision, frozenset(taken_back))


def _published(question: Question, consent: GivenConsent, provision: Provision) -> Box | None:
    """Let a discloser file what at least one recipient may still see."""
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
    return _box(provision._replace(disclosers=frozenset({discloser})), frozenset())


def _box(provision: Provision, other_than: frozenset[FacilityCode]) -> Box:
    return Box(
        provision.disclosers,
        other_than,
        provision.classes,
        provision.service_period,
        provision.ceiling,
    )
