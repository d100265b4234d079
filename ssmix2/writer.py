"""Write SS-MIX2 messages from records: strict out (SS-MIX2 標準化ストレージ仕様書 Ver.1.2g).

What the specification forbids is refused with `Invalid`; what it can hold comes back from
`ssmix2.read` as the same records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from hie.record.clinical import Demographics, Record
from hie.record.errors import Invalid
from hie.record.times import UNKNOWN_DAY, day_of
from ssmix2.encoding import encode
from ssmix2.layout import NO_DATE, NO_DEPARTMENT, UNDATED_KINDS, ConditionFlag, FileName
from ssmix2.writing import (
    administration,
    admissions,
    imaging,
    laboratory_order,
    meals,
    medication,
    people,
    problems,
    results,
)
from ssmix2.writing.envelope import Envelope, Practitioner
from ssmix2.writing.segments import Frame, frame, msh, pid

_PATIENT_ID_LENGTHS = range(4, 16)
_ORDER_NUMBER_LENGTH = 15
_SENT_DIGITS = 17
_ENCOUNTERS = tuple(
    f"ADT-{number}" for number in ("01", "12", "21", "22", "31", "32", "41", "42", "51", "52")
)
_SEPARATORS = frozenset("_/\\|^~&")


class Layout(NamedTuple):
    """How one data kind is written."""

    message_type: Callable[[Frame, Sequence[Record]], str]
    """MSH-9 with three components."""
    body: Callable[[Frame, Demographics, Sequence[Record]], Iterator[str]]
    """All segments behind MSH."""


def compose(kind: str, envelope: Envelope, demographics: Demographics, records: Sequence[Record]) -> str:
    """Write a message of `kind` as ER7 text, every segment closed by CR.

    Raises `Invalid` for a kind this writer does not know and for content the specification forbids.
    """
    layout = LAYOUTS.get(kind)
    if layout is None:
        raise Invalid("this writer knows " + ", ".join(LAYOUTS))
    framed = frame(envelope)
    head = msh(envelope, layout.message_type(framed, records))
    return "\r".join((head, *layout.body(framed, demographics, records), ""))


def write(kind: str, envelope: Envelope, demographics: Demographics, records: Sequence[Record]) -> bytes:
    """Write a message of `kind` as the bytes of its file: ISO-2022-JP, CR."""
    return encode(compose(kind, envelope, demographics, records))


def file_name(
    kind: str, envelope: Envelope, patient_id: str, care_date: str, flag: str = ConditionFlag.CURRENT
) -> FileName:
    """Name the file of a message; `care_date` is `-` for kinds without a date, else `YYYYMMDD`.

    Raises `Invalid` where a strict name is impossible: patient ids of less than four or more
    than fifteen characters, order numbers that have not fifteen, dates outside the calendar.
    """
    if len(patient_id) not in _PATIENT_ID_LENGTHS or not _SEPARATORS.isdisjoint(patient_id):
        raise Invalid("a patient id has 4 to 15 characters and no separator")
    if len(envelope.order_number) != _ORDER_NUMBER_LENGTH or not _SEPARATORS.isdisjoint(
        envelope.order_number
    ):
        raise Invalid("an order number has 15 characters and no separator")
    if len(envelope.sent_at) != _SENT_DIGITS:
        raise Invalid("a file's time stamp has 17 digits")
    if (care_date == NO_DATE) != (kind in UNDATED_KINDS) or not _is_care_date(care_date):
        raise Invalid("the care date is a day of the calendar, and - exactly for kinds without a date")
    department = envelope.department.code or NO_DEPARTMENT
    return FileName(
        patient_id, care_date, kind, envelope.order_number, envelope.sent_at, department, str(flag)
    )


def _is_care_date(text: str) -> bool:
    return text == NO_DATE or (len(text) == len("YYYYMMDD") and day_of(text) != UNKNOWN_DAY)


def _fixed(message_type: str) -> Callable[[Frame, Sequence[Record]], str]:
    return lambda _framed, _records: message_type


def _behind_pid(
    body: Callable[[Frame, Sequence[Record]], Iterator[str]],
) -> Callable[[Frame, Demographics, Sequence[Record]], Iterator[str]]:
    def segments(framed: Frame, person: Demographics, records: Sequence[Record]) -> Iterator[str]:
        yield pid(person)
        yield from body(framed, records)

    return segments


def _encounter(kind: str) -> Layout:
    return Layout(lambda _framed, records: admissions.encounter_type(kind, records), admissions.encounter)


LAYOUTS = {
    "ADT-00": Layout(lambda framed, _records: people.demographics_type(framed), people.demographics),
    **{kind: _encounter(kind) for kind in _ENCOUNTERS},
    "ADT-61": Layout(_fixed(people.ALLERGY_TYPE), people.allergies),
    "PPR-01": Layout(_fixed(problems.MESSAGE_TYPE), _behind_pid(problems.problems)),
    "OMD": Layout(_fixed(meals.MESSAGE_TYPE), _behind_pid(meals.meals)),
    "OMP-01": Layout(_fixed(medication.MESSAGE_TYPE), _behind_pid(medication.prescription)),
    "OMP-11": Layout(_fixed(administration.MESSAGE_TYPE), _behind_pid(administration.prescription_given)),
    "OMP-02": Layout(_fixed(medication.MESSAGE_TYPE), _behind_pid(medication.injection)),
    "OMP-12": Layout(_fixed(administration.MESSAGE_TYPE), _behind_pid(administration.injection_given)),
    "OML-01": Layout(_fixed(laboratory_order.MESSAGE_TYPE), _behind_pid(laboratory_order.laboratory_order)),
    "OML-11": Layout(_fixed(results.LABORATORY_TYPE), _behind_pid(results.laboratory)),
    **{
        kind: Layout(_fixed(imaging.ORDER_TYPE), _behind_pid(partial(imaging.order, kind)))
        for kind in ("OMG-01", "OMG-02", "OMG-03")
    },
    **{
        kind: Layout(_fixed(imaging.PERFORMED_TYPE), _behind_pid(partial(imaging.performed, kind)))
        for kind in ("OMG-11", "OMG-12")
    },
    "OMG-13": Layout(_fixed(imaging.RESULT_TYPE), _behind_pid(imaging.physiology)),
}
"""Data kinds this writer knows."""

__all__ = ["LAYOUTS", "Envelope", "Practitioner", "compose", "file_name", "write"]
