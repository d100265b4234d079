"""News of a patient in words: one short sentence, and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.needs import SILENCES, Kind, Need
from hie.exchange.records.stays import Stay
from hie.record.identifiers import FacilityCode
from hie.record.times import LAST_DAY, UNKNOWN_DAY, Day, date_from_day, day_of
from viewer.departments import department_name
from viewer.formats import WEEKDAYS, short_day
from viewer.locale import Words
from viewer.screen import Screen


def said(need: Need, today: Day, words: Words) -> str:
    """Say what happened, or did not."""
    if need.kind is Kind.RESULTS:
        return words.counted("my_day.what.results", need.documents)
    if need.kind is Kind.LETTERS:
        parts = ("row.documents", need.documents - need.notes), ("row.notes", need.notes)
        told = (words("my_day.what.letters", kind=words(key), n=n) for key, n in parts if n)
        return words("my_day.comma").join(told)
    return words(f"my_day.what.{need.kind}", day=weekday(need.day, today, words), n=need.days)


def also(need: Need, today: Day, words: Words) -> str:
    """Say what belongs to it: the stay from its beginning, the newest day, other hospitals."""
    if need.kind in {Kind.RESULTS, Kind.LETTERS}:
        parts = [words("my_day.newest", day=weekday(need.day, today, words))]
        if need.facilities > 1:
            parts.append(words.counted("my_day.others", need.facilities - 1))
        return words("my_day.comma").join(parts)
    if need.kind in SILENCES:
        return words(f"my_day.ask.{need.kind}")
    return words("my_day.then").join(_path(need.stay, today, words)) if need.stay else ""


def warning(need: Need, own: FacilityCode, screen: Screen, words: Words) -> str:
    """Say on a patient's own page that nothing came, from whom, and what to do."""
    told = f"{said(need, screen.today(), words)}{words('my_day.stop')}{also(need, screen.today(), words)}"
    return told if need.custodian == own else f"{screen.facility(need.custodian).name}: {told}"


def where(stay: Stay) -> str:
    """Say where a patient lies now; empty where no event says."""
    return _place(stay, -1) if stay.legs else ""


def weekday(day: Day, today: Day, words: Words) -> str:
    """Write month, day and weekday: 6/5(水); with the year where it is not this one."""
    if day == UNKNOWN_DAY:
        return words("day.unknown")
    return f"{short_day(day, words, today)}({WEEKDAYS[words.language][date_from_day(day).weekday()]})"


def _path(stay: Stay, today: Day, words: Words) -> Iterator[str]:
    """Go through a stay: admitted, every ward, discharged or when that is planned."""
    for number, leg in enumerate(stay.legs):
        key = "my_day.at_first" if number == 0 else "my_day.at"
        if number or stay.start != UNKNOWN_DAY:
            yield words(key, day=short_day(leg.day, words, today), place=_place(stay, number)).strip()
    if stay.to_leave:
        yield words("my_day.to_leave", day=short_day(day_of(stay.to_leave), words, today))
    if stay.end != LAST_DAY and not stay.planned:
        yield words("my_day.left", day=short_day(stay.end, words, today))


def _place(stay: Stay, number: int) -> str:
    leg = stay.legs[number]
    return " ".join(filter(None, (department_name(leg.department), leg.ward)))
