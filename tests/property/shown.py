"""What the product shows in random worlds, held against the reference model: consents to calendar.

Each world is one patient of one store. Documents are filed under grants of the gate, then the log is
recorded, some links are ended, and everybody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from random import Random
from typing import NamedTuple

import pytest

from consent import rules
from consent.gate import decide
from consent.grant import Grant
from consent.model import FOREVER, NOTHING_DECIDED, Action, Question, Region
from consent.scope import EVERYTHING
from hie.exchange.gate.access import Asked, admit
from hie.exchange.gate.publish import publishable
from hie.exchange.ports import EmergencySession, Filing, Store, UnitOfWork
from hie.exchange.records.patients import my_patients
from hie.record.clinical import Coding, Observation
from hie.record.entry import EntryFacts, EntryKey, EntryStatus, Format
from hie.record.errors import NotFound, Refused
from hie.record.identifiers import EntryId, FacilityCode, LocalPatientId, PatientId, content_hash
from hie.record.people import HumanName, Patient
from hie.record.requester import Requester, Role
from hie.record.times import Day, Period
from tests.property.recorded import record_log, record_members
from tests.property.reference_model import Asker, Document, may_ask, may_file, may_see
from tests.property.worlds import CLASSES, FACILITIES, INSTANTS, World, a_region, a_world, everybody

EVER = Period(Day(0), Day(99999999))
BATCH = 100
"""Patients who share a kana name, so that "my patients" can be asked for a batch at a time."""
NOW = 100
SEQUENCES, FILED = 20_000, 500
TOGETHER = 2_000
"""Worlds that share a region and a store."""
ROLES = (Role.DOCTOR, Role.NURSE, Role.DOCTOR, Role.CARE_MANAGER, Role.DOCTOR, Role.CLERK)


class Tally(NamedTuple):
    """How many documents were asked for, and how many were shown as the model says."""

    decisions: int = 0
    permitted: int = 0

    def __add__(self, other: object) -> Tally:
        """Add up."""
        assert isinstance(other, Tally)
        return Tally(self.decisions + other.decisions, self.permitted + other.permitted)


class Group(NamedTuple):
    """Worlds of one region: who takes part is the same for all patients of a store."""

    region: Region
    worlds: list[World]
    first: int
    """Number of its first world."""


def groups_of(seed: int, count: int, size: int, region: Region | None = None, first: int = 0) -> list[Group]:
    """Draw `count` worlds in groups of `size`, always the same for a seed; in `region`, or one drawn.

    The worlds are numbered from `first` on.
    """
    random = Random(seed)
    groups = []
    for begin in range(first, first + count, size):
        shared = region or a_region(random)
        some = [a_world(random, patient_of(begin + one), region=shared) for one in range(size)]
        groups.append(Group(shared, some, begin))
    return groups


def group_of(seed: int, number: int) -> Group:
    """Draw one group of those that a database is filled with."""
    return groups_of(seed + number, TOGETHER, TOGETHER, first=number * TOGETHER)[0]


def patient_of(number: int) -> PatientId:
    """Name the patient of world `number`."""
    return PatientId(f"p{number:05d}")


@contextmanager
def everything_may_be_filed() -> Iterator[None]:
    """Add a rule to the gate, so that also documents are in the store that no consent lets in."""
    with pytest.MonkeyPatch.context() as patch:
        rule = rules.Rule("for_the_test", frozenset({Action.PUBLISH}), "test", lambda _: (EVERYTHING,))
        patch.setitem(rules.OPENING, rule.name, rule)
        yield


def found(store: Store, group: Group) -> None:
    """Let facilities join, enrol and link patients, file documents, end some links, record the logs."""
    with store.work() as work:
        record_members(work, group.region)
        for facility in FACILITIES:  # or nobody there may break the glass
            work.duties.set(facility, "council", NOW, on=True)
    for start in range(0, len(group.worlds), 10 * BATCH):
        with store.work() as work, everything_may_be_filed():
            for one, world in enumerate(group.worlds[start : start + 10 * BATCH], start=group.first + start):
                _found(work, one, world)


def _found(work: UnitOfWork, number: int, world: World) -> None:
    patient = world.patient
    name = HumanName(kana_family=f"b{number // BATCH:03d}", kana_given=str(number))
    work.patients.enrol(Patient(patient, name))
    for facility in sorted({document.custodian for document in world.documents} | world.linked):
        local = LocalPatientId(facility, str(number))
        surrogate = work.patients.link(local, patient, "desk", NOW)
        filings = [
            a_filing(index, document, with_result=number % 20 == 0)
            for index, document in enumerate(world.documents)
            if document.custodian == facility
        ]
        if filings:
            assert work.registry.register(_filing_grant(facility, patient), surrogate, filings) == len(
                filings
            )
        if facility not in world.linked:
            work.patients.unlink(local, "desk", NOW)
    record_log(work, world.log, patient)
    for index, asker in enumerate(world.askers):
        if asker.emergency is not None:
            work.emergencies.open(_session(f"{number}-{index}", patient, asker), FOREVER)


def _session(name: str, patient: PatientId, asker: Asker) -> EmergencySession:
    who, _, emergency = asker
    assert emergency is not None
    whose = (who.user, who.name, who.facility, who.role, patient)
    return EmergencySession(name, *whose, "unconscious", "", (), NOW, emergency.ends_at)


def _as_opened(world: World, asker: Asker) -> Asker:
    """Give an asker the glass that the same person in the same post broke, the one that lasts longest."""
    post = asker.who[:4]
    broken = [other.emergency for other in world.askers if other.who[:4] == post and other.emergency]
    return asker._replace(emergency=max(broken, key=lambda one: one.ends_at, default=None))


def _filing_grant(facility: FacilityCode, patient: PatientId) -> Grant:
    requester = Requester("ingest", "ingest", facility, Role.SYSTEM)
    question = Question(requester, Action.PUBLISH, patient, NOTHING_DECIDED, NOW, region=everybody())
    grant = decide(question)
    assert isinstance(grant, Grant)
    return grant


def a_filing(index: int, document: Document, *, with_result: bool) -> Filing:
    """File `document`; `link` says which of the world's documents it is."""
    facts = EntryFacts(
        EntryKey("20250401", "ADT-31", str(index), ""),
        document.document_class,
        document.day,
        "01",
        EntryStatus.APPROVED,
        document.confidentiality,
        1,
        0,
        str(index),
        document.labels,
    )
    results = [_result(index)] if with_result else []
    return Filing(facts, Format.SSMIX2, content_hash(str(index).encode()), 1, b"x", 0, results, [])


