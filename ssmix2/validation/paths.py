"""Rules about folder and name: PATH-01 to PATH-11 (fact sheet §7.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hie.record.findings import Finding
from hie.record.times import UNKNOWN_DAY, day_of
from ssmix2.kinds import KINDS
from ssmix2.layout import NO_DATE, NO_DEPARTMENT, UNDATED_KINDS
from ssmix2.validation.departments import DEPARTMENTS
from ssmix2.validation.rule import ERROR, INFORMATION, WARNING, Rule, Subject, Violation

PATH = "path"
_PARTS = 7
_PARTS_OF_A_STRANGER = 4
_ORDER_LENGTH, _ORDER_LIMIT = 15, 22
_TIMESTAMP = re.compile(r"\d{8}(?:[01]\d|2[0-3])[0-5]\d[0-5]\d\d{3}", re.ASCII)
_PATIENT_ID = re.compile(r"[0-9A-Za-z-]{7,15}", re.ASCII)
_DAY = re.compile(r"\d{8}", re.ASCII)
_FLAGS = frozenset("012")


def stranger(name: str) -> Finding:
    """Say what is wrong with a name outside the grammar."""
    parts = name.split("_")
    if len(parts) <= _PARTS_OF_A_STRANGER:
        return Finding("PATH-11", INFORMATION, PATH, "A foreign file lies in the tree.")
    if len(parts) != _PARTS:
        return Finding("PATH-02", ERROR, PATH, f"The name has {len(parts)} parts instead of seven.")
    if parts[6] not in _FLAGS:
        return Finding("PATH-09", ERROR, PATH, "The condition flag is none of 0, 1, 2.")
    if parts[1] != NO_DATE and not _DAY.fullmatch(parts[1]):
        return Finding("PATH-03", ERROR, PATH, "The care date is neither - nor eight digits.")
    return Finding("PATH-02", ERROR, PATH, "The name does not follow the grammar.")


def _folder(subject: Subject) -> Iterator[Violation]:
    folder, _, _ = subject.locator.rpartition("/")
    if folder and folder != subject.name.folder():
        yield Violation(PATH, "The folder is not the one that the name asks for.")


def _seven_parts(subject: Subject) -> Iterator[Violation]:
    if not subject.name.department:
        yield Violation(PATH, "The name lacks its department.")


def _care_date(subject: Subject) -> Iterator[Violation]:
    date = subject.name.care_date
    if date != NO_DATE and day_of(date) == UNKNOWN_DAY:
        yield Violation(PATH, "The care date is no day of the calendar.")


def _kind(subject: Subject) -> Iterator[Violation]:
    if subject.name.data_kind not in KINDS:
        yield Violation(PATH, "The data kind is none of the 26 of the specification.")


def _undated(subject: Subject) -> Iterator[Violation]:
    kind, undated = subject.name.data_kind, subject.name.care_date == NO_DATE
    if kind not in KINDS or undated == (kind in UNDATED_KINDS):
        return
    if undated:
        yield Violation(PATH, "A kind with a date is filed without one.")
    else:
        yield Violation(PATH, "A kind without a date is filed under one.", severity=WARNING)


def _order_number(subject: Subject) -> Iterator[Violation]:
    length = len(subject.name.order_number)
    if length != _ORDER_LENGTH:
        limit = "" if length <= _ORDER_LIMIT else ", more than the 22 that the index holds"
        yield Violation(PATH, f"The order number has {length} characters instead of 15{limit}.")


def _timestamp(subject: Subject) -> Iterator[Violation]:
    stamp = subject.name.timestamp
    if not _TIMESTAMP.fullmatch(stamp) or day_of(stamp) == UNKNOWN_DAY:
        yield Violation(PATH, "The time stamp is no time in 17 digits.")


def _department(subject: Subject) -> Iterator[Violation]:
    code = subject.name.department
    if code not in {"", NO_DEPARTMENT} and code not in DEPARTMENTS:
        yield Violation(PATH, "The department is not in table 0069.")


def _patient_id(subject: Subject) -> Iterator[Violation]:
    if not _PATIENT_ID.fullmatch(subject.name.patient_id):
        yield Violation(PATH, "The patient id has less than 7 or more than 15 characters, or a separator.")


RULES = (
    Rule("PATH-01", ERROR, "§7.1", _folder),
    Rule("PATH-02", ERROR, "§7.1", _seven_parts),
    Rule("PATH-03", ERROR, "§7.1", _care_date),
    Rule("PATH-04", WARNING, "§7.1", _kind),
    Rule("PATH-05", ERROR, "§7.1", _undated),
    Rule("PATH-06", WARNING, "§7.1", _order_number),
    Rule("PATH-07", WARNING, "§7.1", _timestamp),
    Rule("PATH-08", WARNING, "§7.1", _department),
    Rule("PATH-10", WARNING, "§7.1", _patient_id),
)
