"""The summary while a region goes on: every current file counts, and what comes or goes meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from hie.exchange.gate.access import Asked, let_in
from hie.exchange.gate.publish import publishable
from hie.exchange.records.allergies import LISTS, allergies_of
from hie.exchange.records.problems import PROBLEMS, problems_of
from hie.exchange.records.pulse import hear
from hie.exchange.records.summary import summary
from hie.record.entry import DocumentClass, DocumentEntry, EntryStatus
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.submission import Reading
from hie.record.times import ALWAYS
from tests.build.records import PROBLEM
from tests.build.world import CENTRAL, CLINIC, World
from tests.filed import a_filing, facts

DOCTOR = Requester("hamada", "見本 医師", CLINIC, Role.DOCTOR, Purpose.TREATMENT)
PATIENT = PatientId("R000000001")
NUMBER = "1000001"
FILES = 20
OLDEST = "病名00"


def _read(entry: DocumentEntry, content: bytes, _: FacilityCode) -> Reading:
    name = content.decode()
    said = PROBLEM._replace(name=name, instance=name, primary=name == OLDEST)
    return Reading(None, entry.facts, (said,), ())


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Twenty diagnoses of one hospital, a document for each; the oldest is the main one."""
    made = World(tmp_path)
    made.a_patient(PATIENT).linked(CENTRAL, NUMBER).linked(CLINIC, "7001").consenting().there()
    with made.store.work() as work:
        allowed = publishable(work, CENTRAL, [NUMBER], made.clock.now())[NUMBER]
        filings = [
            a_filing(
                made.store,
                facts(20200101 + one, "PPR-01", DocumentClass.PROBLEM, f"{one}"),
                f"病名{one:02}".encode(),
            )
            for one in range(FILES)
        ]
        filings.append(a_filing(made.store, facts(20210101, "ADT-61", DocumentClass.ALLERGY, "-"), b"-"))
        work.registry.register(allowed.grant, allowed.local_patient, filings)
    return made


def test_the_diagnoses_of_twenty_files_are_all_shown(world: World) -> None:
    found = summary(world.store, world.clock, DOCTOR, PATIENT, _read).problems
    assert found[0].text == OLDEST
    assert {one.text for one in found} == {f"病名{one:02}" for one in range(FILES)}


def test_what_comes_while_a_page_is_read_is_news_to_it(world: World) -> None:
    came: list[int] = []

    def reading(entry: DocumentEntry, content: bytes, custodian: FacilityCode) -> Reading:
        if not came:
            with world.store.work() as work:
                allowed = publishable(work, CENTRAL, [NUMBER], world.clock.now())[NUMBER]
                late = a_filing(world.store, facts(20240501, order="late"))
                came.append(work.registry.register(allowed.grant, allowed.local_patient, [late]))
        return _read(entry, content, custodian)

    found = summary(world.store, world.clock, DOCTOR, PATIENT, reading)
    heard = hear(world.store, world.clock, DOCTOR, PATIENT, found.newest)
    assert heard is not None
    assert heard.more
    again = summary(world.store, world.clock, DOCTOR, PATIENT, reading)
    heard = hear(world.store, world.clock, DOCTOR, PATIENT, again.newest)
    assert heard is not None
    assert not heard.more


def test_what_is_withdrawn_between_two_reads_is_left_out_alone(world: World) -> None:
    now = world.clock.now()
    with world.store.work() as work:
        grant = let_in(work, now, Asked(DOCTOR, PATIENT, "view-summary")).grant
        lines = work.registry.find(grant, ALWAYS, LISTS | PROBLEMS)
        to_file = publishable(work, CENTRAL, [NUMBER], now)[NUMBER].grant
        allergy, newest = lines[:2]
        assert allergy.document_class is DocumentClass.ALLERGY
        work.registry.amend(to_file, dict.fromkeys((allergy.id, newest.id), EntryStatus.WITHDRAWN))
        assert len(problems_of(work, grant, lines, _read)) == FILES - 1
        assert allergies_of(work, grant, lines, _read) == ()
