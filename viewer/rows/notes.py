"""Progress notes and charts."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.entry import DocumentClass
from viewer.examinations import examination
from viewer.parts import Part
from viewer.rows import Look, Row


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw results that stand beside the text; the text itself is drawn for every row alike."""
    return examination(opened, look.words)


ROW = Row("notes", 10, frozenset({DocumentClass.NOTE}), detail, always=True, items="note")
