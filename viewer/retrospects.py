"""The report on who could see a record, as lines of a table and of a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hie.exchange.retrospective.hindsight import Gap
from hie.exchange.retrospective.retrospect import Line, Report
from hie.exchange.retrospective.seeing import NO_FACILITY
from hie.exchange.trail.audit_lines import safe_cell
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from viewer.alerts import day_and_time
from viewer.locale import Language, Words
from viewer.screen import Screen


class Told(NamedTuple):
    """One line in words."""

    who: str
    whose: str
    then: str
    today: str
    gap: str
    why: str
    whom: tuple[str, ...]
    """The facilities one by one, or who it is that has none."""
    roles: str
    records_of: tuple[str, ...]
    reasons: tuple[str, ...]


class ToldGap(NamedTuple):
    """A decision that came late, in words."""

    line: str
    open: str
    reads: str


def told(report: Report, screen: Screen, words: Words) -> list[Told]:
    """Word every line."""
    return [_told(one, screen, words) for one in report.lines]


def _told(one: Line, screen: Screen, words: Words) -> Told:
    comma, roles = words("list.comma"), _roles(one, words)
    whom, records_of = _whom(one, screen, words), _names(one.custodians, screen)
    reasons = tuple(why.ja if words.language is Language.JAPANESE else why.en for why in one.why)
    return Told(
        f"{comma.join(whom)} {roles}".strip(),
        comma.join(records_of),
        _kinds(one.then, screen, words),
        _kinds(one.today, screen, words),
        words("could_see.gap", kinds=_kinds(one.only_then, screen, words)) if one.only_then else "",
        comma.join(reasons),
        whom,
        roles,
        records_of,
        reasons,
    )


def told_gaps(gaps: Iterable[Gap], words: Words) -> list[ToldGap]:
    """Word the decisions that came late."""
    return [
        ToldGap(
            words(
                "could_see.gaps.line",
                since=day_and_time(one.since),
                until=day_and_time(one.until),
                event=one.event,
            ),
            words("could_see.gaps.open", n=len(one.lost)),
            words("could_see.gaps.reads", n=len(one.reads)),
        )
        for one in gaps
    ]


def table(report: Report, screen: Screen, words: Words) -> list[list[str]]:
    """Return headings and lines for a file; each cell is text and stays text."""
    names = ("who", "whose", "then", "today", "why")
    rows = [
        [one.who, one.whose, one.then, f"{one.today} {one.gap}".strip(), one.why]
        for one in told(report, screen, words)
    ]
    return [
        [words(f"could_see.{name}") for name in names],
        *([safe_cell(cell) for cell in row] for row in rows),
    ]


def _whom(one: Line, screen: Screen, words: Words) -> tuple[str, ...]:
    if one.facilities == (NO_FACILITY,):
        return (words("could_see.self"),)
    return _names(one.facilities, screen)


def _roles(one: Line, words: Words) -> str:
    if one.facilities == (NO_FACILITY,):
        return ""
    roles = words("list.comma").join(words(f"role.{role}") for role in one.roles)
    suffix = f" ({words('could_see.emergency')} {one.account})" if one.account else ""
    return f"{roles}{suffix}"


def _names(codes: Sequence[FacilityCode], screen: Screen) -> tuple[str, ...]:
    return tuple(screen.facility(code).name for code in codes)


def _kinds(classes: frozenset[DocumentClass], screen: Screen, words: Words) -> str:
    if not classes:
        return words("could_see.nothing")
    rows = [row for row in screen.rows if row.classes & classes]
    if len(rows) == len(screen.rows) and all(row.classes <= classes for row in screen.rows):
        return words("could_see.all")
    return words("list.comma").join(words(f"row.{row.key}") for row in rows)
