"""What people write for people: sections of a document and the plain blocks they are made of.

Blocks hold text only; whatever markup a source used has been read into their shape and is gone.
"""

from __future__ import annotations

from typing import NamedTuple


class Paragraph(NamedTuple):
    """Text; line breaks are kept."""

    text: str

    def __repr__(self) -> str:
        """Show nothing clinical."""
        return "Paragraph(…)"


class ItemList(NamedTuple):
    """A list; an item that held a list holds its items as further lines."""

    items: tuple[str, ...]
    ordered: bool = False

    def __repr__(self) -> str:
        """Show how many there are."""
        return f"ItemList({len(self.items)})"


class NarrativeTable(NamedTuple):
    """A table; lines may be longer or shorter than the head."""

    caption: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        """Show how many lines there are."""
        return f"NarrativeTable({len(self.lines)})"


Block = Paragraph | ItemList | NarrativeTable


class Section(NamedTuple):
    """A section of a document; sections inside sections follow it with a greater level."""

    title: str
    code: str
    """Code of the section (LOINC), or empty."""
    level: int
    """1 for a section of the document itself."""
    blocks: tuple[Block, ...]

    def __repr__(self) -> str:
        """Show how much there is."""
        return f"Section({self.level}, {len(self.blocks)} blocks)"


class Attachment(NamedTuple):
    """A file that travels with a document."""

    number: int
    """Its place in the package, from 1: under this number it is asked for."""
    name: str
    media_type: str
    """What its first bytes say it is; `application/octet-stream` for what we do not show."""
    size: int
    """Bytes."""

    def __repr__(self) -> str:
        """Show place and type: names may hold a patient's."""
        return f"Attachment({self.number}, {self.media_type})"


class Composition(NamedTuple):
    """A document written for people: the head of a CDA document and its narrative, or attachments alone."""

    title: str
    kind: str
    """What its hospital calls such a document."""
    code: str
    """What kind of document it is: the document's own code, else the standard code of its folder."""
    author: str
    organization: str
    """Where the author works, as the document says."""
    written_at: str
    """Digits: when the author wrote it, else when the document was made."""
    custodian: str
    """Who keeps it, as the document says."""
    recipient: str
    """Whom a referral is written to."""
    started_at: str
    """Digits: first moment of the care that it is about (visit, stay)."""
    ended_at: str
    sections: tuple[Section, ...]
    attachments: tuple[Attachment, ...]

    def __repr__(self) -> str:
        """Show how much there is."""
        return f"Composition({len(self.sections)} sections, {len(self.attachments)} attachments)"
