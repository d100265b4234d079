"""Lines of a clinic's table to documents: each day of a patient becomes a message as a hospital writes one.

The messages are SS-MIX2's own, written by the strict writer, so that everything behind them reads one
language: the calendar, the curves, the list of medication. Values stay as the table wrote them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

from hie.readers.clinic_table import Column, Kind, Problem, Row
from hie.record.clinical import (
    Coding,
    Demographics,
    DiagnosticReport,
    Encounter,
    MedicationRequest,
    Observation,
)
from hie.record.entry import Format
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.people import Patient, PatientFacts
from ssmix2.documentkind import VITAL_SIGNS
from ssmix2.extended import pack_folder
from ssmix2.layout import NO_DEPARTMENT, ConditionFlag, FileName
from ssmix2.writer import Envelope, Practitioner, write
from ssmix2.writing.vital_signs import write_vital_signs

APPLICATION = "CSV"
"""MSH-3 of every message made here: it was not the clinic's system that wrote it."""
LOCAL = "99CSV"
"""Coding system of what has no code of a standard."""
NULL = '""'
LABORATORY, PRESCRIPTION, VISIT = "OML-11", "OMP-01", "ADT-12"
NINES = "9" * 15

_JLAC10_LENGTHS = (15, 17)
_HOT9, _YJ = 9, 12
_NOON = "1200"
_DIGITS = 12
_NUMBER = frozenset("0123456789.")
_NOBODY = Practitioner("", "")
_PANEL = Coding("CSV", "検体検査", LOCAL)
_SHEET = Coding("CSV", "バイタル", LOCAL)
_UNSAID = Coding("999", "記載なし", LOCAL)
_FLAGS: Mapping[str, str] = {"高": "H", "低": "L", "異常": "A", "*": "A", "正常": "N", "↑": "H", "↓": "L"}
_KNOWN_FLAGS = frozenset({"H", "L", "HH", "LL", "N", "A", "AA"})
_VITALS: Mapping[str, str] = {
    "体温": "9P100000000000001",
    "脈拍": "9P300000000000001",
    "呼吸数": "9P200000000000001",
    "収縮期血圧": "9A751000000000001",
    "最高血圧": "9A751000000000001",
    "拡張期血圧": "9A761000000000001",
    "最低血圧": "9A761000000000001",
    "SpO2": "3H065000000000001",
    "身長": "9N001000000000001",
    "体重": "9N006000000000001",
}
"""JLAC10 of what clinics measure, where the table gives no code."""


class Whose(NamedTuple):
    """A patient of the clinic, as its messages name one."""

    facility: FacilityCode
    facility_name: str
    number: str
    patient: Patient


class Made(NamedTuple):
    """One document made of lines."""

    number: str
    name: FileName
    format: Format
    content: bytes
    lines: tuple[int, ...]
    kind: Kind

    def __repr__(self) -> str:
        """Show how many lines only."""
        return f"Made({self.kind}, {len(self.lines)} lines)"


def documents(whose: Whose, rows: Iterable[Row], version: str) -> tuple[list[Made], list[Problem]]:
    """Make the documents of one patient; `version` is 17 digits.

    The same lines give the same bytes, whenever they come. What no message can hold is a problem of its
    lines: `person` (nobody knows when the patient was born), else `amount`.
    """
    made: list[Made] = []
    problems: list[Problem] = []
    for _, some in groupby(sorted(rows, key=_order), key=_document):
        together = list(some)
        try:
            made.append(_made(whose, together, version))
        except Invalid as refused:
            reason = "person" if str(refused).startswith("PID") else "amount"
            problems += [Problem(row.line, reason) for row in together]
    return made, problems


def _order(row: Row) -> tuple[tuple[str, ...], int]:
    return _document(row), row.line


def _document(row: Row) -> tuple[str, ...]:
    """Name what lines must share to stand in one document; a patient's visits of a day are one.

    Its order where one is said, else its department and moment: what a later table says of the same moment
    takes the place of what an earlier one said, and does not stand beside it.
    """
    if row.kind is Kind.VISIT:
        return (row.kind, str(row.day), "", "", "")
    order = row.says(Column.ORDER)
    return (row.kind, str(row.day), order, row.says(Column.DEPARTMENT), "" if order else row.time)


def _made(whose: Whose, rows: Sequence[Row], version: str) -> Made:
    first = rows[0]
    key = _order_number(first)
    day = str(first.day)
    department = Coding(text=first.says(Column.DEPARTMENT))
    envelope = Envelope(
        APPLICATION,
        whose.facility_name,
        f"{day}000000000",
        key,
        key,
        department,
        _NOBODY,
        day,
        "O",
        whose.facility,
    )
    facts = PatientFacts(
        LocalPatientId(whose.facility, whose.number),
        whose.patient.name,
        whose.patient.birth_day,
        whose.patient.sex,
    )
    person = Demographics(facts, "", "", "", "", "")
    data_kind, how, content = _WRITERS[first.kind](envelope, person, rows)
    if first.kind is Kind.VISIT:
        key = NINES
    name = FileName(whose.number, day, data_kind, key, version, NO_DEPARTMENT, str(ConditionFlag.CURRENT))
    return Made(whose.number, name, how, content, tuple(row.line for row in rows), first.kind)


