"""Meals as bands over the days they run, from what the entries say: first day, number of days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from hie.exchange.ports import EntryLine
from hie.exchange.records.stays import Stay
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import Day, days_after
from viewer.grid import MOST_TOGETHER
from viewer.periods import Span, clipped

LONGEST = 3660
"""Days that a band runs at most, whatever an order says."""


class Meals(NamedTuple):
    """Meals of one facility that follow one another without a day between."""

    custodian: FacilityCode
    entries: tuple[EntryId, ...]
    start: Day
    end: Day


class MealBand(NamedTuple):
    """Meals as far as they are shown: from column `first` (newer) to `last`, both included."""

    meals: Meals
    first: int
    last: int


def meal_lanes(
    lines: Iterable[EntryLine], stays: Sequence[Stay], span: Span, today: Day
) -> list[list[MealBand]]:
    """Lay the meals into as few rows as do not overlap."""
    found: list[list[MealBand]] = []
    for meals in _runs(lines, stays, today):
        part = clipped(meals.start, meals.end, span.period)
        if part is not None:
            ends = span.column_of[part.end], span.column_of[part.start]
            band = MealBand(meals, min(ends), max(ends))
            lane = next((one for one in found if _is_free(one, band)), None)
            if lane is None:
                lane = []
                found.append(lane)
            lane.append(band)
            lane.sort(key=lambda one: one.first)
    return found


def _is_free(lane: Sequence[MealBand], band: MealBand) -> bool:
    return all(band.last < other.first or other.last < band.first for other in lane)


def _runs(lines: Iterable[EntryLine], stays: Sequence[Stay], today: Day) -> Iterator[Meals]:
    """Join the meals of a facility that touch; more than a link may open begin another band."""
    meals: dict[FacilityCode, list[EntryLine]] = {}
    for line in lines:
        if line.document_class is DocumentClass.MEAL:
            meals.setdefault(line.custodian, []).append(line)
    for custodian, own in meals.items():
        own.sort(key=lambda one: (one.service_day, one.id))
        run: Meals | None = None
        for place, line in enumerate(own):
            following = own[place + 1].service_day if place + 1 < len(own) else None
            end = _end(line, following, stays, today)
            if run and line.service_day <= days_after(run.end, 1) and len(run.entries) < MOST_TOGETHER:
                run = run._replace(entries=(*run.entries, line.id), end=max(run.end, end))
                continue
            if run:
                yield run
            run = Meals(custodian, (line.id,), line.service_day, end)
        if run:
            yield run


def _end(line: EntryLine, following: Day | None, stays: Sequence[Stay], today: Day) -> Day:
    """Say on which day a meal ends.

    The order names it, else it runs until the next one or the end of the stay it began in; without
    a known stay nothing is known beyond its first day.
    """
    first = line.service_day
    if line.item_count:
        return days_after(first, min(line.item_count, LONGEST) - 1)
    inside = next(
        (
            one
            for one in stays
            if one.custodian == line.custodian and one.start <= first <= one.end and not one.planned
        ),
        None,
    )
    if inside is None:
        return first
    last = min(inside.end, max(today, first))
    return Day(max(first, min(last, days_after(following, -1)) if following else last))
