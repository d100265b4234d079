"""Why a row of the calendar is empty: shortly in the row itself, and the whole sentence behind it."""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.records.honesty import Absence, Sharing, Why, absence
from hie.record.times import Period
from viewer.drawing import Told, WhyEmpty
from viewer.formats import plain_day
from viewer.locale import Words
from viewer.rows import Row
from viewer.screen import Screen
from viewer.sharing import why


def why_empty(
    screen: Screen, told: Sequence[Sharing], period: Period, words: Words, *, narrowed: bool
) -> WhyEmpty:
    """Say it by what each facility shows; where departments are picked, the picking is a reason too."""
    known: dict[Absence, Told] = {}

    def said(row: Row) -> Told:
        found = absence(told, row.classes, period)
        if narrowed and found.why in {Why.NONE, Why.MISSING}:
            return Told(words("calendar.why.picked"), words("calendar.why.picked.whole"))
        if found not in known:
            known[found] = Told(_shortly(found, screen, words), why(found, screen.name_of, words))
        return known[found]

    return said


def _shortly(found: Absence, screen: Screen, words: Words) -> str:
    if found.why is Why.BEFORE:
        return words("calendar.why.before", day=plain_day(found.since, words))
    if found.why is Why.MISSING:
        names = words("list.comma").join(screen.facility(code).short_name for code in found.facilities)
        return words("calendar.why.missing", names=names)
    return words(f"calendar.why.{found.why}")
