"""What stands where in the calendar: entries gathered into chips, stays laid into lanes.

One chip is what one facility wrote for one row on one day. Nothing is dropped: a chip names all
its entries, and opens them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from hie.exchange.ports import EntryLine
from hie.exchange.timeline import Stay
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import Day, Period
from viewer.periods import Span, clipped
from viewer.rows import Row

MOST_TOGETHER = 20
"""Entries that one chip opens; more of them make another chip."""
JOINED = frozenset({DocumentClass.IMAGE, DocumentClass.IMAGING_ORDER, DocumentClass.IMAGING_PERFORMED})
"""Classes that belong together by accession number: opening one shows the others."""

ORDERED, PERFORMED = "orders", "performed"


class Chip:
    """What one facility wrote for one row on one day."""

    __slots__ = ("abnormal", "custodian", "day", "entries", "items", "kind", "links")

    def __init__(self, day: Day, custodian: FacilityCode, kind: str) -> None:
        """Start empty."""
        self.day = day
        self.custodian = custodian
        self.kind = kind
        self.entries: list[EntryId] = []
        self.links: tuple[str, ...] = ()
        self.items = 0
        self.abnormal = 0


class Band(NamedTuple):
    """A stay, as far as it is shown: from column `first` (newer) to `last`, both included."""

    stay: Stay
    first: int
    last: int


Cells = Mapping[int, Sequence[Chip]]
"""Chips by column."""


def chips_by_row(
    lines: Sequence[EntryLine], row_of: Mapping[DocumentClass, Row], span: Span
) -> dict[str, dict[int, list[Chip]]]:
    """Gather entries into chips by row and column, newest day first as they came."""
    grid: dict[str, dict[int, list[Chip]]] = {}
    open_chips: dict[tuple[str, Day, FacilityCode, str], Chip] = {}
    column_of = span.column_of
    performed = {
        (line.custodian, line.service_day)
        for line in lines
        if line.document_class is DocumentClass.IMAGING_PERFORMED
    }
    for line in lines:
        row, kind = row_of[line.document_class].key, _kind(line, performed)
        key = (row, line.service_day, line.custodian, kind)
        chip = open_chips.get(key)
        if chip is None or len(chip.entries) >= MOST_TOGETHER:
            chip = open_chips[key] = Chip(line.service_day, line.custodian, kind)
            grid.setdefault(row, {}).setdefault(column_of[line.service_day], []).append(chip)
        chip.entries.append(line.id)
        if kind != PERFORMED or line.document_class is DocumentClass.IMAGING_PERFORMED:
            chip.items += line.item_count
        chip.abnormal += line.abnormal_count
        if line.link and line.document_class in JOINED:
            chip.links = (*chip.links, line.link)
    return grid


def _kind(line: EntryLine, performed: AbstractSet[tuple[FacilityCode, Day]]) -> str:
    """Say what tells chips of one row apart: the event of a visit, imaging ordered or performed.

    Where something was performed, the orders of that day stand in its chip.
    """
    if line.document_class is DocumentClass.ENCOUNTER:
        return line.data_kind
    if line.document_class is DocumentClass.IMAGING_PERFORMED:
        return PERFORMED
    if line.document_class is DocumentClass.IMAGING_ORDER:
        return PERFORMED if (line.custodian, line.service_day) in performed else ORDERED
    return ""


def linked_entries(lines: Iterable[EntryLine]) -> dict[tuple[FacilityCode, str], list[EntryId]]:
    """Return the entries that share an accession number, reports before images."""
    found: dict[tuple[FacilityCode, str], list[EntryId]] = {}
    for line in lines:
        if line.link and line.document_class in JOINED:
            together = found.setdefault((line.custodian, line.link), [])
            if line.document_class is DocumentClass.IMAGE:
                together.append(line.id)
            else:
                together.insert(0, line.id)
    return found


def lanes(stays: Iterable[Stay], span: Span, today: Day) -> list[list[Band]]:
    """Lay the stays that lie in the period into as few rows as do not overlap."""
    found: list[list[Band]] = []
    for stay in stays:
        part = clipped(stay.start, Day(min(stay.end, max(today, stay.start))), span.period)
        if part is not None:
            _lay(found, _band(stay, part, span))
    return found


def _band(stay: Stay, part: Period, span: Span) -> Band:
    return Band(stay, span.column_of[part.end], span.column_of[part.start])


def _lay(found: list[list[Band]], band: Band) -> None:
    for lane in found:
        if all(band.last < other.first or other.last < band.first for other in lane):
            lane.append(band)
            lane.sort(key=lambda one: one.first)
            return
    found.append([band])
