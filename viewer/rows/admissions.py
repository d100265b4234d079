"""Visits, admissions and discharges; stays are drawn as bands above the grid."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.clinical import Encounter, Place
from hie.record.entry import DocumentClass
from viewer.departments import department_name
from viewer.formats import moment
from viewer.locale import Words
from viewer.parts import Note, Part, facts
from viewer.rows import Look, Row

OUTPATIENT = "O"
"""PV1-2."""


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw what happened and when, where and who was in charge."""
    words = look.words
    for record in opened.reading.records if opened.reading else ():
        if isinstance(record, Encounter):
            place = " ".join(filter(None, (record.ward, record.room, record.bed)))
            yield Note(words.either(f"visit.{record.event}", record.event))
            yield facts(
                (words("visit.at"), moment(record.at, words)),
                (words("visit.admitted"), _admitted(record, words)),
                (words("visit.discharged"), moment(record.discharged_at, words)),
                (words("visit.class"), words.either(f"class.{record.patient_class}", record.patient_class)),
                (words("visit.department"), department_name(record.department)),
                (words("visit.ward"), place),
                (words("visit.prior"), _place(record.prior)),
                (words("visit.reserved"), _place(record.reserved)),
                (words("visit.attending"), record.attending),
                (words("visit.admitting"), record.admitting),
                (words("visit.expected_discharge"), moment(record.expected_discharge, words)),
                (words("visit.expected_return"), moment(record.expected_return, words)),
                (
                    words("visit.disposition"),
                    words.either(f"disposition.{record.disposition}", record.disposition),
                ),
            )


def _admitted(record: Encounter, words: Words) -> str:
    """Write when a stay began; PV1-44 of an out-patient is the visit itself and no admission."""
    outside = record.patient_class == OUTPATIENT and record.admitted_at == record.at
    return "" if outside else moment(record.admitted_at, words)


def _place(where: Place) -> str:
    return " ".join(filter(None, (department_name(where.department), *where[1:])))


ROW = Row("admissions", 90, frozenset({DocumentClass.ENCOUNTER}), detail, always=True)
