"""Who looked, visit by visit: what one person did without a pause is one line, with every row behind it.

Nothing is left out: each row of the trail that the patient may know of stands in exactly one visit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from hie.exchange.trail.accesses import Access
from hie.record.times import JST
from viewer.audit import AccessLine, access_line, kind_of
from viewer.locale import Words
from viewer.screen import Screen

PAUSE = 30 * 60 * 1000
"""Milliseconds without a row after which another visit begins."""
_OPENED = frozenset({"open", "open-attachment"})
_IMAGE = "open-image"


class Complained(NamedTuple):
    """A question about a visit, and when it was answered; empty while it waits."""

    answer: str
    answered: str


class Look(NamedTuple):
    """What one person did at one place on one day without a pause."""

    newest: AccessLine
    """Its newest row, which a question is about."""
    at: str
    counts: tuple[str, ...]
    """What was done, each kind once and how often."""
    whys: tuple[str, ...]
    complaints: tuple[Complained, ...]
    may_ask: bool
    rows: tuple[AccessLine, ...]
    """Newest first."""


def looks_of(found: Iterable[Access], screen: Screen, words: Words, *, names: bool) -> list[Look]:
    """Gather accesses, newest first, to visits: the same person, place, day and outcome, and no pause."""
    visits: list[list[Access]] = []
    going_on: dict[tuple[object, ...], list[Access]] = {}
    for one in found:
        person = (one.facility, one.role, one.name, one.outcome == "refused", one.emergency)
        visit = going_on.get(person)
        if visit is None or not _without_pause(visit[-1], one):
            visit = going_on[person] = []
            visits.append(visit)
        visit.append(one)
    return [_look(visit, screen, words, names=names) for visit in visits]


def _without_pause(later: Access, one: Access) -> bool:
    return abs(later.at - one.at) < PAUSE and _day(later) == _day(one)


def _day(one: Access) -> str:
    return f"{datetime.fromtimestamp(one.at / 1000, JST):%Y-%m-%d}"


def _look(visit: Sequence[Access], screen: Screen, words: Words, *, names: bool) -> Look:
    rows = tuple(access_line(one, screen, words, names=names) for one in visit)
    first, last = rows[-1].at, rows[0].at
    asked = tuple(Complained(row.complaint.answer, row.answered) for row in rows if row.complaint)
    return Look(
        rows[0],
        first if first == last else words("accesses.until", first=first, last=last.rpartition(" ")[2]),
        tuple(_counts(visit, rows, screen, words)),
        tuple(dict.fromkeys(row.why for row in rows)),
        asked,
        not asked and rows[0].may_ask,
        rows,
    )


def _counts(visit: Sequence[Access], rows: Sequence[AccessLine], screen: Screen, words: Words) -> list[str]:
    if len(rows) == 1:
        return [rows[0].what]
    told: Counter[tuple[str, str]] = Counter()
    for one, row in zip(visit, rows, strict=True):
        kind = kind_of(one.kind, screen, words)
        if row.mark == "refused":
            told["accesses.times", row.what] += 1
        elif one.action == _IMAGE:
            told["accesses.images", ""] += 1
        elif one.action in _OPENED and kind:
            told["accesses.records", kind] += 1
        else:
            told["accesses.times", row.what] += 1
    return [_counted(key, what, number, words) for (key, what), number in told.items()]


def _counted(key: str, what: str, number: int, words: Words) -> str:
    if key == "accesses.times" and number == 1:
        return what
    return words(f"{key}.one" if number == 1 and key == "accesses.images" else key, what=what, n=number)
