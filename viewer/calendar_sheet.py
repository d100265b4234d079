"""One calendar as it is asked for: the answer as far as it is picked, in its columns, and its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hie.exchange.ports import Density, EntryLine
from hie.exchange.records.timeline import CALENDAR_FILTER, Timeline
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import UNKNOWN_DAY, Day, Period
from viewer import filters
from viewer.calendar_places import DAYS, TABLE, Kept
from viewer.display import CHOICES, ORDER
from viewer.filters import Filter
from viewer.grid import MOST_TOGETHER
from viewer.periods import COUNTED, Span, View, life, span, turned
from viewer.rows import Row
from viewer.screen import Screen


class Asked(NamedTuple):
    """What an address asks of a calendar."""

    view: View
    at: Day
    picked: Filter | None
    layout: str
    narrow: bool
    """Whether the browser says that it is a telephone's."""


class CalendarSheet(NamedTuple):
    """What is drawn."""

    answer: Timeline
    lines: Sequence[EntryLine]
    """Of the period, as far as they are picked."""
    laid: Span
    kept: Kept
    density: Sequence[Density]
    """Of the whole life, as far as it is picked."""
    days: bool
    """Whether it is a list of days instead of a table."""

    @property
    def counted(self) -> bool:
        """Whether counts alone are shown."""
        return self.laid.view in COUNTED

    def inside(self) -> list[Density]:
        """Return the counts that lie in the period."""
        first, last = (day // 100 for day in self.laid.period)
        return [one for one in self.density if first <= one.month <= last]

    def documents(self) -> Mapping[FacilityCode, int]:
        """Count the documents of each facility in the period."""
        if not self.counted:
            return Counter(line.custodian for line in self.lines)
        counts: Counter[FacilityCode] = Counter()
        for one in self.inside():
            counts[one.custodian] += one.entries
        return counts

    def present(self) -> set[DocumentClass]:
        """Return the classes of which the period has something."""
        return {one.document_class for one in (self.inside() if self.counted else self.lines)}

    def news(self) -> frozenset[EntryId]:
        """Name the lines that the person has not seen; most looks find none and go through no line."""
        if not any(one.new for one in self.answer.months):
            return frozenset()
        above, since = self.answer.unseen
        return frozenset(line.id for line in self.lines if line.id > above and line.service_day >= since)

    def newest(self) -> Day:
        """Return the day of the newest line that is shown."""
        return self.lines[0].service_day if self.lines else UNKNOWN_DAY

    def newest_of(self, row: Row) -> str:
        """Name the newest documents of each facility in a row together, as an address does."""
        newest: dict[FacilityCode, Day] = {}
        found = [
            str(line.id)
            for line in self.lines
            if line.document_class in row.classes
            and newest.setdefault(line.custodian, line.service_day) == line.service_day
        ]
        return "-".join(found[:MOST_TOGETHER])


def sheet_of(screen: Screen, asked: Asked, answer: Timeline) -> CalendarSheet:
    """Take from the answer what is picked, and turn the columns as the person wants them."""
    choices = answer.choices
    oldest_first = choices.get(ORDER) == CHOICES[ORDER][1]
    picked = asked.picked
    if picked is None:
        picked = filters.kept(choices.get(CALENDAR_FILTER, ""), [row.key for row in screen.rows])
    density = answer.density
    lines: Sequence[EntryLine] = answer.lines
    if picked.picks:
        key_of = {kind: row.key for kind, row in screen.row_of.items()}
        density = [one for one in density if picked.shows(key_of[one.document_class], one.department)]
        lines = picked.lines(lines, key_of.__getitem__)
    laid = _laid(asked, density, screen.today(), oldest_first=oldest_first)
    kept = Kept(picked, asked.picked is not None, asked.layout)
    days = asked.layout == DAYS or (asked.narrow and asked.layout != TABLE)
    return CalendarSheet(answer, lines, laid, kept, density, days and asked.view not in COUNTED)


def _laid(asked: Asked, density: Sequence[Density], today: Day, *, oldest_first: bool) -> Span:
    if asked.view is View.LIFE:
        years = [one.month // 100 for one in density if one.month] or [asked.at // 10000]
        this_year = today // 10000
        return life(min(*years, this_year), max(*years, this_year), oldest_first)
    laid = span(asked.view, asked.at)
    return turned(laid) if oldest_first else laid


def held(screen: Screen, answer: Timeline, period: Period) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Count what the period holds by row and by department, whatever is picked."""
    kinds: dict[str, int] = {}
    departments: Counter[str] = Counter(line.department for line in answer.lines)
    for kind, number in Counter(line.document_class for line in answer.lines).items():
        key = screen.row_of[kind].key
        kinds[key] = kinds.get(key, 0) + number
    for one in answer.density:
        if period.start // 100 <= one.month <= period.end // 100:
            key = screen.row_of[one.document_class].key
            kinds[key] = kinds.get(key, 0) + one.entries
            departments[one.department] += one.entries
    return kinds, departments
