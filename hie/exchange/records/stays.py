"""Stays in hospital, told from in-patient events: legs, leaves and what is planned (fact sheet §1.5, §2.2).

ADT messages carry no visit number and most often one order number for all, so two transfers of a day
share their key and the later file supersedes the earlier. What tells events apart is when they happened:
another moment is another event, the same moment a correction, and of all files of one moment the newest
decides what it says and whether it stands (doubt Q2). An admission is followed by a discharge: of two
that were written without one between, the later corrects the hour. A plan has no twin: only its newest
file counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby
from typing import NamedTuple

from hie.exchange.ports import MOVEMENTS, Movement
from hie.record.entry import EntryStatus
from hie.record.identifiers import FacilityCode
from hie.record.times import LAST_DAY, UNKNOWN_DAY, Day, day_of, days_after

TO_BE_ADMITTED, ADMISSION = "ADT-21", "ADT-22"
LEAVE, RETURN = "ADT-31", "ADT-32"
TO_BE_MOVED, TRANSFER = "ADT-41", "ADT-42"
TO_BE_DISCHARGED, DISCHARGE = "ADT-51", "ADT-52"

_PLANS = frozenset({TO_BE_ADMITTED, TO_BE_MOVED, TO_BE_DISCHARGED})
_TURNS = frozenset({ADMISSION, DISCHARGE})
_EARLY = 7
"""Days by which an admission may come before the day it was planned for and still be that one."""
_HOUR_DIGITS = 10
_VERSION_DIGITS = 17
_FROM_INSIDE = (TRANSFER, LEAVE, RETURN, DISCHARGE, ADMISSION)
_FROM_AWAY = (RETURN, TRANSFER, LEAVE, DISCHARGE, ADMISSION)
_FROM_OUTSIDE = (ADMISSION, TRANSFER, LEAVE, RETURN, DISCHARGE)
"""In which order the events of a day come that has no hours."""


class Leg(NamedTuple):
    """A part of a stay on one ward in one department."""

    since: str
    """Digits of the moment, at least of the day; empty where the stay began before anything was shared."""
    department: str
    ward: str

    @property
    def day(self) -> Day:
        """The first day."""
        return day_of(self.since)


class Absence(NamedTuple):
    """A leave inside a stay."""

    since: str
    until: str
    """Digits of the return, or of the discharge of who never came back; empty while away."""
    expected: str
    """Digits of when the patient is to be back, or empty."""

    @property
    def days(self) -> tuple[Day, Day]:
        """First day away and day of the return; `LAST_DAY` while away."""
        return day_of(self.since), day_of(self.until) if self.until else LAST_DAY


class Stay(NamedTuple):
    """A hospital stay drawn as a band; `end` is `LAST_DAY` while the patient is in hospital."""

    custodian: FacilityCode
    start: Day
    """`UNKNOWN_DAY` where the discharge is known and the admission is not."""
    end: Day
    legs: tuple[Leg, ...] = ()
    """Where the patient lay, in order; empty where no event says."""
    leaves: tuple[Absence, ...] = ()
    to_move: tuple[Leg, ...] = ()
    """Transfers that are planned for a patient who is still in hospital."""
    to_leave: str = ""
    """Digits of the planned discharge of a patient who is still in hospital."""
    planned: bool = False
    """The whole stay is a plan; nobody was admitted yet."""


def stays(events: Sequence[Movement]) -> tuple[Stay, ...]:
    """Tell all stays from all events of a life, in whatever state; newest first."""
    by_custodian: dict[FacilityCode, list[Movement]] = {}
    for event in events:
        by_custodian.setdefault(event.custodian, []).append(event)
    found = [stay for own in by_custodian.values() for stay in _of_one(own)]
    return tuple(sorted(found, key=_when, reverse=True))


def _when(stay: Stay) -> tuple[Day, Day, str]:
    return stay.end, stay.start, stay.legs[0].since if stay.legs else ""


def _of_one(events: Sequence[Movement]) -> list[Stay]:
    """Tell the stays at one hospital."""
    done, plans = _standing(events)
    walk = _Walk()
    for _, same_day in groupby(done, key=_day):
        for event in _ordered(list(same_day), inside=walk.inside, away=walk.away):
            walk.take(event)
    found = walk.ended()
    known = _with_plans(found, plans)
    return [*known, *_planned(known, plans)]


def _standing(events: Sequence[Movement]) -> tuple[list[Movement], list[Movement]]:
    """Choose the file that decides of each moment; return what was done, by day, and what is planned."""
    newest: dict[tuple[str, str], Movement] = {}
    for event in events:
        if (
            event.data_kind not in MOVEMENTS
            or _day(event) == UNKNOWN_DAY
            or (event.data_kind in _PLANS and event.status is not EntryStatus.APPROVED)
        ):
            continue
        key = (event.data_kind, _moment(event))
        other = newest.get(key)
        if other is None or _age(other) <= _age(event):
            newest[key] = event
    at = {_moment(event) for event in events if event.data_kind == RETURN and not _dated_by_plan(event)}
    gone = _returns_taken_back(newest.values(), at)
    standing = _uncorrected(
        event for event in newest.values() if event.status is not EntryStatus.WITHDRAWN and event not in gone
    )
    standing.sort(key=lambda event: (_day(event), _moment(event)))
    return (
        [event for event in standing if event.data_kind not in _PLANS],
        [event for event in standing if event.data_kind in _PLANS],
    )


def _returns_taken_back(events: Iterable[Movement], at: AbstractSet[str]) -> set[Movement]:
    """Choose the returns that an A53 takes back which does not say when they were (doubt Q15).

    It lies under the day on which the patient was to be back (PV2-47); what it means is the newest
    return before it that no other A53 means. `at` are the moments of all returns.
    """
    returns = sorted((event for event in events if event.data_kind == RETURN), key=_age)
    standing: list[Movement] = []
    gone: set[Movement] = set()
    for event in returns:
        if not _dated_by_plan(event) or _moment(event) in at:
            standing.append(event)
        elif standing:
            gone.add(standing.pop())
    return gone


def _dated_by_plan(event: Movement) -> bool:
    """Say whether this is an A53 under the planned return: a return itself lies under its own day."""
    return (
        event.status is EntryStatus.WITHDRAWN
        and day_of(event.expected) == event.service_day
        and (event.moment == event.expected or day_of(event.moment) != event.service_day)
    )


def _uncorrected(events: Iterable[Movement]) -> list[Movement]:
    """Leave out admissions and discharges whose hour was corrected: the next file of their key says another.

    Who was admitted twice in a day was discharged between, and that was written between.
    """
    left: list[Movement] = []
    turns: dict[Day, list[Movement]] = {}
    for event in events:
        if event.data_kind in _TURNS:
            turns.setdefault(event.service_day, []).append(event)
        else:
            left.append(event)
    for written in turns.values():
        written.sort(key=lambda event: (_age(event), _moment(event)))
        following = (*(event.data_kind for event in written[1:]), "")
        left += [event for event, after in zip(written, following, strict=True) if event.data_kind != after]
    return left


def _age(event: Movement) -> tuple[str, bool]:
    """Rank files of one moment: the later written one decides, and of two at once the one taken back."""
    return event.version.ljust(_VERSION_DIGITS, "0"), event.status is EntryStatus.WITHDRAWN


def _moment(event: Movement) -> str:
    return event.moment or str(event.service_day)


def _day(event: Movement) -> Day:
    return day_of(event.moment) or event.service_day


def _ordered(events: list[Movement], *, inside: bool, away: bool) -> list[Movement]:
    """Put the events of a day in order: by the hour, or where one has none by what can follow what.

    Who is in hospital since an earlier day is discharged before they are admitted again, and who
    is not is admitted before they are discharged.
    """
    order = (_FROM_AWAY if away else _FROM_INSIDE) if inside else _FROM_OUTSIDE
    timed = all(len(event.moment) >= _HOUR_DIGITS for event in events)
    return sorted(
        events,
        key=lambda event: (_moment(event) if timed else "", order.index(event.data_kind), _moment(event)),
    )


class _Walk:
    """Goes through what happened at one hospital, event by event."""

    def __init__(self) -> None:
        self.inside = False
        self.away = False
        self._custodian = FacilityCode("")
        self._start = UNKNOWN_DAY
        self._legs: list[Leg] = []
        self._leaves: list[Absence] = []
        self._found: list[Stay] = []

    def take(self, event: Movement) -> None:
        """Let one event happen."""
        self._custodian = event.custodian
        match event.data_kind:
            case "ADT-22":
                self._admit(event)
            case "ADT-42":
                self._move(event)
            case "ADT-31" if not self.away:
                self.away = True
                self._leaves.append(Absence(_moment(event), "", event.expected))
            case "ADT-32" if self.away:
                self._back(_moment(event))
            case "ADT-52":
                self._discharge(event)
            case _:
                pass  # on leave twice, or back without a leave: the first word stands

    def ended(self) -> list[Stay]:
        """Return all stays; who was never discharged is still in hospital."""
        if self.inside:
            self._close(LAST_DAY)
        return self._found

    def _admit(self, event: Movement) -> None:
        if self.inside:
            return  # admitted twice over
        self._legs, self._leaves, self.away = [], [], False
        self.inside, self._start = True, _day(event)
        self._move(event)

    def _move(self, event: Movement) -> None:
        last = self._legs[-1] if self._legs else Leg("", "", "")
        leg = Leg(_moment(event), event.department or last.department, event.ward or last.ward)
        if leg[1:] != last[1:]:  # another room or bed is no other leg
            self._legs.append(leg)

    def _back(self, moment: str) -> None:
        self.away = False
        self._leaves[-1] = self._leaves[-1]._replace(until=moment)

    def _discharge(self, event: Movement) -> None:
        day = _day(event)
        if self.away:
            self._back(_moment(event))
        last = self._found[-1] if self._found else None
        if not self.inside and not self._legs and last and last.end == day:
            return  # the same discharge at a corrected hour
        self._close(day)

    def _close(self, end: Day) -> None:
        start = self._start if self.inside else UNKNOWN_DAY
        self._found.append(Stay(self._custodian, start, end, tuple(self._legs), tuple(self._leaves)))
        self._legs, self._leaves = [], []
        self.inside = self.away = False


def _with_plans(found: Sequence[Stay], plans: Sequence[Movement]) -> list[Stay]:
    """Say of who is in hospital where they are to be moved and when they are to leave."""
    return [_ahead(stay, plans) if stay.end == LAST_DAY else stay for stay in found]


def _ahead(stay: Stay, plans: Sequence[Movement]) -> Stay:
    seen = stay.legs[-1].since if stay.legs else str(stay.start)
    leaving = [plan for plan in plans if plan.data_kind == TO_BE_DISCHARGED and _day(plan) >= stay.start]
    return stay._replace(
        to_move=tuple(
            Leg(_moment(plan), plan.department, plan.ward)
            for plan in plans
            if plan.data_kind == TO_BE_MOVED and _moment(plan)[:8] > seen[:8]
        ),
        to_leave=_moment(max(leaving, key=_age)) if leaving else "",
    )


def _planned(found: Sequence[Stay], plans: Sequence[Movement]) -> list[Stay]:
    """Tell the admissions that are planned and did not come about yet."""
    return [
        Stay(
            plan.custodian,
            _day(plan),
            max(_day(plan), day_of(plan.expected)),
            (Leg(_moment(plan), plan.department, plan.ward),) if plan.department or plan.ward else (),
            planned=True,
        )
        for plan in plans
        if plan.data_kind == TO_BE_ADMITTED and not any(_settles(stay, _day(plan)) for stay in found)
    ]


def _settles(stay: Stay, day: Day) -> bool:
    """Say whether a stay is what was planned for `day`: it holds it, or begins about then or later."""
    end = day_of(stay.to_leave) or stay.end
    return stay.start <= day <= end or (stay.start != UNKNOWN_DAY and stay.start >= days_after(day, -_EARLY))
