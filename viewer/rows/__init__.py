"""Rows of the calendar, one file each: which entries stand in it, and how an opened one reads.

Found by looking: every module of this folder that has a `ROW`. `position` orders them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hie.exchange.records.retrieve import Opened
from hie.record.entry import DocumentClass
from hie.record.imaging import FiledInstance
from viewer.locale import Words
from viewer.parts import Part


class Look(NamedTuple):
    """Who looks, as far as drawing must know."""

    words: Words
    own: bool
    """The viewing facility wrote the document itself."""
    picture: Callable[[FiledInstance], str]
    """Address of an instance's picture."""
    page: Callable[[FiledInstance], str]
    """Address of the page that shows it large."""
    attachment: Callable[[int], str]
    """Address of a file that travels with the document, by its number."""
    series: Callable[[str], str]
    """Address of the page that shows a JLAC10 code's results over all hospitals."""


Detail = Callable[[Opened, Look], Iterator[Part]]


class Row(NamedTuple):
    """One row of the calendar."""

    key: str
    """Names its texts: `row.<key>`, `glyph.<key>`."""
    position: int
    classes: frozenset[DocumentClass]
    detail: Detail
    always: bool = False
    """Shown even when the period has nothing in it."""
    items: str = "other"
    """Names the text of its item count: `chip.items.<items>`."""


def collected() -> tuple[Row, ...]:
    """Return all rows in order; a class that two rows claim is a defect."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found: list[Row] = [importlib.import_module(f"{__name__}.{name}").ROW for name in names]
    claimed = [kind for row in found for kind in row.classes]
    if len(claimed) != len(set(claimed)):
        raise TypeError("two rows of the calendar claim one document class")
    return tuple(sorted(found, key=lambda row: row.position))
