"""The gate, said again as plainly as possible: read the log from the front, one pair of facilities at a time.

No boxes, no rules, no folding; the judge of `consent` and of every store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from consent.model import ConsentEvent, Provision
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose, Requester
from hie.record.times import FIRST_DAY, Day

SOMEBODY_ELSE = FacilityCode("9999999999")
"""A facility that no form ever names: stands for all that may yet take part."""


class Document(NamedTuple):
    """What the gate asks of a document."""

    custodian: FacilityCode
    document_class: DocumentClass
    day: Day
    confidentiality: Confidentiality


def live_clauses(
    log: Sequence[ConsentEvent], discloser: FacilityCode, viewer: FacilityCode
) -> list[Provision]:
    """Return what `discloser` may show `viewer` after the whole log."""
    live: list[Provision] = []
    for event in sorted(log, key=lambda one: one.sequence):
        if event.kind == "given":
            live += [
                clause
                for clause in event.provisions
                if (clause.disclosers is None or discloser in clause.disclosers)
                and (clause.recipients is None or viewer in clause.recipients)
            ]
        elif event.withdrawal is None:
            live = []
        else:
            from_all = event.withdrawal.disclosers is None or discloser in event.withdrawal.disclosers
            to_all = event.withdrawal.recipients is None or viewer in event.withdrawal.recipients
            if from_all and to_all:
                live = []
    return live


def reaches(clause: Provision, document: Document, now: int) -> bool:
    """Say whether a clause speaks of this document today."""
    if document.day == 0 or document.confidentiality == Confidentiality.UNKNOWN:
        return False
    return (
        clause.starts_at <= now
        and now < clause.ends_at
        and (clause.classes is None or document.document_class in clause.classes)
        and clause.service_period.start <= document.day
        and document.day <= clause.service_period.end
        and document.confidentiality <= clause.ceiling
    )


def may_see(
    log: Sequence[ConsentEvent],
    linked: Iterable[FacilityCode],
    who: Requester,
    document: Document,
    now: int,
) -> bool:
    """Say whether `who` may see `document`."""
    if who.purpose != Purpose.TREATMENT or who.role not in {"doctor", "nurse", "pharmacist", "liaison"}:
        return False
    if document.custodian == who.facility and who.facility in set(linked):
        return True
    if document.document_class == DocumentClass.UNKNOWN:
        return False
    clauses = live_clauses(log, document.custodian, who.facility)
    return any(reaches(clause, document, now) for clause in clauses)


def may_file(
    log: Sequence[ConsentEvent],
    facilities: Iterable[FacilityCode],
    who: Requester,
    document: Document,
    now: int,
) -> bool:
    """Say whether `who` may file `document`: it is theirs, and somebody may be shown it."""
    if who.purpose != Purpose.TREATMENT or document.custodian != who.facility:
        return False
    clauses = [
        clause
        for recipient in (*facilities, SOMEBODY_ELSE)
        for clause in live_clauses(log, who.facility, recipient)
        if document.document_class != DocumentClass.UNKNOWN or clause.classes is None
    ]
    return any(reaches(clause, document, now) for clause in clauses)


def may_ask(
    log: Sequence[ConsentEvent],
    linked: Iterable[FacilityCode],
    facilities: Iterable[FacilityCode],
    who: Requester,
    now: int,
) -> bool:
    """Say whether any document at all could be shown to `who`: then the person's name may be, too."""
    conceivable = [Document(who.facility, DocumentClass.UNKNOWN, Day(0), Confidentiality.UNKNOWN)]
    for discloser in (*facilities, SOMEBODY_ELSE):
        for clause in live_clauses(log, discloser, who.facility):
            for document_class in clause.classes or (DocumentClass.NOTE,):
                day = max(clause.service_period.start, FIRST_DAY)
                conceivable.append(Document(discloser, document_class, day, Confidentiality.NORMAL))
    return any(may_see(log, linked, who, document, now) for document in conceivable)
