"""Radiology ordered and performed; the accession number leads to the images."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.entry import DocumentClass
from viewer.examinations import examination
from viewer.parts import Part
from viewer.rows import Look, Row


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw the examination's head and its details."""
    return examination(opened, look.words)


ROW = Row("radiology", 52, frozenset({DocumentClass.IMAGING_ORDER, DocumentClass.IMAGING_PERFORMED}), detail)
