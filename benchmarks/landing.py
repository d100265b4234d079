"""The first page of a clinic in a large region: who needs the doctor, for 80 and for 1,000 patients.

    python benchmarks/landing.py [--patients 22013] [--entries 45] [--keep FOLDER]

Fills a region as `serve_calendar.py` does and links persons of it to two more clinics. Each of their
patients gets a month of results, letters and in-patient events at one hospital. Prints medians of
thirty pages; ends with 1 where one took more than 150 milliseconds.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from region_rows import HOSPITALS, fill

from consent.gate import decide
from consent.grant import Grant
from consent.model import Action, ConsentEvent, EventKind, Provision, Question, decisions_of
from hie.clock import SystemClock
from hie.exchange.ports import Filing, Look, Store, UnitOfWork
from hie.exchange.records.news import Wanted, my_day
from hie.record.clinical import Encounter
from hie.record.entry import Confidentiality, DocumentClass, EntryFacts, EntryKey, EntryStatus, Format
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId, content_hash
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import Day, day_from_date
from hie.store import open_store

SIZES = {FacilityCode("9920000080"): 80, FacilityCode("9920001000"): 1_000}
TODAY = date(2026, 1, 15)
RESULTS = 12
CEILING = 150.0
PAGES = 30


def main() -> int:
    """Run, print, return the exit status."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--patients", type=int, default=22013)
    arguments.add_argument("--entries", type=int, default=45)
    arguments.add_argument("--keep", help="folder for the database, used again if it is there")
    given = arguments.parse_args()
    base = Path(given.keep) if given.keep else Path(tempfile.mkdtemp(prefix="landing-"))
    there = (base / "hie.sqlite3").exists()
    base.mkdir(parents=True, exist_ok=True)
    store = open_store(f"sqlite:///{base / 'hie.sqlite3'}", str(base / "objects"))
    try:
        if not there:
            fill(store, given.patients, given.entries)
            for clinic, size in SIZES.items():
                _clinic(store, clinic, size)
        slow = [clinic for clinic, size in SIZES.items() if _measured(store, clinic, size) > CEILING]
    finally:
        store.close()
        if not given.keep:
            shutil.rmtree(base)
    return 1 if slow else 0


def _measured(store: Store, clinic: FacilityCode, size: int) -> float:
    """Ask for the page many times; return the median in milliseconds."""
    doctor = Requester(f"doctor-{clinic}", "見本 医師", clinic, Role.DOCTOR, Purpose.TREATMENT)
    wanted = Wanted(day_from_date(TODAY))
    times = []
    for _ in range(PAGES):
        begun = time.perf_counter()
        page = my_day(store, SystemClock(), doctor, wanted)
        times.append((time.perf_counter() - begun) * 1000)
    middle, worst = statistics.median(times), max(times)
    print(
        f"{size:5} patients: p50 {middle:6.1f} ms, worst {worst:6.1f} ms;"
        f" {page.watched} looked through, {page.moves.total} moves, {page.results.total} with results,"
        f" {page.letters.total} with letters"
    )
    return middle


def _clinic(store: Store, clinic: FacilityCode, size: int) -> None:
    chance = random.Random(size)
    with store.work() as work:
        work.directory.add(Facility(clinic, f"見本{size}", FacilityKind.CLINIC, f"見{size}", size % 8))
    for number in range(size):
        person = PatientId(f"P{number * 11:08d}")
        with store.work() as work:
            work.patients.link(LocalPatientId(clinic, f"{number:06d}"), person, "bench", 1)
            provision = Provision(recipients=frozenset({clinic}))
            work.consents.record(ConsentEvent(0, person, EventKind.GIVEN, 1, "bench", "form", (provision,)))
            if number % 2:
                work.looks.put(f"doctor-{clinic}", person, Look(0, 0, 1))
            file = work.patients.files([person])[person]
            local = next(one for one in file.numbers if one.facility in HOSPITALS)
            surrogate = work.patients.resolve(local.facility, [local.value])[local.value][0]
            grant = _leave(work, local.facility, person)
            work.registry.register(grant, surrogate, _month(chance, number))


def _month(chance: random.Random, number: int) -> list[Filing]:
    """Make a month of one patient: results, a letter for some, an admission for one in five."""
    found = [_filing(chance, "OML-11", DocumentClass.LABORATORY_RESULT) for _ in range(RESULTS)]
    if not number % 4:
        found.append(_filing(chance, "57133-1^letter^LN", DocumentClass.DOCUMENT))
    if not number % 5:
        for kind, event, ago in (("ADT-22", "A01", 20), ("ADT-42", "A02", 10), ("ADT-52", "A03", 3)):
            day = day_from_date(TODAY - timedelta(days=ago))
            told = Encounter(event, "I", f"{day}1000", f"{day}1000", "", "01", f"{ago}F", "", "", "", "")
            if number % 10 or kind != "ADT-52":
                found.append(_filing(chance, kind, DocumentClass.ENCOUNTER, day, told))
    return found


def _filing(
    chance: random.Random,
    kind: str,
    document_class: DocumentClass,
    day: Day | None = None,
    told: Encounter | None = None,
) -> Filing:
    day = day or day_from_date(TODAY - timedelta(days=chance.randrange(30)))
    order = f"{chance.randrange(10**15):015d}"
    facts = EntryFacts(
        EntryKey(str(day), kind, order, f"{day}101500000"),
        document_class,
        day,
        "01",
        EntryStatus.APPROVED,
        Confidentiality.NORMAL,
        chance.randint(1, 30),
        chance.randint(0, 3),
        "",
        0,
    )
    return Filing(facts, Format.SSMIX2, content_hash(order.encode()), 2900, b"packed", 0, (), (), told)


def _leave(work: UnitOfWork, facility: FacilityCode, person: PatientId) -> Grant:
    system = Requester("bench", "bench", facility, Role.SYSTEM, Purpose.TREATMENT)
    decisions = decisions_of(work.consents.events([person])[person])
    decision = decide(Question(system, Action.PUBLISH, person, decisions, 2, region=work.directory.region()))
    assert isinstance(decision, Grant)
    return decision


if __name__ == "__main__":
    sys.exit(main())
