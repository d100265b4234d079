"""Ordered and performed examinations: what all rows of this kind draw alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hie.exchange.records.retrieve import Opened
from hie.record.clinical import (
    AllergyIntolerance,
    Coding,
    DiagnosticReport,
    Observation,
    Procedure,
    Record,
    ServiceRequest,
    StudyLink,
)
from hie.record.findings import Severity
from viewer.formats import NULL, amount, moment, shown_unit
from viewer.locale import Words
from viewer.parts import Cell, Facts, Line, Part, Table, facts
from viewer.results import results_tables

CANCELLED = frozenset({"CA", "CR", "OC"})
ASKED = "O"
"""OBX-11 of what an order says of the patient."""


def examination(opened: Opened, words: Words) -> Iterator[Part]:
    """Draw each examination's head, what was asked, found and done, and the study it led to."""
    records = opened.reading.records if opened.reading else ()
    results: list[Observation] = []
    for record in records:
        if isinstance(record, Observation):
            results.append(record)
            continue
        yield from said_and_found(results, words)
        results = []
        yield from _part(record, words)
    yield from said_and_found(results, words)
    link = opened.entry.facts.link
    guessed = link and not any(isinstance(record, StudyLink) for record in records)
    yield facts(
        (words("report.accession"), words("report.guessed", number=link) if guessed else ""),
        (words("profile.allergies"), allergies_of(records, words)),
    )


def _part(record: Record, words: Words) -> Iterator[Part]:
    if isinstance(record, ServiceRequest):
        yield request_facts(record, words)
    elif isinstance(record, DiagnosticReport):
        yield _report(record, words)
    elif isinstance(record, Procedure):
        yield _procedure(record, words)
    elif isinstance(record, StudyLink):
        yield facts(
            (words("report.accession"), record.accession_number),
            (words("image.modality"), record.modality),
        )


def request_facts(request: ServiceRequest, words: Words) -> Facts:
    """Draw an order: what, when, from where, why, and who asked."""
    return facts(
        (words("report.code"), named(request.code)),
        (words("order.state"), words("rx.cancelled") if request.control in CANCELLED else ""),
        (words("order.items"), words("list.comma").join(map(named, request.items))),
        (words("lab.specimen"), " ".join(filter(None, (named(request.specimen), named(request.site))))),
        (words("order.scheduled"), moment(request.scheduled_at, words)),
        (words("order.collected"), moment(request.collected_at, words)),
        (words("order.priority"), named(request.priority)),
        (words("order.reason"), request.reason),
        (words("order.danger"), named(request.danger)),
        (words("entry.department"), request.department.text),
        (words("report.orderer"), request.orderer),
        (words("rx.ordered"), moment(request.ordered_at, words)),
        (words("lab.note"), request.note),
    )


def _report(report: DiagnosticReport, words: Words) -> Facts:
    return facts(
        (words("report.code"), named(report.code)),
        (words("report.performed"), moment(report.collected_at, words)),
        (words("report.reported"), moment(report.reported_at, words)),
        (words("entry.department"), report.department.text),
        (words("report.orderer"), report.orderer),
        (words("lab.note"), report.note),
    )


def said_and_found(results: Sequence[Observation], words: Words) -> Iterator[Table]:
    """Draw what an order says of the patient by name and value, and results as a laboratory's."""
    asked = [one for one in results if one.status == ASKED]
    if asked:
        lines = tuple(
            Line((Cell(named(one.code) or named(one.local)), Cell(_value(one, words), remark=one.note)))
            for one in asked
        )
        yield Table(words("order.said"), "", (words("lab.item"), words("order.value")), lines)
    yield from results_tables((one for one in results if one.status != ASKED), words)


def _value(one: Observation, words: Words) -> str:
    if one.value == NULL:
        return words("lab.null")
    unit = "" if one.unit == NULL else shown_unit(one.unit)
    return f"{one.value_text or one.value} {unit}".strip()


def _procedure(done: Procedure, words: Words) -> Table:
    """Draw what was done: how often, from when to when, by whom, with what, and how it was taken."""
    times = "〜".join(filter(None, (moment(done.start, words), moment(done.end, words))))
    pairs = [
        (words("done.count"), words("done.times", n=done.times) if done.times not in {"", NULL} else ""),
        (words("done.time"), times),
        (words("done.surcharge"), named(done.surcharge)),
        *((named(one.role) or words("done.staff"), one.name) for one in done.performers),
        *(
            (
                words("done.material") if not one.kind.text else one.kind.text,
                f"{named(one.item)} {amount(one.quantity, one.unit)}".strip(),
            )
            for one in done.materials
        ),
        *((words("done.exposure"), " ".join(filter(None, one))) for one in done.exposures),
    ]
    lines = tuple(Line((Cell(label), Cell(text))) for label, text in pairs if text)
    heading = f"{words('done.heading')} {named(done.code)}".strip()
    return Table(heading, "", (words("lab.item"), words("order.value")), lines)


def named(coding: Coding) -> str:
    """Show a coding's text, or its code where there is none."""
    return coding.text or coding.code


def allergies_of(records: Iterable[Record], words: Words) -> str:
    """Name the allergies that an order says were known when it was written."""
    known = (named(one.substance) for one in records if isinstance(one, AllergyIntolerance))
    return words("list.comma").join(dict.fromkeys(known))


def worth_telling(opened: Opened) -> int:
    """Count what the reader noticed and a doctor should know of: errors and warnings."""
    found = opened.reading.findings if opened.reading else ()
    return sum(one.severity is not Severity.INFORMATION for one in found)
