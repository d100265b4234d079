"""The few things a row may draw: facts, table, orders, text, note, thumbnails.

A row's `detail` yields these; one template draws them all, so that every page, print-out and
screen reader gets the same. All texts are plain and escaped by the template.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Tone(StrEnum):
    """How much a line asks for attention; always said in words as well."""

    PLAIN = "plain"
    HIGH = "high"
    LOW = "low"
    ATTENTION = "attention"
    SOFT = "soft"


class Facts(NamedTuple):
    """Named values, one to a line; pairs without a value are left out."""

    pairs: tuple[tuple[str, str], ...]
    kind: str = "facts"


class Normalised(NamedTuple):
    """What a result says in its analyte's unit, small; the original stands before it."""

    label: str
    """The word before it that says it was converted."""
    title: str
    """What that means, in a sentence."""
    text: str
    how: tuple[str, ...]
    """How it was made, a sentence a step."""


class Cell(NamedTuple):
    """One cell of a table."""

    text: str
    tone: Tone = Tone.PLAIN
    number: bool = False
    """Set with figures under one another."""
    code: str = ""
    """A mark shown before the text: `H`, `L`."""
    remark: str = ""
    """Said in small letters behind the text."""
    link: str = ""
    """Where the text leads."""
    normal: Normalised | None = None


class Line(NamedTuple):
    """One line of a table; its tone colours the line's edge."""

    cells: tuple[Cell, ...]
    tone: Tone = Tone.PLAIN


class Table(NamedTuple):
    """A table with its heading; the first cell of a line heads it."""

    heading: str
    aside: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    stacks: bool = False
    """On a narrow pane the cells of a line stand under its head, each with its column's name."""
    name: str = ""
    """What a table without a heading is called by a screen reader."""
    kind: str = "table"


class OrderedItem(NamedTuple):
    """One drug of an order: name, amount, and what is said about it."""

    name: str
    amount: str
    remarks: tuple[str, ...] = ()


class OrderGroup(NamedTuple):
    """Drugs given together (one Rp): the drugs, how they are used, how much was supplied."""

    label: str
    items: tuple[OrderedItem, ...]
    usage: str
    supply: str
    """How much was supplied, or how fast it is given."""
    start: str
    """From when."""
    tags: tuple[str, ...]


class Orders(NamedTuple):
    """A prescription or an injection order as a doctor reads it."""

    heading: str
    groups: tuple[OrderGroup, ...]
    kind: str = "orders"


class Text(NamedTuple):
    """A heading and a paragraph, line breaks kept."""

    heading: str
    text: str
    kind: str = "text"


class Headline(NamedTuple):
    """Heading of a section of a document; sections inside sections have a greater level, from 1."""

    text: str
    level: int
    kind: str = "headline"


class Prose(NamedTuple):
    """A paragraph, line breaks kept."""

    text: str
    kind: str = "prose"


class Bullets(NamedTuple):
    """A list."""

    items: tuple[str, ...]
    ordered: bool
    kind: str = "bullets"


class File(NamedTuple):
    """A file that travels with a document; `address` is empty for what is not shown."""

    name: str
    address: str
    link: str
    """What the link says."""
    remark: str


class Files(NamedTuple):
    """The files of a document that are no pictures."""

    heading: str
    files: tuple[File, ...]
    kind: str = "files"


class Figure(NamedTuple):
    """A picture of a document, as wide as the sheet."""

    source: str
    alternative: str
    caption: str
    kind: str = "figure"


class Pages(NamedTuple):
    """A file of several pages, drawn one under the other as they come into sight."""

    name: str
    address: str
    """Of the page that shows all its pages."""
    opens: str
    file: str
    """Where the file itself is fetched; empty where it is not given away."""
    fetches: str
    remark: str
    waiting: str
    failed: str
    kind: str = "pages"


class Note(NamedTuple):
    """A remark beside the content."""

    text: str
    tone: Tone = Tone.SOFT
    kind: str = "note"


class Thumbnail(NamedTuple):
    """One picture: where it is loaded from, its own page, what it shows, and what stands under it."""

    source: str
    page: str
    alternative: str
    caption: str


class Thumbnails(NamedTuple):
    """Pictures of one series."""

    heading: str
    pictures: tuple[Thumbnail, ...]
    kind: str = "thumbnails"


Part = Facts | Table | Orders | Text | Headline | Prose | Bullets | Files | Figure | Pages | Note | Thumbnails


def facts(*pairs: tuple[str, str]) -> Facts:
    """Make facts of the pairs that have a value."""
    return Facts(tuple((label, text) for label, text in pairs if text))
