"""Labels a document that was read: which sensitive classes it belongs to, by the tables beside this file.

The edge and the hub label by the same tables, so that what a patient did not opt in to does not leave the
hospital, and is refused at the hub if it does. A document bears the labels of everything in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from hie.exchange.label_tables import ANALYTES, DEPARTMENTS, DIAGNOSES, DRUGS, WORDS
from hie.record.clinical import (
    AllergyIntolerance,
    Coding,
    Condition,
    DiagnosticReport,
    Encounter,
    MedicationAdministration,
    MedicationRequest,
    Observation,
    Procedure,
    Record,
    ServiceRequest,
)
from hie.record.entry import NO_LABELS, EntryFacts, Label
from hie.record.imaging import ImagingInstance
from hie.record.narrative import Composition, ItemList, NarrativeTable, Paragraph
from hie.record.submission import Reading

_WORDS = tuple((int(label), re.compile(words)) for label, words in WORDS)
_ANY = re.compile("|".join(words for _, words in WORDS))
_DIAGNOSES = dict(DIAGNOSES)
_DRUGS = dict(DRUGS)
_YJ = re.compile(r"\d{7}[A-Z]\d{4}")
_JLAC10 = re.compile(r"\d[A-Z]\d{3}.*")


def labelled(reading: Reading) -> Reading:
    """Return the reading with the labels of its department and of everything that stands in it."""
    facts = reading.facts
    labels = labels_of(facts, reading.records)
    return reading._replace(facts=facts._replace(labels=facts.labels | labels)) if labels else reading


def labels_of(facts: EntryFacts, records: Iterable[Record]) -> int:
    """Return the bits of `Label` that a document with these facts and records bears."""
    labels = _of_department(facts.department)
    drugs: list[int] = []
    for record in records:
        told = _TOLD.get(type(record))
        if isinstance(record, MedicationRequest | MedicationAdministration):
            drugs.append(_of_drug(record))
        elif told is not None:
            labels |= told(record)
    return labels | _of_drugs(drugs)


def _of_drugs(drugs: Sequence[int]) -> int:
    """Join the labels of one order's drugs: it is psychiatric where all of them are (security B.7).

    A tranquilliser among other drugs is everyday care, and a prescription that is hidden does harm too.
    """
    labels = reduce(or_, drugs, NO_LABELS)
    return labels if all(one & Label.PSYCHIATRY for one in drugs) else labels & ~int(Label.PSYCHIATRY)


def labels_of_image(instance: ImagingInstance) -> int:
    """Return the labels that an image's header tells of: its descriptions and the part of the body."""
    return _of_text(f"{instance.study_description} {instance.series_description} {instance.body_part}")


def _of_result(seen: Observation) -> int:
    labels = _of_coding(seen.code) | _of_coding(seen.local) | _of_coding(seen.group)
    # A comment is a sentence, a value is not: only what is long can hold a word of the tables.
    return labels | (_of_text(seen.value_text) if len(seen.value_text) > _SHORT else NO_LABELS)


def _of_drug(given: MedicationRequest | MedicationAdministration) -> int:
    return _of_coding(given.medication) | _of_coding(given.local)


def _of_order(ordered: ServiceRequest) -> int:
    labels = _of_coding(ordered.code) | _of_coding(ordered.local) | _of_text(ordered.reason)
    for item in ordered.items:
        labels |= _of_coding(item)
    return labels


def _of_condition(condition: Condition) -> int:
    said = _of_diagnosis(condition.icd10) | _of_department(condition.department.code)
    return said | _of_coding(condition.code) | _of_text(condition.name)


def _of_procedure(done: Procedure) -> int:
    return _of_coding(done.code) | _of_coding(done.local)


def _of_report(report: DiagnosticReport) -> int:
    return _of_coding(report.code) | _of_department(report.department.code) | _of_text(report.note)


def _of_stay(encounter: Encounter) -> int:
    return _of_department(encounter.department) | _of_text(encounter.ward)


def _of_allergy(allergy: AllergyIntolerance) -> int:
    return _of_coding(allergy.substance) | _of_text(allergy.reaction)


def _of_composition(composition: Composition) -> int:
    return _of_text("\n".join(_written(composition)))


_TOLD: dict[type, Callable[[Any], int]] = {
    Observation: _of_result,
    ServiceRequest: _of_order,
    Condition: _of_condition,
    Procedure: _of_procedure,
    DiagnosticReport: _of_report,
    Encounter: _of_stay,
    AllergyIntolerance: _of_allergy,
    Composition: _of_composition,
}
"""How each kind of record tells; the others say nothing that could be sensitive by itself."""
_SHORT = 12
"""Characters of a value below which it is a number, a grade or a unit."""


def _written(composition: Composition) -> Iterator[str]:
    """Return every text of a document."""
    yield from (composition.title, composition.kind, composition.organization, composition.recipient)
    yield from (one.name for one in composition.attachments)
    for section in composition.sections:
        yield section.title
        for block in section.blocks:
            yield from _of_block(block)


def _of_block(block: object) -> Iterator[str]:
    """Return the texts of one block of a narrative, whatever it is made of."""
    if isinstance(block, str):
        yield block
    elif isinstance(block, Paragraph | ItemList | NarrativeTable | tuple):
        for part in block:
            yield from _of_block(part)


def _of_department(code: str) -> int:
    return int(DEPARTMENTS.get(code, NO_LABELS)) if code else NO_LABELS


@lru_cache(maxsize=65_536)
def _of_coding(coding: Coding) -> int:
    """Label a code and its name; a region's drugs and tests are some thousands, so most are known."""
    labels = _of_text(coding.text) if coding.text else NO_LABELS
    if _JLAC10.match(coding.code):
        labels |= next((int(label) for front, label in ANALYTES.items() if coding.code.startswith(front)), 0)
    elif _YJ.fullmatch(coding.code):
        labels |= _by_front(coding.code, _DRUGS)
    return labels


@lru_cache(maxsize=65_536)
def _of_diagnosis(icd10: str) -> int:
    return _by_front(icd10.replace(".", ""), _DIAGNOSES)


def _by_front(code: str, table: dict[str, Any]) -> int:
    """Return the label of the longest front of `code` that the table knows."""
    fronts = (code[:length] for length in range(len(code), 0, -1))
    return next((int(table[front]) for front in fronts if front in table), NO_LABELS)


def _of_text(text: str) -> int:
    """Label by words, whichever width and size of letters they are written in."""
    if not text:
        return NO_LABELS
    folded = unicodedata.normalize("NFKC", text).upper()
    if _ANY.search(folded) is None:
        return NO_LABELS
    labels = NO_LABELS
    for label, words in _WORDS:
        if words.search(folded):
            labels |= label
    return labels
