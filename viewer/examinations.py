"""Ordered and performed examinations: what all rows of this kind draw alike."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.retrieve import Opened
from hie.record.clinical import DiagnosticReport, Observation
from hie.record.findings import Severity
from viewer.formats import moment
from viewer.locale import Words
from viewer.parts import Part, facts
from viewer.results import results_tables


def examination(opened: Opened, words: Words) -> Iterator[Part]:
    """Draw each examination's head and then its details as a table."""
    records = opened.reading.records if opened.reading else ()
    for report in (one for one in records if isinstance(one, DiagnosticReport)):
        yield facts(
            (words("report.code"), report.code.text or report.code.code),
            (words("report.performed"), moment(report.collected_at, words)),
            (words("report.reported"), moment(report.reported_at, words)),
            (words("entry.department"), report.department.text),
            (words("report.orderer"), report.orderer),
            (words("report.accession"), opened.entry.facts.link),
        )
    yield from results_tables((one for one in records if isinstance(one, Observation)), words)


def worth_telling(opened: Opened) -> int:
    """Count what the reader noticed and a doctor should know of: errors and warnings."""
    found = opened.reading.findings if opened.reading else ()
    return sum(one.severity is not Severity.INFORMATION for one in found)
