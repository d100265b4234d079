"""The calendar's table as HTML, written directly: a dense patient has thousands of chips.

Every text that is not our own goes through `escape` once, when a facility, a row or a day is
prepared; inside the loops only numbers and prepared pieces are put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from hie.exchange.ports import EntryLine
from hie.exchange.records.stays import ADMISSION, LEAVE, TO_BE_ADMITTED, TRANSFER, Stay
from hie.exchange.records.timeline import Timeline
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.people import Facility
from hie.record.times import Day
from viewer.formats import full_day, short_day
from viewer.frame import frame
from viewer.grid import ORDERED, Band, Chip, Piece, chips_by_row, heaped, lanes, linked_entries, pieces
from viewer.locale import WORDS, Language, Words
from viewer.meals import Meals, meal_lanes
from viewer.periods import SINGLE, Span, View
from viewer.rows import Row
from viewer.stays import details_of, leave_of, leg_in_words, stay_in_words

MARKS = 8
ABNORMAL = "!"
NEW = "●"
TOLD = frozenset({ORDERED, "ADT-22", "ADT-52"})
"""What a narrow chip says of its kind: only ordered, admitted, discharged; the rest is usual."""
OPENED_BY_BANDS = frozenset({ADMISSION, TRANSFER, LEAVE, TO_BE_ADMITTED})
"""Events that a band, or a part of it, opens."""
EMPTY = "<td></td>"
MEALS = "meals"
"""The row that is drawn as bands."""
ADMISSIONS = "admissions"
"""The row with which the stays stand, as bands above all rows."""
DIGIT_LIKE = frozenset("OoQDIl|〇○◯ＯｏＩｌ")


class Told(NamedTuple):
    """Why a row is empty: in few words, and in full."""

    short: str
    whole: str


WhyEmpty = Callable[[Row], Told]
"""Asked of those rows alone that have nothing in the period."""


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
    """What a row's head and chips say in one language; every text escaped."""

    head: str
    """The row's beginning, up to the number of documents."""
    before: str
    after: str
    """What stands around a number of items."""
    one: str
    """What is said of a single item."""
    name: str


@lru_cache(64)
def label_of(row: Row, language: Language) -> Label:
    """Prepare what a row says."""
    words = WORDS[language]
    name, glyph = escape(words(f"row.{row.key}")), escape(words(f"glyph.{row.key}"))
    before, _, after = words(f"chip.items.{row.items}", n="\0").partition("\0")
    head = f'<tr class="k-{row.key}"><th scope="row"><i aria-hidden="true">{glyph}</i>{name}'
    one = words.counted(f"chip.items.{row.items}", 1)
    return Label(head, str(escape(before)), str(escape(after)), str(escape(one)), str(name))


@lru_cache(128)
def event_of(kind: str, language: Language) -> str:
    """Say an event of a visit, or ordered and performed; escaped."""
    words = WORDS[language]
    return str(escape(words.either(f"chip.{kind}", "") or words.either(f"chip.visit.{kind}", kind)))


@lru_cache(2048)
def day_of_title(day: Day, language: Language) -> str:
    """Write a day for titles; escaped."""
    return str(escape(full_day(day, WORDS[language])))


def is_like_a_digit(letter: str) -> bool:
    """Say whether a letter beside the number of a day could be read as part of it (三, O, l)."""
    return letter.isspace() or letter.isnumeric() or letter in DIGIT_LIKE


@lru_cache(256)
def letters(region: tuple[Facility, ...], own: FacilityCode, own_letter: str) -> Mapping[FacilityCode, str]:
    """Give each facility of the region its letter, one's own first: the same on all pages."""
    found = {own: own_letter}
    for facility in sorted(region, key=lambda one: one.code):
        if facility.code not in found:
            found[facility.code] = _letter(facility.short_name, set(found.values()))
    return found


def _letter(name: str, taken: set[str]) -> str:
    return next((one for one in name if one not in taken and not is_like_a_digit(one)), name[:1])


