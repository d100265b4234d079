"""What a pharmacy handed out: drug by drug, as a prescription reads."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.entry import DocumentClass
from viewer.parts import Part
from viewer.prescribed import prescribed
from viewer.rows import Look, Row


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw the drugs that were handed out."""
    return prescribed(opened, look.words)


ROW = Row("dispensing", 105, frozenset({DocumentClass.DISPENSE}), detail, items="prescription")
