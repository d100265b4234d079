"""Laboratory orders: what shall be measured, from which specimen, when."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.entry import DocumentClass
from viewer.examinations import examination
from viewer.parts import Part
from viewer.rows import Look, Row


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw each request with its items, specimen and time, and what it says of the patient."""
    return examination(opened, look.words)


ROW = Row("orders", 65, frozenset({DocumentClass.LABORATORY_ORDER}), detail)
