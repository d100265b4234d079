"""Documents written for people: head, sections with their blocks, pictures and files; all as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.narrative import (
    Attachment,
    Block,
    Composition,
    ItemList,
    NarrativeTable,
    Paragraph,
    Section,
)
from viewer.formats import moment
from viewer.locale import Words
from viewer.parts import (
    Bullets,
    Cell,
    Figure,
    File,
    Files,
    Headline,
    Line,
    Note,
    Pages,
    Part,
    Prose,
    Table,
    facts,
)
from viewer.rows import Look

PDF = "application/pdf"
PAGED = frozenset({PDF, "image/tiff"})
"""What may have several pages."""
_KILO = 1024


def compositions(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw every document that stands in an opened entry."""
    for record in opened.reading.records if opened.reading else ():
        if isinstance(record, Composition):
            yield from _composition(record, look)


def _composition(document: Composition, look: Look) -> Iterator[Part]:
    words = look.words
    yield Headline(document.title or document.kind, 1)
    yield facts(
        (words("document.author"), document.author),
        (words("document.organization"), document.organization),
        (words("document.written"), moment(document.written_at, words)),
        (words("document.recipient"), document.recipient),
        (words("document.period"), _period(document, words)),
        (words("document.custodian"), document.custodian),
    )
    for section in document.sections:
        yield from _section(section)
    if document.attachments and not document.sections:
        yield Note(words("document.only_attachments"))
    yield from _attachments(document.attachments, look)


def _period(document: Composition, words: Words) -> str:
    first, last = (moment(at, words) for at in (document.started_at, document.ended_at))
    return first if first == last else f"{first} 〜 {last}".strip()


def _section(section: Section) -> Iterator[Part]:
    if section.title:
        yield Headline(section.title, section.level + 1)
    for number, block in enumerate(section.blocks, 1):
        # several tables of one section are told apart by their place
        yield _block(block, section.title if number == 1 else f"{section.title} {number}".strip())


def _block(block: Block, title: str) -> Part:
    if isinstance(block, Paragraph):
        return Prose(block.text)
    if isinstance(block, ItemList):
        return Bullets(block.items, block.ordered)
    return _table(block, title)


def _table(table: NarrativeTable, title: str) -> Table:
    width = max((len(line) for line in (table.columns, *table.lines)), default=0)
    return Table(
        heading=table.caption,
        aside="",
        name=title,
        columns=(*table.columns, *[""] * (width - len(table.columns))),
        lines=tuple(
            Line(tuple(Cell(text) for text in (*line, *[""] * (width - len(line))))) for line in table.lines
        ),
    )


def _attachments(attachments: tuple[Attachment, ...], look: Look) -> Iterator[Part]:
    words = look.words
    for one in attachments:
        if one.media_type in PAGED:
            yield _pages(one, look)
        elif one.media_type.startswith("image/"):
            name = words("document.picture", name=one.name, n=one.number)
            yield Figure(look.attachment(one.number), name, one.name)
    others = tuple(_file(one, look) for one in attachments if _is_other(one))
    if others:
        yield Files(words("document.attachments"), others)


def _is_other(one: Attachment) -> bool:
    return one.media_type not in PAGED and not one.media_type.startswith("image/")


def _pages(one: Attachment, look: Look) -> Pages:
    words, file = look.words, look.attachment(one.number)
    return Pages(
        one.name,
        f"{file}/pages",
        words("document.pages.open"),
        file if one.media_type == PDF else "",
        words("document.download"),
        _size(one),
        words("calendar.pane.loading"),
        words("document.pages.failed"),
    )


def _file(one: Attachment, look: Look) -> File:
    return File(one.name, "", "", look.words("document.not_shown"))


def _size(one: Attachment) -> str:
    return f"{max(1, one.size // _KILO):,} KB"
