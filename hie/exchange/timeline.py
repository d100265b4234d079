"""The calendar of one patient: entries of every custodian, by day. Opens no document (law 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.access import Asked, admit
from hie.exchange.ports import Clock, EntryLines, PatientFile, Store
from hie.exchange.pulse import beat_of
from hie.exchange.stays import Stay, stays
from hie.record.identifiers import PatientId
from hie.record.requester import Requester
from hie.record.times import Period


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
    """Of the grant it was read under (`hie.exchange.pulse`)."""


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
        return Timeline(
            request.file,
            request.period,
            work.registry.find(request.grant, request.period),
            stays(work.registry.movements(request.grant)),
            beat_of(request.grant),
        )