def _result(index: int) -> Observation:
    code = Coding("T1", "test", "local")
    text = str(index)
    return Observation(code, code, text, text, "NM", "", "", "", "N", "F", "20250401", code, code, "")


def compare_what_is_shown(store: Store, group: Group) -> Tally:
    """Ask every question of every world; fail at the first answer that is not the model's."""
    tally = Tally()
    for start in range(0, len(group.worlds), 5 * BATCH):
        some = enumerate(group.worlds[start : start + 5 * BATCH], start=group.first + start)
        questions = [(asker.now, number, world, asker) for number, world in some for asker in world.askers]
        questions.sort(key=lambda one: one[:2])
        for now, asked in groupby(questions, key=lambda one: one[0]):
            tally += _compare_at(store, now, [question[1:] for question in asked])
    return tally


def _compare_at(store: Store, now: int, questions: Sequence[tuple[int, World, Asker]]) -> Tally:
    tally = Tally()
    with store.work() as work:
        before = work.audit.count()
        answers = admit(work, now, [Asked(asker.who, world.patient, "view") for _, world, asker in questions])
        work.commit()
        assert work.audit.count() == before + len(questions)
        for (number, world, asked), answer in zip(questions, answers, strict=True):
            asker = _as_opened(world, asked)
            who = asker.who
            what = f"sequence {number}: {who} ({who.role}, {who.purpose}) at {now}"
            expected = [
                index
                for index, document in enumerate(world.documents)
                if may_see(world.situation, asker, document)
            ]
            assert (answer.grant is not None) == may_ask(world.situation, asker, CLASSES), what
            if answer.grant is not None:
                _compare(work, answer.grant, world, expected, what, closely=number % 20 == 0)
            tally += Tally(len(world.documents), len(expected))
    return tally


