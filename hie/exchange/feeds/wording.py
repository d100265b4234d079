"""What of a reading is searched: what people wrote for people, not the figures and the codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hie.record.clinical import DiagnosticReport, Observation, Procedure, Record, ServiceRequest
from hie.record.entry import EntryFacts
from hie.record.imaging import ImagingInstance
from hie.record.narrative import Composition, ItemList, NarrativeTable, Paragraph, Section
from hie.record.wording import COMMENTED, WRITTEN, Wording, worded

NULL = '""'
"""HL7's explicit null."""


def wording_of(facts: EntryFacts, records: Sequence[Record]) -> Wording | None:
    """Return the text of a document; None where nobody wrote any, and for classes that are not searched."""
    if facts.document_class in WRITTEN:
        return worded(piece for record in records for piece in _pieces(record) if piece != NULL)
    if facts.document_class in COMMENTED:
        notes = [
            record.note
            for record in records
            if isinstance(record, Observation | DiagnosticReport) and record.note
        ]
        return worded(notes) if notes else None
    return None


def wording_of_study(instances: Sequence[ImagingInstance]) -> Wording | None:
    """Return what a study and its series are called; the order of the instances says nothing."""
    studies = sorted({one.study_description for one in instances})
    series = {(one.series_number, one.series_description) for one in instances}
    parts = sorted({one.body_part for one in instances})
    return worded([*studies, *(text for _, text in sorted(series)), *parts])


def _pieces(record: Record) -> Iterator[str]:
    """Yield what one record says in words."""
    if isinstance(record, Composition):
        yield from (record.title, record.kind, record.author, record.organization, record.recipient)
        for section in record.sections:
            yield from _of_a_section(section)
    elif isinstance(record, Observation):
        yield from (record.code.text or record.local.text, record.value_text or record.value, record.note)
    elif isinstance(record, DiagnosticReport):
        yield from (record.code.text, record.note)
    elif isinstance(record, ServiceRequest):
        yield from (record.code.text or record.local.text, record.reason, record.note)
    elif isinstance(record, Procedure):
        yield record.code.text or record.local.text
        yield from (used.item.text for used in record.materials)
        yield from (one.comment for one in record.exposures)


def _of_a_section(section: Section) -> Iterator[str]:
    yield section.title
    for block in section.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, ItemList):
            yield from block.items
        elif isinstance(block, NarrativeTable):
            yield from (block.caption, *block.columns)
            for line in block.lines:
                yield from line
