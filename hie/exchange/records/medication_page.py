"""What a pharmacist needs at the counter, on one page: drugs, hints, key results, allergies, diagnoses.

One decision and one audit record open all of it; each part is empty where the gate closes its class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.gate.access import Asked, let_in
from hie.exchange.ports import Clock, PatientFile, Store, UnitOfWork
from hie.exchange.records.allergies import LISTS, Allergy, Reader, allergies_of, records_of
from hie.exchange.records.dispensing import Handed, compared
from hie.exchange.records.medication_rules import Rules, installed
from hie.exchange.records.medications import DISPENSED, ORDERS, CurrentMedication, listed
from hie.exchange.records.panels import PHARMACY
from hie.exchange.records.problems import PROBLEMS, Problem, problems_of
from hie.exchange.records.results import Latest, latest
from hie.record.identifiers import EntryId, PatientId
from hie.record.narrative import Composition
from hie.record.requester import Requester
from hie.record.times import ALWAYS, Period, day_at

NAMED = 60
"""Lines of what was handed out whose pharmacy is looked up, the newest: as many as a page shows."""


class MedicationPage(NamedTuple):
    """What the page of medication shows."""

    file: PatientFile
    grant: Grant
    """Under which it was read: whoever draws it says what each facility shows."""
    current: CurrentMedication
    handed: tuple[Handed, ...]
    results: tuple[Latest, ...]
    allergies: tuple[Allergy, ...]
    problems: tuple[Problem, ...]
    newest: int
    """Up to which entry it was read (`LetIn.newest`)."""
    pharmacies: Mapping[EntryId, str]
    """Who handed out, as the notebook names it: by entry, for the newest lines; nothing where it does not."""


def medication_page(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, read: Reader
) -> MedicationPage:
    """Decide, write down, and read the medication of today; raise `NotFound` if refused."""
    return _page(store, clock, Asked(requester, patient, "view-medications"), read, installed())


def _page(store: Store, clock: Clock, asked: Asked, read: Reader, rules: Rules) -> MedicationPage:
    now = clock.now()
    with store.work() as work:
        grant, file, newest = let_in(work, now, asked)
        today = day_at(now)
        issues = work.findings.medications(grant, ALWAYS, ORDERS | DISPENSED)
        lines = work.registry.find(grant, ALWAYS, LISTS | PROBLEMS)
        allergies = allergies_of(work, grant, lines, read)
        handed = compared(issues, today, rules)
        return MedicationPage(
            file,
            grant,
            listed(issues, today, allergies, rules),
            handed,
            latest(work, grant, PHARMACY),
            allergies,
            problems_of(work, grant, lines, read),
            newest,
            _pharmacies(work, grant, handed, read),
        )


def _pharmacies(work: UnitOfWork, grant: Grant, handed: Sequence[Handed], read: Reader) -> dict[EntryId, str]:
    """Open what the newest lines stand in: a notebook that a clinic took in tells of another house's work."""
    wanted = {line.handed.entry for line in handed[:NAMED] if line.handed}
    days = [line.handed.service_day for line in handed[:NAMED] if line.handed]
    if not wanted:
        return {}
    found = {}
    for line in work.registry.find(grant, Period(min(days), max(days)), DISPENSED):
        if line.id in wanted:
            records = records_of(work, grant, line, read) or ()
            named = (one.organization for one in records if isinstance(one, Composition))
            found[line.id] = next(filter(None, named), "")
    return found
