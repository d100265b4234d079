"""Laboratory results: tables by panel, flags said in words as well."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.retrieve import Opened
from hie.record.clinical import DiagnosticReport, Observation
from hie.record.entry import DocumentClass
from viewer.formats import moment
from viewer.parts import Note, Part, Tone, facts
from viewer.results import results_tables, tone_of
from viewer.rows import Look, Row


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw how many are out of range, who asked, and a table per panel."""
    words = look.words
    records = opened.reading.records if opened.reading else ()
    results = [one for one in records if isinstance(one, Observation)]
    outside = sum(tone_of(one.flag) is not Tone.PLAIN for one in results)
    if outside:
        yield Note(words("lab.outside", n=outside), Tone.ATTENTION)
    yield from results_tables(results, words, look.series)
    for report in [one for one in records if isinstance(one, DiagnosticReport)][:1]:
        yield facts(
            (words("report.orderer"), report.orderer),
            (words("entry.department"), report.department.text),
            (words("lab.reported"), moment(report.reported_at, words)),
        )


ROW = Row(
    "laboratory", 20, frozenset({DocumentClass.LABORATORY_RESULT}), detail, always=True, items="laboratory"
)
