"""Prescriptions."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.entry import DocumentClass
from viewer.parts import Part
from viewer.prescribed import prescribed
from viewer.rows import Look, Row


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw the orders and what was given of them."""
    return prescribed(opened, look.words)


ROW = Row(
    "prescriptions", 30, frozenset({DocumentClass.PRESCRIPTION}), detail, always=True, items="prescription"
)
