"""Where a calendar's buttons lead, and what of it is picked: texts and addresses, no query of the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hie.exchange.records.looks import FRESH
from hie.exchange.records.timeline import Timeline
from hie.record.identifiers import PatientId
from hie.record.times import UNKNOWN_DAY, Day, days_after
from viewer.choices import Choice
from viewer.departments import DEPARTMENTS
from viewer.filters import UNNAMED, Filter
from viewer.formats import full_day, month_start, short_day
from viewer.locale import Words
from viewer.periods import SINGLE, Span, View
from viewer.rows import Row

DAYS, TABLE = "days", "table"
"""How a period of days is laid out: as a list for narrow screens, or as the table."""


class Place(NamedTuple):
    """A place to go to: its words and its address."""

    text: str
    address: str


class Zoom(NamedTuple):
    """One width of the calendar, with the letter by which the keyboard reaches it."""

    view: View
    text: str
    address: str


class Kept(NamedTuple):
    """How a page is shown beyond its period, carried by all its links."""

    picked: Filter
    said: bool
    """Whether the address says what is picked; else it is what the person always wants."""
    layout: str
    """What the address says of the layout, if it does."""

    @property
    def query(self) -> str:
        """Return what every address of the page ends with."""
        picked = (self.picked.query or "&all=1") if self.said else ""
        return f"{picked}&layout={self.layout}" if self.layout else picked


class Places:
    """Addresses of one patient's calendar as it is shown."""

    def __init__(self, patient: PatientId, laid: Span, today: Day, words: Words, kept: Kept) -> None:
        """Keep what all addresses share."""
        self._path = f"/patients/{patient}"
        self._laid = laid
        self._today = today
        self._words = words
        self._kept = kept

    def address(self, view: View, at: Day, ending: str | None = None) -> str:
        """Return the address of a period; `ending` in the place of what the page carries on."""
        return f"{self._path}?view={view}&at={at}{self._kept.query if ending is None else ending}"

    @property
    def at(self) -> Day:
        """The day in the middle of attention: today where it is shown, else the period's last."""
        period = self._laid.period
        return Day(min(period.end, self._today)) if period.start <= self._today else period.end

    def zooms(self, newest: Day) -> list[Zoom]:
        """Return all widths; those of days stand at the newest record that is shown."""
        closest = newest if newest != UNKNOWN_DAY else self.at
        return [
            Zoom(
                view,
                self._words(f"calendar.{view}"),
                self.address(view, closest if view in {View.DAY, View.WEEK} else self.at),
            )
            for view in View
        ]

    def steps(self) -> dict[str, Place]:
        """Return where to go from here: before, after, today."""
        words, laid = self._words, self._laid
        found = {"today": Place(words("calendar.today"), self.address(laid.view, self._today))}
        if laid.view is View.LIFE:
            return found
        found["older"] = Place(words("calendar.older"), self.address(laid.view, laid.older))
        if laid.period.end < self._today:
            found["newer"] = Place(words("calendar.newer"), self.address(laid.view, laid.newer))
        return found

    def admission(self, answer: Timeline) -> Place | None:
        """Lead to the last stay in hospital."""
        last = next((stay for stay in answer.stays if not stay.planned), None)
        if last is None:
            return None
        seen = last.start if self._laid.view in SINGLE and last.start else Day(min(last.end, self._today))
        day = short_day(last.start or last.end, self._words, self._today)
        text = f"{self._words('calendar.admission')} {day}"
        view = View.HALF if self._laid.view is View.LIFE else self._laid.view
        return Place(text, f"{self.address(view, seen)}#stay")

    def newest(self, answer: Timeline) -> Place | None:
        """Lead from an empty period to the newest record before it, else to the newest of all."""
        day = answer.newest
        if day == UNKNOWN_DAY:
            months = [one.month for one in answer.months if one.month]
            if not months or (not self._kept.picked.picks and self._laid.view is View.LIFE):
                return None
            day = days_after(month_start(Day(months[0] * 100 + 1), 1), -1)
        return Place(
            self._words("calendar.newest", day=full_day(day, self._words)), self.address(self._laid.view, day)
        )

    def news(self, answer: Timeline, here: int) -> tuple[str, str, Place | None] | None:
        """Say how much is new, how much of it here, and lead to the newest that is not; none without news."""
        words, months = self._words, answer.months
        total = sum(one.new for one in months)
        if not total:
            return None
        period = self._laid.period
        elsewhere: Counter[int] = Counter()
        for one in months:
            if one.new and one.month and not period.start // 100 <= one.month <= period.end // 100:
                elsewhere[one.month] += one.new
        place = None
        if elsewhere:
            month = max(elsewhere)
            text = words("calendar.new.other", year=month // 100, month=month % 100, n=elsewhere[month])
            last = days_after(month_start(Day(month * 100 + 1), 1), -1)
            place = Place(text, self.address(View.MONTH, last))
        key = "calendar.new" if answer.unseen.since == UNKNOWN_DAY else "calendar.new.first"
        return words(key, n=total, days=FRESH), words("calendar.new.here", n=here), place


def kinds_of(counts: Mapping[str, int], rows: Sequence[Row], picked: Filter, words: Words) -> list[Choice]:
    """Return all kinds in the order of the rows, with how many documents the period has of each."""
    return [
        Choice(row.key, words(f"row.{row.key}"), row.key in picked.kinds, counts.get(row.key, 0))
        for row in rows
    ]


def departments_of(counts: Mapping[str, int], picked: Filter, words: Words) -> list[Choice]:
    """Return the departments that the period has, those with most first, and those that are picked."""
    found = Counter(dict.fromkeys(picked.departments, 0))
    for code, entries in counts.items():
        found[code or UNNAMED] += entries
    return [
        Choice(code, department_in_words(code, words), code in picked.departments, number)
        for code, number in sorted(found.items(), key=lambda one: (-one[1], one[0]))
    ]


def department_in_words(code: str, words: Words) -> str:
    """Name a department, or say that none is named."""
    if code == UNNAMED:
        return words("filter.department.none")
    return DEPARTMENTS.get(code) or words("filter.department.unknown", code=code)


def picked_in_words(picked: Filter, words: Words) -> str:
    """Say what is picked, for the line that says so above the calendar."""
    said = [words(f"row.{kind}") for kind in picked.kinds]
    said += [department_in_words(code, words) for code in picked.departments]
    if picked.hidden:
        said.append(words("filter.hidden"))
    return words("list.comma").join(said)
