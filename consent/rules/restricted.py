"""What the patient refuses, and what a discloser holds back, stays closed whatever else was agreed."""

from __future__ import annotations

from consent.model import Action, Question, Restriction, named
from consent.parties import THEMSELVES
from consent.rules import closes
from consent.scope import EVERYTHING, Box, Scope


@closes(Action.VIEW, Action.PUBLISH, reason="restricted")
def restricted(question: Question) -> Scope:
    """Close what each refusal and hold names, also to who broke the glass."""
    close = _unpublished if question.action is Action.PUBLISH else _unseen
    return tuple(box for one in question.decisions.restrictions if (box := close(question, one)) is not None)


def _unseen(question: Question, restriction: Restriction) -> Box | None:
    """Close to who is named. A refusal never closes a facility's own, unless it names the person.

    A patient's refusal does not close the patient's own look; a hold that names nobody does.
    """
    requester = question.requester
    in_person = restriction.users is not None
    if requester.role in THEMSELVES:
        concerned = restriction.by_discloser and not in_person and restriction.recipients is None
    else:
        concerned = named(restriction.recipients, requester.facility) and (
            restriction.users is None or requester.user in restriction.users
        )
    if not concerned:
        return None
    spared = restriction.by_discloser or in_person
    return EVERYTHING._replace(
        custodians=restriction.disclosers,
        other_than=frozenset() if spared else frozenset({requester.facility}),
        classes=restriction.classes,
    )


def _unpublished(question: Question, restriction: Restriction) -> Box | None:
    """Close filing where nobody else may see it."""
    discloser = question.requester.facility
    for_some = restriction.recipients is not None or restriction.users is not None
    if for_some or not named(restriction.disclosers, discloser):
        return None
    return EVERYTHING._replace(custodians=frozenset({discloser}), classes=restriction.classes)
