"""What of a reading is searched: what people wrote for people, not the figures and the codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hie.record.clinical import DiagnosticReport, Observation, Procedure, Record, ServiceRequest
from hie.record.entry import WRITTEN, EntryFacts
from hie.record.imaging import ImagingInstance
from hie.record.narrative import Composition, ItemList, NarrativeTable, Paragraph, Section
from hie.record.wording import COMMENTED, Wording, worded

NULL = '""'
"""HL7's explicit null."""
LONGEST_HEADING = 120
"""Characters of a title or an author that a list keeps."""


def wording_of(facts: EntryFacts, records: Sequence[Record]) -> Wording | None:
    """Return the text of a document; None where nobody wrote any, and for classes that are not searched."""
    if facts.document_class in WRITTEN:
        found = worded(piece for record in records for piece in _pieces(record) if piece != NULL)
        return _headed(found, records) if found else None
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
    found = worded([*studies, *(text for _, text in sorted(series)), *parts])
    return found and found._replace(title=next(filter(None, studies), "")[:LONGEST_HEADING])


def _headed(found: Wording, records: Sequence[Record]) -> Wording:
    """Say what a document is called and who wrote it: a composition by itself, else by its first report."""
    for record in records:
        if isinstance(record, Composition):
            author = record.author if record.author != NULL else ""
            return found._replace(
                title=record.title[:LONGEST_HEADING].strip(), author=author[:LONGEST_HEADING].strip()
            )
    for record in records:
        if isinstance(record, DiagnosticReport | ServiceRequest | Procedure) and record.code.text != NULL:
            return found._replace(title=record.code.text[:LONGEST_HEADING].strip())
    return found


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
