"""Documents of a kind we do not know; kept, and shown as what they are."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.entry import DocumentClass
from viewer.examinations import examination
from viewer.parts import Part
from viewer.rows import Look, Row


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw what the reader could make of it."""
    return examination(opened, look.words)


ROW = Row("others", 130, frozenset({DocumentClass.UNKNOWN}), detail)
