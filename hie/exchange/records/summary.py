"""What a doctor must know of a patient at first sight, on one page, each line with its source and its day.

One decision and one audit row open all of it; documents are opened under the same grant, and each part is
empty where the gate closes its class. Nothing is concluded: what stands here a hospital wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.gate.access import Asked, let_in
from hie.exchange.ports import Clock, PatientFile, Store, UnitOfWork
from hie.exchange.records.allergies import LISTS, Allergy, Reader, allergies_of
from hie.exchange.records.medications import CurrentMedication, current_of
from hie.exchange.records.panels import KEY_RESULTS
from hie.exchange.records.problems import PROBLEMS, Problem, problems_of
from hie.exchange.records.results import Latest, latest
from hie.exchange.records.stays import ADMISSION, DISCHARGE, Stay, stays
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId, PatientId
from hie.record.requester import Requester
from hie.record.times import ALWAYS, UNKNOWN_DAY, Day, Period, day_at

STAYS = 3
"""Stays told, the newest; what is planned beside them."""
_EVENTS = frozenset({ADMISSION, DISCHARGE})
_OF_A_STAY = frozenset({DocumentClass.ENCOUNTER, DocumentClass.DOCUMENT})


class Told(NamedTuple):
    """A stay with the entry that says it and its discharge summary, 0 where the asker has none."""

    stay: Stay
    entry: EntryId
    summary: EntryId


class Summary(NamedTuple):
    """What stands on the page."""

    file: PatientFile
    grant: Grant
    """Under which it was read: whoever draws it says what each facility shows."""
    problems: tuple[Problem, ...]
    allergies: tuple[Allergy, ...]
    medication: CurrentMedication
    stays: tuple[Told, ...]
    """What is planned, what goes on, what was last; newest first."""
    results: tuple[Latest, ...]
    newest: int
    """Up to which entry it was read (`LetIn.newest`)."""


def summary(store: Store, clock: Clock, requester: Requester, patient: PatientId, read: Reader) -> Summary:
    """Decide, write down, and read; raise `NotFound` if refused, `Unavailable` where a document is lost."""
    now = clock.now()
    with store.work() as work:
        grant, file, newest = let_in(work, now, Asked(requester, patient, "view-summary"))
        today = day_at(now)
        lines = work.registry.find(grant, ALWAYS, LISTS | PROBLEMS)
        allergies = allergies_of(work, grant, lines, read)
        return Summary(
            file,
            grant,
            problems_of(work, grant, lines, read),
            allergies,
            current_of(work, grant, today, allergies),
            tuple(_told(work, grant, stay) for stay in _last(stays(work.registry.movements(grant)), today)),
            latest(work, grant, KEY_RESULTS),
            newest,
        )


def _last(found: Sequence[Stay], today: Day) -> list[Stay]:
    """Choose what is still planned, and the newest that were begun."""
    planned = [stay for stay in found if stay.planned and stay.end >= today]
    begun = [stay for stay in found if not stay.planned]
    return [*planned[:1], *begun[:STAYS]]


def _told(work: UnitOfWork, grant: Grant, stay: Stay) -> Told:
    """Find the entry that tells a stay's beginning, else its end; and the document of its last day."""
    own = [
        line
        for day in {stay.start, stay.end} - {UNKNOWN_DAY}
        for line in work.registry.find(grant, Period(day, day), _OF_A_STAY)
        if line.custodian == stay.custodian
    ]
    events = {(line.data_kind, line.service_day): line.id for line in own if line.data_kind in _EVENTS}
    entry = events.get((ADMISSION, stay.start)) or events.get((DISCHARGE, stay.end)) or EntryId(0)
    papers = (
        line.id
        for line in own
        if line.document_class is DocumentClass.DOCUMENT
        and not stay.planned
        and stay.start <= line.service_day == stay.end
    )
    return Told(stay, entry, next(papers, EntryId(0)))
