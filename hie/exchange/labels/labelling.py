"""Labels a document that was read: which sensitive classes it belongs to, by the tables beside this file.

The edge and the hub label by the same tables, so that what a patient did not opt in to does not leave the
hospital, and is refused at the hub if it does. A document bears the labels of everything in it: every text
of every kind of record is examined, found by the types of its fields and not by a list that is forgotten.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from itertools import filterfalse
from operator import attrgetter, itemgetter, or_
from typing import Any, get_args, get_type_hints

from hie.exchange.labels.label_tables import ANALYTES, DEPARTMENTS, DIAGNOSES, DRUGS, WORDS
from hie.record.clinical import (
    Coding,
    Condition,
    Coverage,
    Demographics,
    MedicationAdministration,
    MedicationRequest,
    Record,
)
from hie.record.entry import NO_LABELS, REPORTED, EntryFacts, Label
from hie.record.imaging import ImagingInstance
from hie.record.narrative import Composition
from hie.record.submission import Reading

_WORDS = tuple((int(label), re.compile(words)) for label, words in WORDS)
_ANY = re.compile("|".join(words for _, words in WORDS))
_DIAGNOSES = dict(DIAGNOSES)
_DRUGS = dict(DRUGS)
_YJ = re.compile(r"\d{7}[A-Z]\d{4}")
_JLAC10 = re.compile(r"\d[A-Z]\d{3}.*")

_GIVEN = (MedicationRequest, MedicationAdministration)
_WHAT_IS_GIVEN = frozenset({"medication", "local"})
"""Fields of a drug that say which drug it is: judged together with the other drugs of the order."""


def _getter(kind: type, leaving_out: frozenset[str] = frozenset()) -> Callable[[Any], tuple[object, ...]]:
    """Return what takes all fields of a record that can hold text, whole and at once, in C."""
    hints = get_type_hints(kind)
    fields = [
        place
        for place, name in enumerate(hints)
        if name not in leaving_out and hints[name] not in {int, bool, float}
    ]
    # A third, empty slice of the record makes even a single field come as a tuple.
    return itemgetter(*fields, slice(0, 0))


_KINDS: tuple[type, ...] = get_args(Record)
_TEXTS = {kind: _getter(kind, _WHAT_IS_GIVEN if kind in _GIVEN else frozenset()) for kind in _KINDS}
"""What takes the texts of each kind of record."""
_BY_DEPARTMENT = {kind: attrgetter("department") for kind in _KINDS if "department" in get_type_hints(kind)}
"""The kinds that name a department, and what takes it: a code, or a code with its name."""

_plain: set[object] = {""}
"""Short values that bear no label: most of what stands in a record was seen before."""
_OF_A_PERSON = frozenset({Demographics, Coverage, Composition})
"""What these hold is one person's: names and addresses are not kept in memory for nothing."""
_MOST_PLAIN, _SHORT = 200_000, 100


def bits_of(names: Iterable[str]) -> int:
    """Return the labels of these names (`psychiatry`, `not-told`); `LookupError` for one that is none."""
    return reduce(or_, (int(Label[name.upper().replace("-", "_")]) for name in names), NO_LABELS)


def labelled(reading: Reading, always: int = NO_LABELS) -> Reading:
    """Return the reading with the labels of its department and of everything that stands in it.

    `always` is what every document of its source or facility bears.
    """
    facts = reading.facts
    labels = labels_of(facts, reading.records) | always
    return reading._replace(facts=facts._replace(labels=facts.labels | labels)) if labels else reading


def labels_of(facts: EntryFacts, records: Iterable[Record]) -> int:
    """Return the bits of `Label` that a document with these facts and records bears."""
    labels = _of_department(facts.department)
    drugs: list[int] = []
    for record in records:
        kind = type(record)
        for value in filterfalse(_plain.__contains__, _TEXTS[kind](record)):
            labels |= _unseen(value, keep=kind not in _OF_A_PERSON)
        if kind in _BY_DEPARTMENT:
            labels |= _of_department(_BY_DEPARTMENT[kind](record))
        if isinstance(record, _GIVEN):
            drugs.append(_of_coding(record.medication) | _of_coding(record.local))
        elif isinstance(record, Condition):
            labels |= _of_diagnosis(record.icd10)
        elif isinstance(record, Composition):
            labels |= _of_unreadable(facts, record)
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


def _of_unreadable(facts: EntryFacts, composition: Composition) -> int:
    """Say of a document that is files only that nobody could read it, unless something else tells of it.

    A scan says nothing to a rule. Scanned letters of known, ordinary departments are many, and UNKNOWN
    closes a document to all but its own facility: so only those bear it whose department is not said, and
    whose kind does not tell what may stand in them. A sensitive department labels its own.
    """
    if composition.sections or not composition.attachments or facts.department:
        return NO_LABELS
    return NO_LABELS if facts.document_class in REPORTED else int(Label.UNKNOWN)


def _unseen(value: object, *, keep: bool) -> int:
    """Examine a value, and remember it for the next record where it bears nothing, is short and returns."""
    if isinstance(value, str) and value.isdigit():
        return NO_LABELS  # numbers and times hold no word, and every document has others
    found = _of_value(value)
    if keep and not found and len("".join(_texts(value))) <= _SHORT:
        if len(_plain) >= _MOST_PLAIN:
            _plain.clear()
        _plain.add(value)
    return found


def _of_value(value: object) -> int:
    """Examine everything in a value: a text, a code, or a tuple of whatever."""
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, Coding):
        return _of_coding(value)
    if isinstance(value, tuple):
        return reduce(or_, map(_of_value, value), NO_LABELS)
    return NO_LABELS


def _texts(value: object) -> Iterator[str]:
    """Return every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)


def _of_department(department: str | Coding) -> int:
    code = department if isinstance(department, str) else department.code
    return int(DEPARTMENTS.get(code, NO_LABELS)) if code else NO_LABELS


@lru_cache(maxsize=65_536)
def _of_coding(coding: Coding) -> int:
    """Label a code and its name; a region's drugs and tests are some thousands, so most are known."""
    labels = _of_text(f"{coding.text}\n{coding.code}\n{coding.system}")
    if _JLAC10.match(coding.code):
        labels |= _by_fronts(coding.code, ANALYTES)
    elif _YJ.fullmatch(coding.code):
        labels |= _by_fronts(coding.code, _DRUGS)
    return labels


@lru_cache(maxsize=65_536)
def _of_diagnosis(icd10: str) -> int:
    return _by_fronts(unicodedata.normalize("NFKC", icd10).upper().replace(".", ""), _DIAGNOSES)


def _by_fronts(code: str, table: dict[str, Label]) -> int:
    """Unite the labels of every front of `code` that the table knows."""
    return reduce(or_, (int(table.get(code[:length], 0)) for length in range(1, len(code) + 1)), NO_LABELS)


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
