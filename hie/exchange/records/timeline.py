"""The calendar of one patient: entries of every custodian, by day. Opens no document (law 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import Clock, EntryLines, PatientFile, Store, UnitOfWork
from hie.exchange.records.pulse import beat_of
from hie.exchange.records.stays import Stay, stays
from hie.record.identifiers import PatientId
from hie.record.requester import Requester
from hie.record.times import FIRST_DAY, LAST_DAY, UNKNOWN_DAY, Day, Period

EVERYTHING = Period(FIRST_DAY, LAST_DAY)
"""All days that are known."""


class TimelineRequest(NamedTuple):
    """Who wants to see whose calendar, of which days."""

    requester: Requester
    patient: PatientId
    period: Period


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


class Admitted(NamedTuple):
    """A request the gate granted; decision and audit record are on disk."""

    grant: Grant
    file: PatientFile
    period: Period


def admitted(store: Store, clock: Clock, requests: Sequence[TimelineRequest]) -> list[Admitted | None]:
    """Decide many at once and write all decisions down in one transaction.

    `None` where the gate refused or there is no such person: the asker may not know which.
    """
    with store.work() as work:
        answers = admit(
            work,
            clock.now(),
            [
                Asked(one.requester, one.patient, "view", detail=f"{one.period.start}-{one.period.end}")
                for one in requests
            ],
        )
    return [
        Admitted(answer.grant, answer.file, one.period) if answer.grant and answer.file else None
        for one, answer in zip(requests, answers, strict=True)
    ]


def timeline(store: Store, request: Admitted) -> Timeline:
    """Read the calendar of an admitted request; one indexed range, microseconds."""
    with store.look() as work:
        lines = work.registry.find(request.grant, request.period)
        return Timeline(
            request.file,
            request.period,
            lines,
            stays(work.registry.movements(request.grant)),
            beat_of(request.grant),
            UNKNOWN_DAY if lines else _newest(work, request),
            request.grant,
        )


def _newest(work: UnitOfWork, request: Admitted) -> Day:
    """Find where there is something to see: under the grant that showed nothing, which is one look."""
    found = work.registry.find(request.grant, EVERYTHING)
    before = next((line.service_day for line in found if line.service_day < request.period.start), None)
    return before or (found[0].service_day if found else UNKNOWN_DAY)
