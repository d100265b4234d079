"""Rules about character sets, header, identity and care date (fact sheet §7.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ssmix2.er7 import component, repetitions
from ssmix2.fields import TIMES
from ssmix2.kinds import KINDS
from ssmix2.layout import NO_DATE, NO_ORDER
from ssmix2.tables import CARE_DATES
from ssmix2.validation.rule import ERROR, INFORMATION, WARNING, Rule, Subject, Violation, at

_CHARACTER_SETS = frozenset({"~ISOIR87"})
_SWITCHING = frozenset({"", "ISO2022-1994"})
_TO_SECONDS = re.compile(r"\d{14}(?:\.?\d{1,4})?(?:[+-]\d{4})?", re.ASCII)
_ORDER_KINDS = ("OMD", "OMP", "OML", "OMG")
_NINES_KINDS = frozenset({"ADT-00", "ADT-01", "ADT-61"})
_STRUCTURES = {
    **dict.fromkeys(("A01", "A04", "A08", "A13"), "ADT_A01"),
    **dict.fromkeys(("A11", "A12"), "ADT_A09"),
    **dict.fromkeys(("A21", "A22", "A23", "A25", "A26", "A27"), "ADT_A21"),
    **dict.fromkeys(("A52", "A53", "A55"), "ADT_A52"),
    "A14": "ADT_A05",
}


def _character_sets(subject: Subject) -> Iterator[Violation]:
    header = subject.message.segments[0]
    if _dense(header[18]) not in _CHARACTER_SETS:
        yield Violation("MSH-18", "The character sets are not ASCII and ISO IR87.")
    if _dense(header[20]) not in _SWITCHING:
        yield Violation("MSH-20", "The way of switching character sets is not ISO 2022-1994.")


def _allowed_event(subject: Subject) -> Iterator[Violation]:
    kind = KINDS.get(subject.name.data_kind)
    if kind and subject.message.event not in kind.messages:
        yield Violation("MSH-9", "The message type does not belong in this data kind.")


def _structure(subject: Subject) -> Iterator[Violation]:
    kind, event, structure = (component(subject.message.segments[0][9], n).strip() for n in (1, 2, 3))
    if structure != (_STRUCTURES.get(event) or f"{kind}_{event}"):
        yield Violation("MSH-9", "The message structure is not that of the event (table 0354).")


def _sent(subject: Subject) -> Iterator[Violation]:
    sent = subject.message.segments[0][7].strip()
    if not _TO_SECONDS.fullmatch(sent):
        yield Violation("MSH-7", "The time of sending is not given to the second.")
    elif sent[:14] != subject.name.timestamp[:14]:
        yield Violation("MSH-7", "The time of sending is not the file's time stamp.", severity=INFORMATION)


def _version(subject: Subject) -> Iterator[Violation]:
    header = subject.message.segments[0]
    if component(header[12], 1).strip() != "2.5":
        yield Violation("MSH-12", "The version is not 2.5.")
    if component(header[11], 1).strip() != "P":
        yield Violation("MSH-11", "The processing id is not P.")


def _patient(subject: Subject) -> Iterator[Violation]:
    person = subject.message.first("PID")
    numbers = [component(one, 1).strip() for one in repetitions(person[3])] if person else []
    if numbers and subject.name.patient_id not in numbers:
        yield Violation("PID-3", "The patient is not the one of the file's name.")


def _order(subject: Subject) -> Iterator[Violation]:
    kind, wanted = subject.name.data_kind, subject.name.order_number
    if kind in _NINES_KINDS and wanted != NO_ORDER:
        yield Violation("path", "An event without an order is filed under an order number.")
    if not kind.startswith(_ORDER_KINDS):
        return
    for segment_name in ("ORC", "OBR"):
        for number, segment in enumerate(subject.message.every(segment_name), 1):
            given = component(segment[2], 1).strip()
            if given and given.zfill(15) != wanted.zfill(15):
                yield Violation(
                    at(segment_name, number, 2), "The order number is not that of the file's name."
                )


def _department(subject: Subject) -> Iterator[Violation]:
    wanted = subject.name.department_code
    # A problem list holds diagnoses of every department.
    if not wanted or subject.name.data_kind == "PPR-01":
        return
    for name, field in (("ORC", 17), ("PV1", 10)):
        exists = False
        for number, segment in enumerate(subject.message.every(name), 1):
            given = {component(segment[field], part).strip() for part in (1, 4)} - {""}
            exists = exists or bool(given)
            if given and wanted not in given:
                yield Violation(at(name, number, field), "The department is not that of the file's name.")
        if exists:
            return


def _dates(subject: Subject) -> tuple[list[tuple[str, str]], bool]:
    """Collect place and digits of every dating field, and whether a dating segment exists at all."""
    found, exists = [], False
    for name, field in CARE_DATES.get(subject.name.data_kind, ()):
        for number, segment in enumerate(subject.message.every(name), 1):
            exists = True
            found.append((at(name, number, field), TIMES[segment[field]][:8]))
    return found, exists


def _is_dated(subject: Subject) -> bool:
    return subject.name.data_kind in CARE_DATES and subject.name.care_date != NO_DATE


def _dated_as_filed(subject: Subject) -> Iterator[Violation]:
    if not _is_dated(subject):
        return
    dates, _ = _dates(subject)
    alternatives = len(CARE_DATES[subject.name.data_kind]) > 1
    wrong = [place for place, date in dates if date and date != subject.name.care_date]
    if alternatives and len(wrong) < sum(1 for _, date in dates if date):
        return
    for place in wrong:
        yield Violation(place, "The date is not the care date of the folder.")


def _dating_segment(subject: Subject) -> Iterator[Violation]:
    if _is_dated(subject) and not _dates(subject)[1]:
        names = " or ".join(dict.fromkeys(name for name, _ in CARE_DATES[subject.name.data_kind]))
        yield Violation("message", f"There is no {names} segment to date the file.")


def _earliest_specimen(subject: Subject) -> Iterator[Violation]:
    if subject.name.data_kind != "OML-11":
        return
    dates = [date for _, date in _dates(subject)[0] if date]
    if len(dates) > 1 and min(dates) != subject.name.care_date:
        yield Violation("SPM-17", "The earliest specimen was not collected on the care date.")


def _undated(subject: Subject) -> Iterator[Violation]:
    if not _is_dated(subject):
        return
    dates, _ = _dates(subject)
    if len(CARE_DATES[subject.name.data_kind]) > 1 and any(date for _, date in dates):
        return
    for place, date in dates:
        if not date:
            yield Violation(place, "The field that dates the file is empty.")


def _dense(text: str) -> str:
    return text.replace(" ", "")


RULES = (
    Rule("JIS-07", WARNING, "§7.2", _character_sets),
    Rule("MSH-B", ERROR, "§7.2", _allowed_event),
    Rule("MSH-C", WARNING, "§7.2", _structure),
    Rule("MSH-D", WARNING, "§7.2", _sent),
    Rule("MSH-E", WARNING, "§7.2", _version),
    Rule("ID-01", ERROR, "§7.2", _patient),
    Rule("ID-02", WARNING, "§7.2", _order),
    Rule("ID-03", WARNING, "§7.2", _department),
    Rule("DATE-01", WARNING, "§7.2", _dated_as_filed),
    Rule("DATE-02", WARNING, "§7.2", _dating_segment),
    Rule("DATE-03", WARNING, "§7.2", _earliest_specimen),
    Rule("DATE-04", INFORMATION, "§7.2", _undated),
)
