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
from consent.model import NOTHING_DECIDED, Action, Question
from consent.scope import EVERYTHING
from hie.exchange.access import Asked, admit
from hie.exchange.ports import Filing, Store, UnitOfWork
from hie.exchange.publish import publishable
from hie.record.clinical import Coding, Observation
from hie.record.entry import NO_LABELS, EntryFacts, EntryKey, EntryStatus, Format
from hie.record.errors import NotFound, Refused
from hie.record.identifiers import EntryId, FacilityCode, LocalPatientId, PatientId, content_hash
from hie.record.people import HumanName, Patient
from hie.record.requester import Requester, Role
from hie.record.times import Day, Period
from tests.property.reference_model import Document, may_ask, may_file, may_see
from tests.property.worlds import FACILITIES, INSTANTS, World, a_world

EVER = Period(Day(0), Day(99999999))
BATCH = 100
"""Patients who share a kana name, so that "my patients" can be asked for a batch at a time."""
NOW = 100
SEQUENCES, FILED = 20_000, 500


class Tally(NamedTuple):
    """How many documents were asked for, and how many were shown as the model says."""

    decisions: int = 0
    permitted: int = 0

    def __add__(self, other: object) -> Tally:
        """Add up."""
        assert isinstance(other, Tally)
        return Tally(self.decisions + other.decisions, self.permitted + other.permitted)


def worlds_of(seed: int, count: int) -> list[World]:
    """Draw `count` worlds, always the same for a seed."""
    random = Random(seed)
    return [a_world(random, patient_of(number)) for number in range(count)]


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


def found(store: Store, worlds: Sequence[World]) -> None:
    """Enrol and link the patients, file the documents, end some links, record the logs."""
    for start in range(0, len(worlds), 10 * BATCH):
        with store.work() as work, everything_may_be_filed():
            for number in range(start, min(start + 10 * BATCH, len(worlds))):
                _found(work, number, worlds[number])


def _found(work: UnitOfWork, number: int, world: World) -> None:
    patient = patient_of(number)
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
    for event in world.log:
        work.consents.record(event._replace(sequence=0, patient=patient))


def _filing_grant(facility: FacilityCode, patient: PatientId) -> Grant:
    requester = Requester("ingest", "ingest", facility, Role.SYSTEM)
    grant = decide(Question(requester, Action.PUBLISH, patient, NOTHING_DECIDED, NOW))
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
        NO_LABELS,
    )
    results = [_result(index)] if with_result else []
    return Filing(facts, Format.SSMIX2, content_hash(str(index).encode()), 1, b"x", 0, results, [])


def _result(index: int) -> Observation:
    code = Coding("T1", "test", "local")
    text = str(index)
    return Observation(code, code, text, text, "NM", "", "", "", "N", "F", "20250401", code, code, "")


def compare_what_is_shown(store: Store, worlds: Sequence[World]) -> Tally:
    """Ask every question of every world; fail at the first answer that is not the model's."""
    tally = Tally()
    for start in range(0, len(worlds), 5 * BATCH):
        numbers = range(start, min(start + 5 * BATCH, len(worlds)))
        questions = [(now, number, who) for number in numbers for who, now in worlds[number].askers]
        for now, asked in groupby(sorted(questions, key=lambda one: one[0]), key=lambda one: one[0]):
            tally += _compare_at(store, worlds, now, [(number, who) for _, number, who in asked])
    return tally


def _compare_at(
    store: Store, worlds: Sequence[World], now: int, questions: Sequence[tuple[int, Requester]]
) -> Tally:
    tally = Tally()
    with store.work() as work:
        before = work.audit.count()
        answers = admit(work, now, [Asked(who, patient_of(number), "view") for number, who in questions])
        work.commit()
        assert work.audit.count() == before + len(questions)
        for (number, who), answer in zip(questions, answers, strict=True):
            world = worlds[number]
            what = f"sequence {number}: {who} ({who.role}, {who.purpose}) at {now}"
            expected = [
                index
                for index, document in enumerate(world.documents)
                # A document is the patient's while its custodian's number is linked, whatever was consented.
                if document.custodian in world.linked and may_see(world.log, world.linked, who, document, now)
            ]
            asked = may_ask(world.log, world.linked, FACILITIES, who, now)
            assert (answer.grant is not None) == asked, what
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


