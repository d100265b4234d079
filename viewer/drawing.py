"""The calendar's table as HTML, written directly: a dense patient has thousands of chips.

Every text that is not our own goes through `escape` once, when a facility, a row or a day is
prepared; inside the loops only numbers and prepared pieces are put together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from hie.exchange.timeline import Stay, Timeline
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.people import Facility
from hie.record.times import LAST_DAY, UNKNOWN_DAY, Day, date_from_day
from viewer.formats import WEEKDAYS, days_between, full_day, short_day
from viewer.grid import ORDERED, Band, Chip, chips_by_row, lanes, linked_entries
from viewer.locale import Language, Words
from viewer.periods import Column, Span, View
from viewer.rows import Row

SATURDAY = 5
MARKS = 8
ABNORMAL = "!"
TOLD = frozenset({ORDERED, "ADT-22", "ADT-52"})
"""What a narrow chip says of its kind: only ordered, admitted, discharged; the rest is usual."""


class Sign(NamedTuple):
    """How a facility is shown."""

    name: str
    short: str
    letter: str
    mark: int
    own: bool

    @property
    def classes(self) -> str:
        """The style's names for it."""
        return f"m{self.mark} own" if self.own else f"m{self.mark}"

    def escaped(self) -> Sign:
        """Return it with texts that may stand in HTML."""
        name, short, letter = (str(escape(text)) for text in (self.name, self.short, self.letter))
        return Sign(name, short, letter, self.mark, self.own)


class Label(NamedTuple):
    """What a row's chips say around their number of items; every text escaped."""

    before: str
    after: str
    name: str


def signs(facilities: Sequence[Facility], own: FacilityCode, words: Words) -> dict[FacilityCode, Sign]:
    """Prepare how facilities are shown, one's own first; no two share a letter if it can be helped."""
    found: dict[FacilityCode, Sign] = {}
    taken: set[str] = set()
    for facility in sorted(facilities, key=lambda one: (one.code != own, one.code)):
        short = words("calendar.own") if facility.code == own else facility.short_name
        letter = next((one for one in short if one not in taken and not one.isspace()), short[:1])
        taken.add(letter)
        found[facility.code] = Sign(facility.name, short, letter, facility.mark % MARKS, facility.code == own)
    return found


