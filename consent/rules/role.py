"""The ceiling of each role: classes and sensitive labels beyond which no consent reaches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from consent.model import Action, Question
from consent.parties import THEMSELVES
from consent.rules import closes
from consent.scope import EVERYTHING, KNOWN_CLASSES, ORDINARY_LABELS, Scope
from hie.record.entry import ALL_LABELS, DocumentClass, Label
from hie.record.requester import Purpose, Role

MEDICINES = frozenset({DocumentClass.PRESCRIPTION, DocumentClass.INJECTION, DocumentClass.DISPENSE})
_BASICS = frozenset({DocumentClass.DEMOGRAPHICS, DocumentClass.ALLERGY, DocumentClass.PROBLEM})
_SUMMARY = _BASICS | {
    *(DocumentClass.ENCOUNTER, DocumentClass.DOCUMENT, DocumentClass.NOTE),
    *(DocumentClass.VITAL_SIGN, DocumentClass.MEAL),
}
_CARE = frozenset(
    {
        *(DocumentClass.DEMOGRAPHICS, DocumentClass.DOCUMENT),
        *(DocumentClass.PRESCRIPTION, DocumentClass.DISPENSE),
    }
)


class Ceiling(NamedTuple):
    """What a role may see at most, of documents that something opens."""

    classes: frozenset[DocumentClass]
    labels: int = ORDINARY_LABELS
    """Bits of `Label` that it may see."""
    of_medicines: int = 0
    """Bits that it may see besides, on medicines."""


CEILINGS = {
    Role.DOCTOR: Ceiling(frozenset(DocumentClass), ALL_LABELS),
    Role.DENTIST: Ceiling(frozenset(DocumentClass), ALL_LABELS),
    Role.NURSE: Ceiling(KNOWN_CLASSES),
    Role.VISITING_NURSE: Ceiling(KNOWN_CLASSES),
    Role.PHARMACIST: Ceiling(
        _BASICS | MEDICINES | {DocumentClass.LABORATORY_RESULT}, of_medicines=int(Label.HIV)
    ),
    Role.THERAPIST: Ceiling(
        _BASICS
        | MEDICINES
        | {
            *(DocumentClass.ENCOUNTER, DocumentClass.DOCUMENT),
            *(DocumentClass.VITAL_SIGN, DocumentClass.LABORATORY_RESULT),
        }
    ),
    Role.CARE_MANAGER: Ceiling(_CARE),
    Role.CARE_WORKER: Ceiling(_CARE),
    Role.LIAISON: Ceiling(_SUMMARY | MEDICINES),
    Role.PATIENT: Ceiling(
        KNOWN_CLASSES, ALL_LABELS & ~int(Label.NOT_TOLD | Label.VIOLENCE | Label.NEVER | Label.UNKNOWN)
    ),
    Role.FAMILY: Ceiling(KNOWN_CLASSES, int(Label.STAFF)),
}
"""Security B.6 and B.7. Whoever does not stand here opens no records at all."""


@closes(Action.VIEW, reason="role")
def role(question: Question) -> Scope:
    """Close what lies above the ceiling, and everything to a role without one."""
    requester = question.requester
    ceiling = CEILINGS.get(requester.role)
    for_themselves = requester.role in THEMSELVES
    if ceiling is None or (for_themselves and requester.purpose is not Purpose.PATIENT_REQUEST):
        return (EVERYTHING,)
    return _ABOVE[requester.role]


def _above(ceiling: Ceiling) -> Scope:
    """Draw what lies above a ceiling."""
    every = frozenset(DocumentClass)
    boxes = []
    if every - ceiling.classes:
        boxes.append(EVERYTHING._replace(classes=every - ceiling.classes))
    uncleared = ALL_LABELS & ~ceiling.labels
    always = uncleared & ~ceiling.of_medicines
    if always:
        boxes.append(EVERYTHING._replace(bearing=always))
    if uncleared & ceiling.of_medicines:
        boxes.append(EVERYTHING._replace(classes=every - MEDICINES, bearing=uncleared & ceiling.of_medicines))
    return tuple(boxes)


def _drawn(ceilings: Iterable[tuple[Role, Ceiling]]) -> dict[Role, Scope]:
    return {who: _above(ceiling) for who, ceiling in ceilings}


_ABOVE = _drawn(CEILINGS.items())
