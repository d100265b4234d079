"""Fills a store with a region's entries through the ports, without files: for measuring queries.

Five hospitals and one clinic; two to five local numbers a person; log-normal weights, so that one
person is far denser than the median; days over ten years. The last person made is the densest.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterator
from typing import NamedTuple

from consent.gate import decide
from consent.grant import Grant
from consent.model import Action, ConsentEvent, EventKind, Provision, Question, decisions_of
from hie.exchange.ports import Account, Filing, Store, UnitOfWork
from hie.record.entry import Confidentiality, DocumentClass, EntryFacts, EntryKey, EntryStatus, Format
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId, content_hash
from hie.record.people import Facility, FacilityKind, HumanName, Patient, Sex
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import Day

HOSPITALS = tuple(FacilityCode(f"99100000{number:02d}") for number in range(1, 6))
CLINIC = FacilityCode("9910000099")
DOCTOR = Requester("bench-doctor", "見本 医師", CLINIC, Role.DOCTOR, Purpose.TREATMENT)
YEARS = 10
HEAVIEST = 30.0
"""Times the mean of the densest person: what 22,013 log-normal weights reach."""
KINDS = (
    ("OML-11", DocumentClass.LABORATORY_RESULT),
    ("OMP-01", DocumentClass.PRESCRIPTION),
    ("ADT-12", DocumentClass.ENCOUNTER),
    ("OMG-11", DocumentClass.IMAGING_PERFORMED),
    ("OMP-02", DocumentClass.INJECTION),
)


class Made(NamedTuple):
    """What was filled in."""

    patients: int
    entries: int
    densest: PatientId
    typical: tuple[PatientId, ...]


def fill(store: Store, patients: int, mean: int, seed: int = 7) -> Made:
    """Fill `store` with `patients` persons of `mean` entries on average; print progress."""
    chance = random.Random(seed)
    with store.work() as work:
        for number, code in enumerate((*HOSPITALS, CLINIC)):
            kind = FacilityKind.CLINIC if code == CLINIC else FacilityKind.HOSPITAL
            work.directory.add(Facility(code, f"見本施設{number}", kind, f"見本{number}", number % 8))
        # Attested for ever: the hub suspends whoever was not, and a kept region is used for long.
        who = Account(DOCTOR.user, "bench", DOCTOR.name, CLINIC, Role.DOCTOR, "of nobody", attested_at=2**50)
        work.accounts.add(who)
    entries = 0
    typical = []
    batch = 200
    for start in range(0, patients, batch):
        with store.work() as work:
            for number in range(start, min(start + batch, patients)):
                last = number == patients - 1
                weight = min(math.exp(chance.gauss(0, 1.0)) / math.exp(0.5), HEAVIEST)
                count = int(mean * HEAVIEST) if last else max(1, int(mean * weight))
                person = PatientId(f"P{number:08d}")
                _one(work, chance, person, number, count)
                entries += count
                if mean - 2 <= count <= mean + 2 and len(typical) < 500:
                    typical.append(person)
        print(f"\r{start + batch}/{patients} patients, {entries} entries", end="", file=sys.stderr)
    print(file=sys.stderr)
    return Made(patients, entries, person, tuple(typical))


def _one(work: UnitOfWork, chance: random.Random, person: PatientId, number: int, count: int) -> None:
    name = HumanName("見本", f"患者{number}", "ミホン", "カンジャ")
    work.patients.enrol(Patient(person, name, Day(19500101), Sex.FEMALE))
    facilities = [*chance.sample(HOSPITALS, 3), CLINIC]
    event = ConsentEvent(
        0, person, EventKind.GIVEN, 1, "bench", "form", (Provision(recipients=frozenset({CLINIC})),)
    )
    work.consents.record(event)
    for place, facility in enumerate(facilities):
        local = work.patients.link(LocalPatientId(facility, f"{number:010d}"), person, "bench", 1)
        share = count // 4 + (1 if place < count % 4 else 0)
        work.registry.register(_leave(work, facility, person, event), local, list(_filings(chance, share)))


def _leave(work: UnitOfWork, facility: FacilityCode, person: PatientId, event: ConsentEvent) -> Grant:
    system = Requester("bench", "bench", facility, Role.SYSTEM, Purpose.TREATMENT)
    decisions, region = decisions_of([event._replace(sequence=1)]), work.directory.region()
    decision = decide(Question(system, Action.PUBLISH, person, decisions, 2, region=region))
    assert isinstance(decision, Grant)
    return decision


def _filings(chance: random.Random, count: int) -> Iterator[Filing]:
    for number in range(count):
        kind, document_class = chance.choice(KINDS)
        day = (2016 + chance.randrange(YEARS)) * 10000 + chance.randint(1, 12) * 100 + chance.randint(1, 28)
        facts = EntryFacts(
            EntryKey(str(day), kind, f"{number:015d}", f"{day}101500000"),
            document_class,
            Day(day),
            "01",
            EntryStatus.APPROVED,
            Confidentiality.NORMAL,
            chance.randint(1, 30),
            chance.randint(0, 3),
            "",
            0,
        )
        yield Filing(facts, Format.SSMIX2, content_hash(b""), 2900, b"packed", 0, (), ())