class Drawing:
    """Draws one patient's calendar for one request."""

    def __init__(
        self, timeline: Timeline, span: Span, shown: Mapping[FacilityCode, Sign], words: Words
    ) -> None:
        """Prepare what all chips share."""
        self._timeline = timeline
        self._span = span
        self._shown = shown
        self._signs = {code: sign.escaped() for code, sign in shown.items()}
        self._words = words
        self._base = str(escape(f"/patients/{timeline.file.patient.id}/entries/"))
        self._linked = linked_entries(timeline.lines)
        self._days: dict[Day, str] = {}

    def draw(self, rows: Sequence[Row], row_of: Mapping[DocumentClass, Row], today: Day) -> Markup:
        """Draw the whole table; rows without anything are left out unless they always stand."""
        grid = chips_by_row(self._timeline.lines, row_of, self._span)
        filled = {column for cells in grid.values() for column in cells}
        pieces = [
            f'<table class="grid {self._span.view}"><caption class="unseen">',
            str(escape(self._words("calendar.grid"))),
            "</caption>",
            *self._columns(filled, today),
            *self._head(today),
            "<tbody>",
            *self._bands(today),
        ]
        for row in rows:
            if row.always or row.key in grid:
                pieces.extend(self._row(row, grid.get(row.key, {})))
        pieces.append("</tbody></table>")
        return Markup("".join(pieces))  # noqa: S704  every piece was escaped where it was prepared

    def _columns(self, filled: set[int], today: Day) -> Iterator[str]:
        yield '<colgroup><col class="kinds"></colgroup><colgroup>'
        for place, column in enumerate(self._span.columns):
            names = ["full" if place in filled else "bare"]
            if self._span.view is View.MONTH and date_from_day(column.first).weekday() >= SATURDAY:
                names.append("weekend")
            if column.first <= today <= column.last:
                names.append("today")
            yield f'<col class="{" ".join(names)}">'
        yield "</colgroup>"

    def _head(self, today: Day) -> Iterator[str]:
        """Two lines: months, and days or weeks."""
        kind = escape(self._words("calendar.kind"))
        yield f'<thead><tr class="months"><th class="corner" rowspan="2" scope="col">{kind}</th>'
        for month, width in self._months():
            text = f"{month // 100}-{month % 100:02}" if self._english else f"{month // 100}年{month % 100}月"
            yield f'<th scope="colgroup" colspan="{width}"><span>{text}</span></th>'
        yield '</tr><tr class="days">'
        for column in self._span.columns:
            current = ' aria-current="date"' if column.first <= today <= column.last else ""
            yield f'<th scope="col"{current}>{self._column_head(column)}</th>'
        yield "</tr></thead>"

    @property
    def _english(self) -> bool:
        return self._words.language is Language.ENGLISH

    def _months(self) -> list[tuple[int, int]]:
        """Count the columns of each month; a week belongs to the month of its last day."""
        found: list[tuple[int, int]] = []
        for column in self._span.columns:
            month = column.last // 100
            if found and found[-1][0] == month:
                found[-1] = (month, found[-1][1] + 1)
            else:
                found.append((month, 1))
        return found

    def _column_head(self, column: Column) -> str:
        if self._span.view is View.HALF:
            return f"{short_day(column.first)}<span>〜</span>"
        when = date_from_day(column.first)
        weekday = WEEKDAYS[self._words.language][when.weekday()]
        return f"<b>{when.day}</b><span>{weekday[:2]}</span>"

    def _bands(self, today: Day) -> Iterator[str]:
        found = lanes(self._timeline.stays, self._span, today)
        for number, lane in enumerate(found):
            yield '<tr class="stays">'
            if number == 0:
                yield f'<th scope="rowgroup" rowspan="{len(found)}">{escape(self._words("stay.label"))}</th>'
            yield from self._lane(lane)
            yield "</tr>"

    def _lane(self, lane: Sequence[Band]) -> Iterator[str]:
        place = 0
        for band in lane:
            yield "<td></td>" * (band.first - place)
            text = escape(self._stay(band.stay))
            sign = self._signs[band.stay.custodian]
            yield (
                f'<td colspan="{band.last - band.first + 1}">'
                f'<div class="stay {sign.classes}" title="{text}"><span>{text}</span></div></td>'
            )
            place = band.last + 1
        yield "<td></td>" * (len(self._span.columns) - place)

    def _stay(self, stay: Stay) -> str:
        words, short = self._words, self._shown[stay.custodian].short
        if stay.start == UNKNOWN_DAY:
            return words("stay.unknown_start", facility=short, last=short_day(stay.end))
        if stay.end == LAST_DAY:
            return words("stay.open", facility=short, first=short_day(stay.start))
        length = words("stay.days", n=days_between(stay.start, stay.end) + 1)
        days = {"first": short_day(stay.start), "last": short_day(stay.end)}
        return words("stay.until", facility=short, **days) + length

    def _row(self, row: Row, cells: Mapping[int, Sequence[Chip]]) -> Iterator[str]:
        words = self._words
        number = sum(len(chip.entries) for chips in cells.values() for chip in chips)
        count = f"<small>{number}</small>" if number else ""
        yield (
            f'<tr class="k-{row.key}"><th scope="row">'
            f'<i aria-hidden="true">{escape(words(f"glyph.{row.key}"))}</i>'
            f"{escape(words(f'row.{row.key}'))}{count}</th>"
        )
        label = self._label(row)
        draw = self._day_chip if self._span.view is View.MONTH else self._week_chip
        for place in range(len(self._span.columns)):
            chips = cells.get(place)
            yield f"<td>{''.join([draw(chip, label) for chip in chips])}</td>" if chips else "<td></td>"
        yield "</tr>"

    def _label(self, row: Row) -> Label:
        before, _, after = self._words(f"chip.items.{row.items}", n="\0").partition("\0")
        name = self._words(f"row.{row.key}")
        return Label(str(escape(before)), str(escape(after)), str(escape(name)))

    def _day_chip(self, chip: Chip, label: Label) -> str:
        flag = f" <i>{ABNORMAL}{chip.abnormal}</i>" if chip.abnormal else ""
        short = self._signs[chip.custodian].short
        return f"{self._opening(chip, label)}<b>{short}</b> {self._said(chip, label)}{flag}</a>"

    def _week_chip(self, chip: Chip, label: Label) -> str:
        flag = f"<i>{ABNORMAL}</i>" if chip.abnormal else ""
        letter = self._signs[chip.custodian].letter
        event = f"<u>{escape(self._event(chip.kind)[:1])}</u>" if chip.kind in TOLD else ""
        return f"{self._opening(chip, label)}{chip.day % 100}<b>{letter}</b>{event}{flag}</a>"

    def _opening(self, chip: Chip, label: Label) -> str:
        ring = " x" if chip.abnormal else ""
        classes = f"c {self._signs[chip.custodian].classes}{ring}"
        return f'<a class="{classes}" href="{self._address(chip)}" title="{self._title(chip, label)}">'

    def _said(self, chip: Chip, label: Label) -> str:
        """Say the number of items, or the event of a visit."""
        if chip.kind:
            times = chip.items or len(chip.entries)
            return f"{escape(self._event(chip.kind))}{f'×{times}' if times > 1 else ''}"
        return f"{label.before}{chip.items or len(chip.entries)}{label.after}"

    def _event(self, kind: str) -> str:
        return self._words.either(f"chip.{kind}", "") or self._words.either(f"chip.visit.{kind}", kind)

    def _title(self, chip: Chip, label: Label) -> str:
        day = self._days.get(chip.day)
        if day is None:
            day = self._days[chip.day] = str(escape(full_day(chip.day, self._words)))
        more = f" {ABNORMAL} {self._words('chip.abnormal.long', n=chip.abnormal)}" if chip.abnormal else ""
        return f"{day} {self._signs[chip.custodian].name} {label.name} {self._said(chip, label)}{more}"

    def _address(self, chip: Chip) -> str:
        if not chip.links:
            return self._base + "-".join(map(str, chip.entries))
        together: dict[EntryId, None] = dict.fromkeys(EntryId(number) for number in chip.entries)
        for link in chip.links:
            together.update(dict.fromkeys(self._linked.get((chip.custodian, link), ())))
        return self._base + "-".join(map(str, together))
