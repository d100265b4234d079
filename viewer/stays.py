"""Stays in words: whole ones, their legs and leaves, and what is planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hie.exchange.records.stays import Leg, Stay
from hie.record.times import LAST_DAY, UNKNOWN_DAY, Day, day_of, days_between
from viewer.departments import department_name
from viewer.formats import full_day, moment, short_day
from viewer.locale import Words


def stay_in_words(stay: Stay, facility: str, written: Callable[[Day], str], words: Words) -> str:
    """Say whose stay it is, from when to when, or for when it is planned."""
    if stay.start == UNKNOWN_DAY:
        return words("stay.unknown_start", facility=facility, last=written(stay.end))
    days = {"first": written(stay.start), "last": written(stay.end)}
    if stay.planned:
        key = "stay.planned" if stay.end == stay.start else "stay.planned.until"
        return words(key, facility=facility, **days)
    if stay.end == LAST_DAY:
        return words("stay.open", facility=facility, first=written(stay.start))
    length = words.counted("stay.days", days_between(stay.start, stay.end) + 1)
    return words("stay.until", facility=facility, **days) + length


def leg_in_words(stay: Stay, place: int) -> str:
    """Say where the patient lies on a leg; nothing where no event says."""
    return _where(stay.legs[place]) if place < len(stay.legs) else ""


def leave_of(words: Words) -> str:
    """Say that the patient is on leave."""
    return words("stay.away")


def details_of(stay: Stay, words: Words) -> Iterator[str]:
    """Say the legs of a stay that has several, its leaves, and what is planned for who lies there now."""
    if len(stay.legs) > 1 or stay.planned:
        for leg in stay.legs:
            yield words("stay.leg", first=moment(leg.since, words), place=_where(leg))
    yield from apart_from_legs(stay, words)


def path_of(stay: Stay, words: Words) -> str:
    """Say on which wards the patient lay, in order: `9/6 5E → 9/7 HCU`; of one ward no day is said."""
    if len(stay.legs) == 1 and not stay.planned:
        return _where(stay.legs[0])
    legs = (
        f"{short_day(leg.day, words) if leg.day else ''} {_where(leg)}".strip()
        for leg in stay.legs
        if _where(leg)
    )
    return " → ".join(legs)


def apart_from_legs(stay: Stay, words: Words) -> Iterator[str]:
    """Say the leaves of a stay, and what is planned for who lies there now."""
    for leave in stay.leaves:
        since, until = moment(leave.since, words), moment(leave.until, words)
        expected = words("stay.back", at=moment(leave.expected, words)) if leave.expected else ""
        yield words("stay.leave", first=since, last=until or expected)
    for leg in stay.to_move:
        yield _to_move(leg, words)
    if stay.to_leave:
        yield _to_leave(stay, words)


def ahead_of(stay: Stay, facility: str, today: Day, words: Words) -> Iterator[str]:
    """Say what is planned from today on: an admission, or what is to happen to who lies there now."""
    if stay.planned and stay.end >= today:
        places = [_where(leg) for leg in stay.legs]
        yield " ".join((stay_in_words(stay, facility, lambda day: full_day(day, words), words), *places))
    for leg in stay.to_move:
        if leg.day >= today:
            yield f"{facility} {_to_move(leg, words)}"
    if day_of(stay.to_leave) >= today:
        yield f"{facility} {_to_leave(stay, words)}"


def _to_move(leg: Leg, words: Words) -> str:
    return words("stay.to_move", at=moment(leg.since, words), place=_where(leg))


def _to_leave(stay: Stay, words: Words) -> str:
    return words("stay.to_leave", at=moment(stay.to_leave, words))


def _where(leg: Leg) -> str:
    return " ".join(filter(None, (department_name(leg.department), leg.ward)))