def compare_who_is_listed(store: Store, worlds: Sequence[World]) -> Tally:
    """Let a facility ask for its patients, a batch at a time; facilities and instants take turns."""
    tally = Tally()
    with store.work() as work:
        for batch in range(0, len(worlds), BATCH):
            turn = batch // BATCH
            now, facility = INSTANTS[turn % len(INSTANTS)], FACILITIES[turn % len(FACILITIES)]
            doctor = Requester("account", "name", facility, Role.DOCTOR)
            numbers = range(batch, min(batch + BATCH, len(worlds)))
            expected = {
                patient_of(number)
                for number in numbers
                if facility in worlds[number].linked
                or may_ask(worlds[number].log, worlds[number].linked, FACILITIES, doctor, now)
            }
            listed = work.patients.reachable(facility, f"b{turn:03d}", now)
            assert {line.patient.id for line in listed} == expected, f"batch {turn}, {facility} at {now}"
            tally += Tally(len(numbers), len(expected))
    return tally


def compare_what_is_filed(store: Store, worlds: Sequence[World], first: int) -> Tally:
    """Offer one document at a time, as ingest would; each is taken where the model says so, else refused."""
    tally = Tally()
    for number, world in enumerate(worlds, start=first):
        patient, (_, now) = patient_of(number), world.askers[0]
        with store.work() as work:
            work.patients.enrol(Patient(patient, HumanName(kana_family="filed")))
            for facility in world.linked:
                work.patients.link(LocalPatientId(facility, str(number)), patient, "desk", NOW)
            for event in world.log:
                work.consents.record(event._replace(sequence=0, patient=patient))
            for index, document in enumerate(world.documents):
                who = Requester("ingest", "ingest", document.custodian, Role.SYSTEM)
                allowed = publishable(work, document.custodian, [str(number)], now).get(str(number))
                expected = document.custodian in world.linked and may_file(
                    world.log, FACILITIES, who, document, now
                )
                taken = False
                if allowed is not None:
                    filing = a_filing(index, document, with_result=False)
                    try:
                        taken = work.registry.register(allowed.grant, allowed.local_patient, [filing]) == 1
                    except Refused:
                        taken = False
                assert taken == expected, f"sequence {number}: {document} at {now}"
                tally += Tally(1, int(expected))
    return tally


class ExactlyTheModel:
    """What a database must show, list and file; a module hands in its `store` and `worlds`."""

    def test_exactly_what_the_model_permits_is_shown(
        self, store: Store, worlds: list[World], capsys: pytest.CaptureFixture[str]
    ) -> None:
        tally = compare_what_is_shown(store, worlds)
        share = tally.permitted / tally.decisions
        counted = f"{len(worlds):,} sequences, {tally.decisions:,} decisions, {share:.1%} permitted"
        with capsys.disabled():
            print(f"\n{type(self).__name__}: {counted}")  # noqa: T201
        assert 0.10 <= share <= 0.40

    def test_my_patients_are_exactly_the_linked_and_the_consented(
        self, store: Store, worlds: list[World]
    ) -> None:
        tally = compare_who_is_listed(store, worlds)
        assert 0 < tally.permitted < tally.decisions

    def test_exactly_what_the_model_lets_out_is_filed(self, store: Store, worlds: list[World]) -> None:
        tally = compare_what_is_filed(store, worlds_of(20261122, FILED), len(worlds))
        assert 0.10 <= tally.permitted / tally.decisions <= 0.40