def signs(
    facilities: Sequence[Facility], own: FacilityCode, words: Words, region: Iterable[Facility] = ()
) -> dict[FacilityCode, Sign]:
    """Prepare how facilities of a page are shown, one's own first.

    A letter is the one that the facility has in the region; no two on a page share it if it can be helped.
    """
    found: dict[FacilityCode, Sign] = {}
    taken: set[str] = set()
    known = letters((*region,), own, words("calendar.own.letter")[:1])
    for facility in sorted(facilities, key=lambda one: (one.code != own, one.code)):
        short = words("calendar.own") if facility.code == own else facility.short_name
        letter = _letter(known.get(facility.code, "") + short, taken)
        taken.add(letter)
        found[facility.code] = Sign(facility.name, short, letter, facility.mark % MARKS, facility.code == own)
    return found


class Drawing:
    """Draws one patient's calendar for one request."""

    def __init__(
        self,
        timeline: Timeline,
        lines: Sequence[EntryLine],
        span: Span,
        shown: Mapping[FacilityCode, Sign],
        words: Words,
        news: frozenset[EntryId] = frozenset(),
    ) -> None:
        """Prepare what all chips share.

        `lines` are those of the period that are picked, `news` the entries that the person has not seen yet.
        """
        self._timeline = timeline
        self._lines = lines
        self._news = news
        self._span = span
        self._shown = shown
        self._signs = {code: (sign.escaped(), f"c {sign.classes}") for code, sign in shown.items()}
        self._days: dict[Day, str] = {}
        self._words = words
        self._language = words.language
        self._base = str(escape(f"/patients/{timeline.file.patient.id}/entries/"))
        # Only whoever has been in hospital has events to look for.
        self._events = {
            (line.custodian, line.service_day, line.data_kind): line.id
            for line in (self._lines if timeline.stays else ())
            if line.data_kind in OPENED_BY_BANDS
        }
        self._last_stay = next((stay for stay in timeline.stays if not stay.planned), None)
        self._linked = linked_entries(self._lines)
        self._new_word = str(escape(words("chip.new.short")))
        self._outside = str(escape(words("chip.abnormal.long", n="\0"))).split("\0")

    def draw(
        self,
        rows: Sequence[Row],
        row_of: Mapping[DocumentClass, Row],
        today: Day,
        picked: str = "",
        *,
        why: WhyEmpty | None = None,
    ) -> Markup:
        """Draw the whole table; rows without anything are left out unless they always stand.

        `picked` is added to the addresses of the heads; `why` says of a row that stands empty why it does.
        """
        laid = self._span
        grid = chips_by_row(self._lines, row_of, laid)
        pieces = [
            frame(laid.view, laid.columns, today, self._language, picked, laid.oldest_first),
            "<tbody>",
        ]
        if any(row.key == ADMISSIONS for row in rows):
            pieces += self._bands(today)
        for row in rows:
            if row.key == MEALS and row.key in grid:
                pieces += self._meals(row, grid[row.key], today)
            elif row.key in grid:
                self._row(row, grid[row.key], pieces)
            elif row.always:
                pieces.append(self._empty(row, why))
        pieces.append("</tbody></table>")
        return Markup("".join(pieces))  # noqa: S704  every piece was escaped where it was prepared

    def _bands(self, today: Day) -> Iterator[str]:
        found = lanes(self._timeline.stays, self._span, today)
        for number, lane in enumerate(found):
            yield '<tr class="stays">'
            if number == 0:
                yield f'<th scope="rowgroup" rowspan="{len(found)}">{escape(self._words("stay.label"))}</th>'
            yield from self._lane(lane, today)
            yield "</tr>"

    def _lane(self, lane: Sequence[Band], today: Day) -> Iterator[str]:
        place = 0
        for band in lane:
            yield EMPTY * (band.first - place)
            cut = pieces(band, self._span)
            widest = max(cut, key=lambda piece: (piece.leave < 0, piece.last - piece.first))
            for piece in cut:
                told = self._piece(band.stay, piece, today, whole=piece is widest)
                yield f'<td colspan="{piece.last - piece.first + 1}">{told}</td>'
            place = band.last + 1
        yield EMPTY * (len(self._span.columns) - place)

    def _piece(self, stay: Stay, piece: Piece, today: Day, *, whole: bool) -> str:
        """Draw a stay, or a part of it; it opens the event it began with where that stands in the period.

        The widest part says what the whole stay is, the others where the patient was.
        """
        sign, _ = self._signs[stay.custodian]
        told = self._shown[stay.custodian]
        text = stay_in_words(stay, told.short, lambda day: short_day(day, self._words, today), self._words)
        if not whole:
            text = leave_of(self._words) if piece.leave >= 0 else leg_in_words(stay, piece.leg)
        title = "\n".join(self._told(stay, told.name))
        event = self._events.get(_begun_with(stay, piece)) or self._events.get(
            (stay.custodian, stay.start, TO_BE_ADMITTED if stay.planned else ADMISSION)
        )
        tag, link = ("a", f' href="{self._base}{event}"') if event else ("div", "")
        state = " planned" if stay.planned else " away" if piece.leave >= 0 else ""
        # Where the way to the last stay leads: it is read from the link alone, and takes the focus.
        named = ' id="stay"' if whole and stay is self._last_stay else ""
        named += ' tabindex="-1"' if named and not event else ""
        return (
            f'<{tag}{named} class="stay {sign.classes}{state}"{link} title="{escape(title)}">'
            f"<span>{escape(text)}</span></{tag}>"
        )

    def _told(self, stay: Stay, facility: str) -> Iterator[str]:
        """Say all of a stay, a line each for the stay, its legs if it has several, and its leaves."""
        words = self._words
        yield stay_in_words(stay, facility, lambda day: full_day(day, words), words)
        yield from details_of(stay, words)

    def _meals(self, row: Row, cells: Mapping[int, Sequence[Chip]], today: Day) -> Iterator[str]:
        """Draw meals as bands over the days they run."""
        label = label_of(row, self._language)
        number = sum(len(chip.entries) for chips in cells.values() for chip in chips)
        found = meal_lanes(self._lines, self._timeline.stays, self._span, today)
        for place, lane in enumerate(found):
            head = label.head.replace('scope="row"', f'scope="rowgroup" rowspan="{len(found)}"')
            yield f"{head}<small>{number}</small></th>" if place == 0 else f'<tr class="k-{row.key}">'
            column = 0
            for band in lane:
                yield EMPTY * (band.first - column)
                told = self._meal(band.meals, label, today)
                yield f'<td colspan="{band.last - band.first + 1}">{told}</td>'
                column = band.last + 1
            yield f"{EMPTY * (len(self._span.columns) - column)}</tr>"

    def _meal(self, meals: Meals, label: Label, today: Day) -> str:
        """Draw the meals of a facility that follow one another; the band opens them all."""
        sign, _ = self._signs[meals.custodian]
        text = self._from_to(meals, sign.short, lambda day: short_day(day, self._words, today))
        title = self._from_to(
            meals, f"{sign.name} {label.name}", lambda day: day_of_title(day, self._language)
        )
        numbers = "-".join(map(str, meals.entries))
        link = f'href="{self._base}{numbers}" title="{title}"'
        return f'<a class="stay {sign.classes}" {link}><span>{text}</span></a>'

    def _from_to(self, meals: Meals, facility: str, written: Callable[[Day], str]) -> str:
        key = "meal.band.day" if meals.start == meals.end else "meal.band"
        return self._words(key, facility=facility, first=written(meals.start), last=written(meals.end))

    def _empty(self, row: Row, why: WhyEmpty | None) -> str:
        """Draw a row that has nothing, and say why in its first cell."""
        head, columns = f"{label_of(row, self._language).head}</th>", len(self._span.columns)
        if why is None:
            return f"{head}{EMPTY * columns}</tr>"
        told = why(row)
        first = f'<td class="why" title="{escape(told.whole)}"><span>{escape(told.short)}</span></td>'
        return f"{head}{first}{EMPTY * (columns - 1)}</tr>"

    def _row(self, row: Row, cells: Mapping[int, Sequence[Chip]], pieces: list[str]) -> None:
        label = label_of(row, self._language)
        number = sum([len(chip.entries) for chips in cells.values() for chip in chips])
        pieces.append(f"{label.head}<small>{number}</small></th>")
        draw = self._day_chip if self._span.view in SINGLE else self._week_chip
        if self._span.view is View.HALF:
            cells = {column: heaped(chips) for column, chips in cells.items()}
        place = 0
        for column in sorted(cells):
            pieces.append(EMPTY * (column - place))
            pieces.append(f"<td>{''.join([draw(chip, label) for chip in cells[column]])}</td>")
            place = column + 1
        pieces.append(f"{EMPTY * (len(self._span.columns) - place)}</tr>")

    def _day_chip(self, chip: Chip, label: Label) -> str:
        flag = f" <i>{ABNORMAL}{chip.abnormal}</i>" if chip.abnormal else ""
        if self._news and self._new_of(chip):
            flag = f"{flag} <em>{NEW}{self._new_word}</em>"
        opening, said, sign = self._opening(chip, label)
        return f"{opening}<b>{sign.short}</b> {said}{flag}</a>"

    def _heap(self, chip: Chip, label: Label) -> str:
        """Draw what is too much for a week's cell as one chip: its days, and how many documents it opens."""
        flag = f"<i>{ABNORMAL}</i>" if chip.abnormal else ""
        if self._news and self._new_of(chip):
            flag = f"{flag}<em>{NEW}</em>"
        days = short_day(chip.since, self._words)
        if chip.since != chip.day:
            same = chip.since // 100 == chip.day // 100
            days += f"–{chip.day % 100 if same else short_day(chip.day, self._words)}"
        opening, _, sign = self._opening(chip, label)
        return f"{opening}{days}<b>{sign.letter}</b> ×{len(chip.entries)}{flag}</a>"

    def _week_chip(self, chip: Chip, label: Label) -> str:
        if chip.heaped:
            return self._heap(chip, label)
        flag = f"<i>{ABNORMAL}</i>" if chip.abnormal else ""
        if chip.kind in TOLD:
            flag = f"<u>{event_of(chip.kind, self._language)[:1]}</u>{flag}"
        if self._news and self._new_of(chip):
            flag = f"{flag}<em>{NEW}</em>"
        opening, _, sign = self._opening(chip, label)
        several = f"<s>×{len(chip.entries)}</s>" if len(chip.entries) > 1 else ""
        return f"{opening}{chip.day % 100}<b>{sign.letter}</b>{several}{flag}</a>"

    def _opening(self, chip: Chip, label: Label) -> tuple[str, str, Sign]:
        """Begin the link: how it looks, where it leads, and its title with everything in words.

        Return also the number of items, or the event of a visit, and the facility's sign.
        """
        entries, day = chip.entries, chip.day
        sign, classes = self._signs[chip.custodian]
        count = chip.items or len(entries)
        said = label.one if count == 1 else f"{label.before}{count}{label.after}"
        if chip.kind:
            said = self._event(chip)
        elif chip.heaped:
            classes, said = f"{classes} h", str(escape(self._words.counted("calendar.items", len(entries))))
        when = self._days.get(day)
        if when is None:
            when = self._days[day] = day_of_title(day, self._language)
        if chip.since != day:
            when = f"{day_of_title(chip.since, self._language)}–{when}"
        outside = ""
        if chip.abnormal:
            before, after = self._outside
            classes = f"{classes} x"
            outside = f" {ABNORMAL} {before}{chip.abnormal}{after}"
        if self._news and (new := self._new_of(chip)):
            classes = f"{classes} n"
            outside = f"{outside} {NEW} {escape(self._words('chip.new', n=new))}"
        if len(entries) > 1 and self._span.view is View.HALF and not chip.heaped:
            classes = f"{classes} s"
        numbers = entries[0] if len(entries) == 1 and not chip.links else self._numbers(chip)
        title = f"{when} {sign.name} {label.name} {said}{outside}"
        return f'<a class="{classes}" href="{self._base}{numbers}" title="{title}">', said, sign

    def _new_of(self, chip: Chip) -> int:
        """Count the entries of a chip that the person has not seen yet."""
        news = self._news
        return sum([entry in news for entry in chip.entries]) if news else 0

    def _event(self, chip: Chip) -> str:
        """Say the event of a visit, or ordered and performed."""
        times = chip.items or len(chip.entries)
        event = event_of(chip.kind, self._language)
        return f"{event}×{times}" if times > 1 else event

    def _numbers(self, chip: Chip) -> str:
        """Name the entries that the chip opens, with those that share an accession number."""
        together = dict.fromkeys(chip.entries)
        for link in chip.links:
            together.update(dict.fromkeys(self._linked.get((chip.custodian, link), ())))
        return "-".join(map(str, together))


def _begun_with(stay: Stay, piece: Piece) -> tuple[FacilityCode, Day, str]:
    """Name the event a part of a stay began with."""
    if piece.leave >= 0:
        return stay.custodian, stay.leaves[piece.leave].days[0], LEAVE
    if piece.leg:
        return stay.custodian, stay.legs[piece.leg].day, TRANSFER
    return stay.custodian, stay.start, ADMISSION
