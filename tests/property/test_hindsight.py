"""What could be seen at a moment: as the model says, and never changed by what comes later (I25)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from consent.model import FOREVER, ConsentEvent, EventKind
from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import AuditQuery, Store, UnitOfWork
from hie.exchange.retrospective.hindsight import could_see, decided_then
from hie.exchange.retrospective.seeing import CouldSee
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import LocalPatientId
from hie.record.people import HumanName, Patient
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import FIRST_DAY, Day
from hie.store import open_store
from tests.property.recorded import record_members
from tests.property.reference_model import Asker, Document, Situation, may_see
from tests.property.shown import groups_of
from tests.property.worlds import CLASSES, DAWN, FACILITIES, World, everybody

WORLDS = 50
CLOSES = {EventKind.WITHDRAWN, EventKind.RESTRICTED, EventKind.CARE_ENDED, EventKind.DECEASED}
STEP = 100
ROLES = (Role.DOCTOR, Role.NURSE, Role.PHARMACIST, Role.CARE_MANAGER, Role.PATIENT)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "memory://" if request.param == "memory" else f"sqlite:///{tmp_path}/hie.sqlite"
    opened = open_store(url, "memory://")
    yield opened
    opened.close()


def _moment(number: int) -> int:
    return DAWN + 1_000 + STEP * number


def _begun(work: UnitOfWork, world: World) -> None:
    work.patients.enrol(Patient(world.patient, HumanName(kana_family="h")))
    for facility in sorted(world.linked):
        work.patients.link(LocalPatientId(facility, world.patient), world.patient, "desk", DAWN)


def _timed(world: World) -> list[ConsentEvent]:
    """Let one event happen every hundred milliseconds, in order; deaths close at some time anyhow."""
    log = sorted(world.log, key=lambda one: one.sequence)
    return [
        event._replace(sequence=0, lifts=0, recorded_at=_moment(number)) for number, event in enumerate(log)
    ]


def _told(found: Sequence[CouldSee]) -> dict[tuple[str, Role, str], frozenset[DocumentClass]]:
    return {(one.facility, one.role, shown.custodian): shown.classes for one in found for shown in one.shown}


def _expected(situation: Situation, now: int) -> dict[tuple[str, Role, str], frozenset[DocumentClass]]:
    """Try documents of every class, on the first day of every clause."""
    days = {Day(FIRST_DAY)} | {
        max(clause.service_period.start, FIRST_DAY) for event in situation.log for clause in event.provisions
    }
    expected: dict[tuple[str, Role, str], frozenset[DocumentClass]] = {}
    for role in ROLES:
        for facility in FACILITIES if role is not Role.PATIENT else ("",):
            who = Requester("", "", facility, role)  # type: ignore[arg-type]
            if role is Role.PATIENT:
                who = who._replace(purpose=Purpose.PATIENT_REQUEST, patient=situation.patient)
            for custodian in sorted(situation.linked):
                classes = frozenset(
                    document_class
                    for document_class in (*CLASSES, DocumentClass.DEMOGRAPHICS)
                    for day in days
                    if may_see(
                        situation,
                        Asker(who, now),
                        Document(custodian, document_class, day, Confidentiality.NORMAL),
                    )
                )
                if classes:
                    expected[facility, role, custodian] = classes
    return expected


def test_i25_who_could_see_is_what_the_model_says_and_later_events_never_change_it(store: Store) -> None:
    (group,) = groups_of(20261125, WORLDS, WORLDS, everybody())
    asked = (*CLASSES, DocumentClass.DEMOGRAPHICS)
    with store.work() as work:
        record_members(work, group.region)
        for world in group.worlds:
            _begun(work, world)
            kept: dict[int, Sequence[CouldSee]] = {}
            log: list[ConsentEvent] = []
            for number, event in enumerate(_timed(world)):
                log.append(work.consents.record(event))
                moment = _moment(number) + STEP // 2
                kept[moment] = could_see(work, world.patient, moment, moment)
                situation = Situation(world.patient, tuple(log), world.linked, group.region)
                told = {
                    key: classes & frozenset(asked)
                    for key, classes in _told(kept[moment]).items()
                    if key[1] in ROLES and classes & frozenset(asked)
                }
                assert told == _expected(situation, moment), f"{world.patient} at {moment}"
            for moment, answer in kept.items():
                assert could_see(work, world.patient, moment, moment) == answer


def test_known_later_nothing_was_open_that_was_not_open_then(store: Store) -> None:
    """What is recorded late only closes: consents of later are none, withdrawals count from their day."""
    random = Random(5)
    (group,) = groups_of(20261126, WORLDS, WORLDS, everybody())
    narrower = 0
    with store.work() as work:
        record_members(work, group.region)
        for world in group.worlds:
            _begun(work, world)
            for event in _timed(world):
                earlier = random.choice(
                    (0, *(event.recorded_at - random.randrange(1, 500) for _ in range(4)))
                )
                work.consents.record(event._replace(valid_from=earlier))
            for number in range(len(world.log)):
                moment = _moment(number) + STEP // 2
                then = could_see(work, world.patient, moment, moment)
                known = _told(could_see(work, world.patient, moment, FOREVER))
                for key, classes in known.items():
                    assert classes <= _told(then).get(key, frozenset())
                narrower += known != _told(then)
    assert narrower > WORLDS / 10


def test_i21_the_decision_of_every_audit_row_is_made_again_with_the_same_reasons(store: Store) -> None:
    (group,) = groups_of(20261127, WORLDS, WORLDS, everybody())
    with store.work() as work:
        record_members(work, group.region)
        for world in group.worlds:
            _begun(work, world)
    for world in group.worlds:
        for number, event in enumerate(_timed(world)):
            with store.work() as work:
                work.consents.record(event)
                asked = [
                    Asked(asker.who._replace(purpose=Purpose.TREATMENT), world.patient, "view")
                    for asker in world.askers
                ]
                admit(work, _moment(number), asked)
    checked = 0
    with store.work() as work:
        for world in group.worlds:
            for row in work.audit.search(AuditQuery(patient=world.patient), 1_000):
                read = row.event
                again = decided_then(
                    work, read.requester, world.patient, read.at, read.at, position=read.position
                )
                assert (again.reasons, again.position) == (read.reasons, read.position)
                checked += 1
    assert checked > WORLDS
