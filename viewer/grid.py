"""What stands where in the calendar: entries gathered into chips, stays laid into lanes.

One chip is what one facility wrote for one row on one day. Nothing is dropped: a chip names all
its entries, and opens them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hie.exchange.ports import EntryLine
from hie.exchange.records.stays import Stay
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import Day, Period
from viewer.periods import Column, Span, clipped
from viewer.rows import Row

MOST_TOGETHER = 20
"""Entries that one chip opens; more of them make another chip."""
MOST_APART = 6
"""Chips of one facility in one cell that stand by themselves; more of them are heaped."""
JOINED = frozenset(
    {
        DocumentClass.IMAGE,
        DocumentClass.IMAGING_ORDER,
        DocumentClass.IMAGING_PERFORMED,
        DocumentClass.ENDOSCOPY,
    }
)
"""Classes that belong together by accession number: opening one shows the others."""
IMAGING = JOINED - {DocumentClass.ENDOSCOPY}
"""Classes whose orders stand in the chip of what was performed on their day."""

ORDERED, PERFORMED = "orders", "performed"
KIND_OF = {
    **dict.fromkeys(("OMG-02", "OMG-03"), ORDERED),
    **dict.fromkeys(("OMG-12", "OMG-13", "OMP-11", "OMP-12"), PERFORMED),
}
"""Data kinds whose chips stand beside those of the same class: what was ordered, what was done."""


class Chip:
    """What one facility wrote for one row on one day; a heap holds what stood in several chips of a week."""

    __slots__ = ("abnormal", "custodian", "day", "entries", "heaped", "items", "kind", "links", "since")

    def __init__(self, day: Day, custodian: FacilityCode, kind: str) -> None:
        """Start empty."""
        self.day = day
        self.custodian = custodian
        self.kind = kind
        self.entries: list[EntryId] = []
        self.links: tuple[str, ...] = ()
        self.items = 0
        self.abnormal = 0
        self.heaped = 0
        """How many chips it was made of; 0 for a chip of its own."""
        self.since = day
        """The first day of a heap, whose last is `day`."""


class Band(NamedTuple):
    """A stay, as far as it is shown: from column `first` to `last`, both included."""

    stay: Stay
    first: int
    last: int


class Piece(NamedTuple):
    """Columns of a band in which one thing holds: the patient lies on one leg, or is on leave."""

    first: int
    last: int
    leg: int
    """Which leg of the stay, by its place; 0 where none is known."""
    leave: int
    """Which leave, by its place, or -1."""


def chips_by_row(
    lines: Sequence[EntryLine], row_of: Mapping[DocumentClass, Row], span: Span
) -> dict[str, dict[int, list[Chip]]]:
    """Gather entries into chips by row and column, newest day first as they came."""
    grid: dict[str, dict[int, list[Chip]]] = {}
    open_chips: dict[tuple[str, Day, FacilityCode, str], Chip] = {}
    column_of = span.column_of
    performed = {
        (custodian, day) for _, day, custodian, word, *_ in lines if word is DocumentClass.IMAGING_PERFORMED
    }
    for number, day, custodian, word, data_kind, items, abnormal, link, _ in lines:
        row = row_of[word].key
        kind = data_kind if word is DocumentClass.ENCOUNTER else KIND_OF.get(data_kind, "")
        if word in IMAGING:
            kind = _kind(word, (custodian, day) in performed)
        key = (row, day, custodian, kind)
        chip = open_chips.get(key)
        if chip is None or len(chip.entries) >= MOST_TOGETHER:
            chip = open_chips[key] = Chip(day, custodian, kind)
            grid.setdefault(row, {}).setdefault(column_of[day], []).append(chip)
        chip.entries.append(number)
        if kind != PERFORMED or word is not DocumentClass.IMAGING_ORDER:
            chip.items += items
        chip.abnormal += abnormal
        if link and word in JOINED:
            chip.links = (*chip.links, link)
    return grid


def heaped(chips: Sequence[Chip]) -> Sequence[Chip]:
    """Put chips of a facility together that would make a cell tall; nothing is lost, marks add up.

    A heap opens its entries together, so it holds no more of them than that; what follows makes another.
    Events and what is joined by accession number are told apart by what they say, and stay as they are.
    """
    if len(chips) <= MOST_APART:
        return chips
    counts = Counter(chip.custodian for chip in chips if _may_be_heaped(chip))
    found: list[Chip] = []
    heaps: dict[FacilityCode, Chip] = {}
    for chip in chips:
        if counts[chip.custodian] <= MOST_APART or not _may_be_heaped(chip):
            found.append(chip)
            continue
        heap = heaps.get(chip.custodian)
        if heap is None or len(heap.entries) + len(chip.entries) > MOST_TOGETHER:
            heap = heaps[chip.custodian] = Chip(chip.day, chip.custodian, "")
            found.append(heap)
        heap.heaped += 1
        heap.since = min(heap.since, chip.day)
        heap.day = max(heap.day, chip.day)
        heap.entries += chip.entries
        heap.items += chip.items
        heap.abnormal += chip.abnormal
    return found


def _may_be_heaped(chip: Chip) -> bool:
    return not chip.links and chip.kind in {"", PERFORMED}


def _kind(word: DocumentClass, performed: bool) -> str:  # noqa: FBT001  said of the day, not an option
    """Tell imaging ordered from performed; where it was performed, the day's orders stand in its chip."""
    if word is DocumentClass.IMAGING_PERFORMED:
        return PERFORMED
    if word is DocumentClass.IMAGING_ORDER:
        return PERFORMED if performed else ORDERED
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
        if stay.planned and stay.end < today:
            continue  # it never came about
        end = stay.end if stay.planned else min(stay.end, max(today, stay.start))
        part = clipped(stay.start, Day(end), span.period)
        if part is not None:
            _lay(found, _band(stay, part, span))
    return found


def pieces(band: Band, span: Span) -> list[Piece]:
    """Cut a band where the patient was moved, went on leave or came back; newest first.

    A column belongs to the leg of its last day. Who is not back by midnight is away that day, and a
    week is shown as away where every day of it is.
    """
    found: list[Piece] = []
    for place in range(band.first, band.last + 1):
        leg, leave = _leg_and_leave(band.stay, span.columns[place])
        last = found[-1] if found else None
        if last and (last.leg, last.leave) == (leg, leave):
            found[-1] = last._replace(last=place)
        else:
            found.append(Piece(place, place, leg, leave))
    return found


def _leg_and_leave(stay: Stay, column: Column) -> tuple[int, int]:
    first, last = max(column.first, stay.start), min(column.last, stay.end)
    leg = max((place for place, leg in enumerate(stay.legs) if leg.day <= last), default=0)
    away = (
        place
        for place, (gone, back) in enumerate(leave.days for leave in stay.leaves)
        if gone <= first and last < back
    )
    return leg, next(away, -1)


def _band(stay: Stay, part: Period, span: Span) -> Band:
    ends = span.column_of[part.end], span.column_of[part.start]
    return Band(stay, min(ends), max(ends))


def _lay(found: list[list[Band]], band: Band) -> None:
    for lane in found:
        if all(band.last < other.first or other.last < band.first for other in lane):
            lane.append(band)
            lane.sort(key=lambda one: one.first)
            return
    found.append([band])