def _order_number(row: Row) -> str:
    """Number a document by what its lines share besides the day, which stands beside the number."""
    kind, _, *shared = _document(row)
    digest = sha256("\n".join((kind, *shared)).encode())
    return f"CSV{int.from_bytes(digest.digest()[:8]) % 10**_DIGITS:0{_DIGITS}d}"


def _laboratory(envelope: Envelope, person: Demographics, rows: Sequence[Row]) -> tuple[str, Format, bytes]:
    records: list[DiagnosticReport | Observation] = []
    for at, some in groupby(rows, key=_moment):
        report = DiagnosticReport(
            envelope.order_number, _PANEL, at, envelope.ordered_at, "CM", _UNSAID, envelope.department, ""
        )
        records.append(report)
        records += [_observation(row, at, _PANEL, _UNSAID) for row in some]
    return LABORATORY, Format.SSMIX2, write(LABORATORY, envelope, person, records)


def _vitals(envelope: Envelope, person: Demographics, rows: Sequence[Row]) -> tuple[str, Format, bytes]:
    sheet = DiagnosticReport(
        envelope.order_number, _SHEET, envelope.ordered_at, envelope.ordered_at, "F", Coding(),
        envelope.department, "",
    )  # fmt: skip
    results = [_observation(row, _moment(row), _SHEET, Coding()) for row in rows]
    content = write_vital_signs(envelope, person, sheet, results)
    return VITAL_SIGNS, Format.CONTENT_FOLDER, pack_folder({"main_document.hl7": content})


def _visit(envelope: Envelope, person: Demographics, rows: Sequence[Row]) -> tuple[str, Format, bytes]:
    at = f"{envelope.ordered_at}{rows[0].time or _NOON}"
    seen = Encounter("A04", "O", at, at, "", envelope.department.text, "", "", "", "", "")
    return VISIT, Format.SSMIX2, write(VISIT, envelope._replace(order_number=NINES), person, [seen])


def _prescription(envelope: Envelope, person: Demographics, rows: Sequence[Row]) -> tuple[str, Format, bytes]:
    drugs = [_drug(row, envelope, group) for group, row in enumerate(rows, 1)]
    return PRESCRIPTION, Format.SSMIX2, write(PRESCRIPTION, envelope, person, drugs)


def _drug(row: Row, envelope: Envelope, group: int) -> MedicationRequest:
    code, unit = row.says(Column.CODE), row.says(Column.UNIT)
    usage = row.says(Column.USAGE)
    return MedicationRequest(
        order_number=envelope.order_number,
        group=f"{group:02d}",
        medication=Coding(code, row.says(Column.ITEM), _drug_system(code)),
        local=Coding(),
        dose=row.says(Column.DOSE) or NULL,
        dose_unit=unit or NULL,
        daily_dose="",
        total=row.says(Column.AMOUNT) or NULL,
        total_unit=unit or NULL,
        form="",
        usage=Coding("", usage, LOCAL) if usage else Coding(),
        usage_supplements=(),
        days=row.says(Column.DAYS),
        occurrences="",
        start=envelope.ordered_at,
        end="",
        condition=row.says(Column.NOTE),
        category=Coding(),
        dispensing=(),
        instructions=(),
        route=_UNSAID,
        site=Coding(),
        component="",
        rate="",
        prescription_number="",
        status="NW",
        ordered_at=envelope.ordered_at,
        orderer="",
        injection_kind=Coding(),
    )


def _drug_system(code: str) -> str:
    if len(code) == _HOT9 and code.isdecimal():
        return "HOT9"
    return "YJ" if len(code) == _YJ and code.isalnum() else LOCAL


def _observation(row: Row, at: str, group: Coding, specimen: Coding) -> Observation:
    value = row.says(Column.VALUE)
    flag = row.says(Column.FLAG).upper()
    is_number = set(value) <= _NUMBER and value.count(".") < 2 and value[0] != "."  # noqa: PLR2004
    return Observation(
        _item(row),
        Coding(),
        value,
        value,
        "NM" if is_number else "ST",
        row.says(Column.UNIT),
        row.says(Column.UNIT) if row.says(Column.UNIT).isascii() else "",
        row.says(Column.RANGE),
        flag if flag in _KNOWN_FLAGS else _FLAGS.get(row.says(Column.FLAG), ""),
        "F",
        at,
        group,
        specimen,
        "",
        row.says(Column.NOTE),
    )


def _item(row: Row) -> Coding:
    code, item = row.says(Column.CODE).upper(), row.says(Column.ITEM)
    if not code and row.kind is Kind.VITAL:
        code = _VITALS.get(item, "")
    standard = len(code) in _JLAC10_LENGTHS and code.isascii() and code.isalnum()
    return Coding(code, item, "JC10") if standard else Coding(row.says(Column.CODE) or item, item, LOCAL)


def _moment(row: Row) -> str:
    return f"{row.day}{row.time}"


_WRITERS = {
    Kind.LABORATORY: _laboratory,
    Kind.PRESCRIPTION: _prescription,
    Kind.VITAL: _vitals,
    Kind.VISIT: _visit,
}
