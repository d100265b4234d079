"""What a pharmacist needs at the counter, on one page: drugs, hints, key results, allergies, diagnoses.

One decision and one audit record open all of it; each part is empty where the gate closes its class.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.gate.access import Asked, let_in
from hie.exchange.ports import Clock, PatientFile, Store
from hie.exchange.records.allergies import LISTS, Allergy, Reader, allergies_of
from hie.exchange.records.dispensing import Handed, compared
from hie.exchange.records.medication_rules import Rules, installed
from hie.exchange.records.medications import DISPENSED, ORDERS, CurrentMedication, listed
from hie.exchange.records.panels import PHARMACY
from hie.exchange.records.problems import PROBLEMS, Problem, problems_of
from hie.exchange.records.results import Latest, latest
from hie.record.identifiers import PatientId
from hie.record.requester import Requester
from hie.record.times import ALWAYS, japanese_day


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


def medication_page(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, read: Reader
) -> MedicationPage:
    """Decide, write down, and read the medication of today; raise `NotFound` if refused."""
    return _page(store, clock, Asked(requester, patient, "view-medications"), read, installed())


def _page(store: Store, clock: Clock, asked: Asked, read: Reader, rules: Rules) -> MedicationPage:
    now = clock.now()
    with store.work() as work:
        grant, file, newest = let_in(work, now, asked)
        today = japanese_day(datetime.fromtimestamp(now / 1000, UTC))
        issues = work.findings.medications(grant, ALWAYS, ORDERS | DISPENSED)
        lines = work.registry.find(grant, ALWAYS, LISTS | PROBLEMS)
        allergies = allergies_of(work, grant, lines, read)
        return MedicationPage(
            file,
            grant,
            listed(issues, today, allergies, rules),
            compared(issues, today, rules),
            latest(work, grant, PHARMACY),
            allergies,
            problems_of(work, grant, lines, read),
            newest,
        )
