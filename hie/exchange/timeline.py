"""The calendar of one patient: entries of every custodian, by day. Opens no document (law 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.access import Asked, admit
from hie.exchange.ports import Clock, EntryLines, Movement, PatientFile, Store
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester
from hie.record.times import LAST_DAY, UNKNOWN_DAY, Day, Period

ADMISSION, DISCHARGE = "ADT-22", "ADT-52"


class TimelineRequest(NamedTuple):
    """Who wants to see whose calendar, of which days."""

    requester: Requester
    patient: PatientId
    period: Period


class Stay(NamedTuple):
    """A hospital stay drawn as a band; `end` is `LAST_DAY` while the patient is in hospital."""

    custodian: FacilityCode
    start: Day
    """`UNKNOWN_DAY` where the discharge is known and the admission is not."""
    end: Day


class Timeline(NamedTuple):
    """What the calendar shows: lines newest first, and the stays of the whole life."""

    file: PatientFile
    period: Period
    lines: EntryLines
    stays: tuple[Stay, ...]


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
        )


def stays(events: Sequence[Movement]) -> tuple[Stay, ...]:
    """Pair admissions with the discharges that follow them, per custodian; newest first.

    Days have no hours here: who is in hospital since an earlier day is discharged before they are
    admitted again, and who is not is admitted before they are discharged.
    """
    kinds_of: dict[tuple[Day, FacilityCode], set[str]] = {}
    for event in events:
        kinds_of.setdefault((event.service_day, event.custodian), set()).add(event.data_kind)
    found: list[Stay] = []
    open_since: dict[FacilityCode, Day] = {}
    for (day, custodian), kinds in sorted(kinds_of.items()):
        ended = DISCHARGE in kinds
        if ended and (custodian in open_since or ADMISSION not in kinds):
            found.append(Stay(custodian, open_since.pop(custodian, UNKNOWN_DAY), day))
            ended = False
        if ADMISSION in kinds:
            if ended:
                found.append(Stay(custodian, day, day))
            else:
                open_since.setdefault(custodian, day)
    found.extend(Stay(custodian, since, LAST_DAY) for custodian, since in open_since.items())
    return tuple(sorted(found, key=lambda stay: (stay.end, stay.start), reverse=True))
