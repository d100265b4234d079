"""Laboratory results: tables by panel, flags said in words as well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.clinical import DiagnosticReport, Observation, Record
from hie.record.entry import DocumentClass
from viewer.examinations import named
from viewer.formats import moment
from viewer.parts import Note, Part, Text, Tone, facts
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
    for parent, panel in _by_parent(records):
        yield from results_tables(panel, words, look.series, parent)
    for report in [one for one in records if isinstance(one, DiagnosticReport)][:1]:
        yield facts(
            (words("report.orderer"), report.orderer),
            (words("entry.department"), report.department.text),
            (words("lab.reported"), moment(report.reported_at, words)),
        )
    notes = "\n".join(filter(None, (one.note for one in records if isinstance(one, DiagnosticReport))))
    if notes:
        yield Text(words("lab.note"), notes)


def _by_parent(records: Iterable[Record]) -> Iterator[tuple[str, list[Observation]]]:
    """Put results together that belong to one finding (OBR-26), an organism; first those to none."""
    panels: dict[tuple[str, str], list[Observation]] = {("", ""): []}
    key = ("", "")
    for record in records:
        if isinstance(record, DiagnosticReport):
            key = (record.parent.sub_id, record.parent.text or named(record.parent.code))
        elif isinstance(record, Observation):
            panels.setdefault(key, []).append(record)
    for (number, parent), panel in panels.items():
        yield " ".join(filter(None, (number, parent))), panel


ROW = Row(
    "laboratory", 20, frozenset({DocumentClass.LABORATORY_RESULT}), detail, always=True, items="laboratory"
)