def _compare(
    work: UnitOfWork, grant: Grant, world: World, expected: list[int], what: str, *, closely: bool
) -> None:
    lines = work.registry.find(grant, EVER)
    assert sorted(int(line.link) for line in lines) == expected, what
    if not closely:
        return
    shown = {line.id for line in lines}
    for line in lines:
        assert work.registry.get(grant, line.id).facts.link == line.link, what
    beyond = EntryId(max(shown, default=1) + len(world.documents))
    for other in {EntryId(one + 1) for one in shown} | {beyond} - shown:
        if other not in shown:
            with pytest.raises(NotFound):
                work.registry.get(grant, other)
    results = work.findings.observations(grant, EVER, frozenset())
    assert sorted(int(result.value) for result in results) == expected, what
    moved = {(line.service_day, line.data_kind, line.custodian) for line in lines}
    movements = work.registry.movements(grant)
    assert {one[:3] for one in movements} == moved, what
    assert len(movements) == len(expected), what


class Hand(NamedTuple):
    """`Clock` that stands where it is put."""

    at: int

    def now(self) -> int:
        """Return the moment."""
        return self.at

    def new_id(self) -> str:
        """Return always the same number."""
        return "0" * 32


def compare_who_is_listed(store: Store, group: Group) -> Tally:
    """Let somebody ask for their patients, a batch at a time; facilities, roles and instants take turns."""
    tally = Tally()
    for start in range(0, len(group.worlds), BATCH):
        some = group.worlds[start : start + BATCH]
        turn = (group.first + start) // BATCH
        now, facility = INSTANTS[turn % len(INSTANTS)], FACILITIES[turn % len(FACILITIES)]
        who = Requester("account", "name", facility, ROLES[turn % len(ROLES)])
        expected = {world.patient for world in some if may_ask(world.situation, Asker(who, now), CLASSES)}
        listed = my_patients(store, Hand(now), who, f"b{turn:03d}")
        assert {line.patient.id for line in listed} == expected, f"batch {turn}, {who.role} at {now}"
        tally += Tally(len(some), len(expected))
    return tally


def compare_what_is_filed(store: Store, group: Group) -> Tally:
    """Offer one document at a time, as ingest would; each is taken where the model says so, else refused."""
    tally = Tally()
    with store.work() as work:
        record_members(work, group.region)
    for number, world in enumerate(group.worlds, start=group.first):
        now = world.askers[0].now
        with store.work() as work:
            work.patients.enrol(Patient(world.patient, HumanName(kana_family="filed")))
            for facility in world.linked:
                work.patients.link(LocalPatientId(facility, str(number)), world.patient, "desk", NOW)
            record_log(work, world.log, world.patient)
            for index, document in enumerate(world.documents):
                tally += _offer(work, number, world, now, index, document)
    return tally


def _offer(work: UnitOfWork, number: int, world: World, now: int, index: int, document: Document) -> Tally:
    asker = Asker(Requester("ingest", "ingest", document.custodian, Role.SYSTEM), now)
    allowed = publishable(work, document.custodian, [str(number)], now).get(str(number))
    expected = document.custodian in world.linked and may_file(world.situation, asker, document, FACILITIES)
    taken = False
    if allowed is not None:
        filing = a_filing(index, document, with_result=False)
        try:
            taken = work.registry.register(allowed.grant, allowed.local_patient, [filing]) == 1
        except Refused:
            taken = False
    assert taken == expected, f"sequence {number}: {document} at {now}"
    return Tally(1, int(expected))


class ExactlyTheModel:
    """What a database must show, list and file; a module hands in its `filled` stores, group by group."""

    def test_exactly_what_the_model_permits_is_shown(
        self, filled: tuple[Store, Group], capsys: pytest.CaptureFixture[str]
    ) -> None:
        tally = compare_what_is_shown(*filled)
        share = tally.permitted / tally.decisions
        first = filled[1].first
        counted = f"sequences {first:,} to {first + TOGETHER:,}: {share:.1%} permitted"
        with capsys.disabled():
            print(f"\n{type(self).__name__}, {counted}")  # noqa: T201
        assert 0.10 <= share <= 0.40

    def test_my_patients_are_exactly_those_of_whom_something_may_be_seen(
        self, filled: tuple[Store, Group]
    ) -> None:
        tally = compare_who_is_listed(*filled)
        assert 0 < tally.permitted < tally.decisions

    def test_exactly_what_the_model_lets_out_is_filed(self, new_stores: Iterator[Store]) -> None:
        tally = Tally()
        for group in groups_of(20261122, FILED, FILED // 5):
            tally += compare_what_is_filed(next(new_stores), group)
        assert 0.10 <= tally.permitted / tally.decisions <= 0.40
