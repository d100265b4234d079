"""The calendar of one patient: entries of every custodian, by day. Opens no document (law 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import Clock, Density, EntryLines, Look, PatientFile, Store, UnitOfWork
from hie.exchange.ports.densities import Month
from hie.exchange.ports.looks import Unseen
from hie.exchange.records.looks import unseen
from hie.exchange.records.needs import LOOK_BACK
from hie.exchange.records.pulse import beat_of
from hie.exchange.records.stays import Stay, stays
from hie.record.identifiers import PatientId
from hie.record.requester import Requester
from hie.record.times import ALWAYS, UNKNOWN_DAY, Day, Period, day_at, days_after

CALENDAR_FILTER = "calendar.filter"
"""The preference that keeps what a person wants to see of calendars."""
NO_LINES = EntryLines("[]", lambda _: [])


class Reading(IntEnum):
    """How much is read for one look at a calendar."""

    LINES = 0
    """The lines of a period: what programs ask for."""
    PAGE = 1
    """With them how full the months of the life are, what is new to the person, and how it is to look."""
    COUNTS = 2
    """The same for a page that shows counts alone: no line is read."""


class TimelineRequest(NamedTuple):
    """Who wants to see whose calendar, of which days."""

    requester: Requester
    patient: PatientId
    period: Period
    reading: Reading = Reading.LINES
    picked: bool | None = None
    """Whether the page leaves something of the period out; not said where the person's own filter decides."""


class Timeline(NamedTuple):
    """What the calendar shows: lines newest first, and the stays of the whole life."""

    file: PatientFile
    period: Period
    lines: EntryLines
    stays: tuple[Stay, ...]
    beat: bytes = b""
    """Of the grant it was read under (`hie.exchange.records.pulse`)."""
    newest: Day = UNKNOWN_DAY
    """Where the period is empty: the newest day before it with a record, else the newest of all."""
    grant: Grant | None = None
    """Under which it was read: whoever draws it says what each facility shows."""
    months: Sequence[Month] = ()
    """How full the months of the whole life are, newest first; none where lines alone were asked for."""
    density: Sequence[Density] = ()
    """The same in detail, where the page shows counts."""
    look: Look | None = None
    """Up to where the person has seen this record."""
    unseen: Unseen = Unseen()
    """What of it is new to the person, where it is read for a page."""
    choices: Mapping[str, str] = MappingProxyType({})
    """How the person wants the screen (`hie.exchange.ports.Preferences`)."""


class Admitted(NamedTuple):
    """A request the gate granted; decision and audit record are on disk."""

    grant: Grant
    file: PatientFile
    period: Period
    reading: Reading = Reading.LINES
    look: Look | None = None
    at: int = 0
    """When it was admitted, in milliseconds since 1970."""


def admitted(store: Store, clock: Clock, requests: Sequence[TimelineRequest]) -> list[Admitted | None]:
    """Decide many at once and write all decisions down in one transaction.

    `None` where the gate refused or there is no such person: the asker may not know which. What a page
    is drawn for is noted as seen in the same transaction.
    """
    now = clock.now()
    with store.work() as work:
        answers = admit(
            work,
            now,
            [
                Asked(one.requester, one.patient, "view", detail=f"{one.period.start}-{one.period.end}")
                for one in requests
            ],
        )
        return [
            Admitted(answer.grant, answer.file, one.period, one.reading, _noted(work, one, now), now)
            if answer.grant and answer.file
            else None
            for one, answer in zip(requests, answers, strict=True)
        ]


def _noted(work: UnitOfWork, request: TimelineRequest, now: int) -> Look | None:
    """Note that all that is news was looked at, up to what is filed now; return the person's mark.

    A page of other days, of counts alone or with something left out shows not all of it, and moves no mark:
    a new result is seen when it was on the screen.
    """
    if request.reading is Reading.LINES:
        return None
    account, patient = request.requester.user, request.patient
    today = day_at(now)
    first = days_after(today, -LOOK_BACK)
    picked = request.picked
    if picked is None:
        picked = bool(work.preferences.of(account).get(CALENDAR_FILTER))
    whole = request.period.start <= first and today <= request.period.end
    if whole and request.reading is Reading.PAGE and not picked:
        work.looks.note(account, patient, work.looks.newest(), now)
    return work.looks.get(account, patient)


def timeline(store: Store, request: Admitted) -> Timeline:
    """Read the calendar of an admitted request; one indexed range, microseconds."""
    with store.look() as work:
        counted = request.reading is Reading.COUNTS
        lines = NO_LINES if counted else work.registry.find(request.grant, request.period)
        found = Timeline(
            request.file,
            request.period,
            lines,
            stays(work.registry.movements(request.grant)),
            beat_of(request.grant),
            UNKNOWN_DAY if counted or lines else _newest(work, request),
            request.grant,
        )
        return found if request.reading is Reading.LINES else _for_a_page(work, request, found)


def _for_a_page(work: UnitOfWork, request: Admitted, found: Timeline) -> Timeline:
    """Add what a page shows beside the lines."""
    new = unseen(request.look, request.at)
    counted = request.reading is Reading.COUNTS
    return found._replace(
        months=work.densities.months(request.grant, new),
        density=work.densities.of(request.grant, new) if counted else (),
        look=request.look,
        unseen=new,
        choices=work.preferences.of(request.grant.requester.user),
    )


def _newest(work: UnitOfWork, request: Admitted) -> Day:
    """Find where there is something to see: under the grant that showed nothing, which is one look."""
    found = work.registry.find(request.grant, ALWAYS)
    before = next((line.service_day for line in found if line.service_day < request.period.start), None)
    return before or (found[0].service_day if found else UNKNOWN_DAY)
