"""The promises of `ConsentRegister`."""

from __future__ import annotations

from contextlib import suppress

from consent.model import (
    FOREVER,
    Care,
    ConsentEvent,
    EventKind,
    Paper,
    Provision,
    Restriction,
    Withdrawal,
)
from hie.exchange.ports import Store
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import LocalPatientId, PatientId
from hie.record.times import Day, Period
from tests import filed as our

FULL = Provision(
    frozenset({our.HOSPITAL, our.OTHER_HOSPITAL}),
    frozenset({our.CLINIC}),
    frozenset({DocumentClass.PRESCRIPTION, DocumentClass.LABORATORY_RESULT}),
    Period(Day(20250401), Day(20260331)),
    1,
    FOREVER,
    Confidentiality.RESTRICTED,
)


def test_events_come_back_whole_and_in_order(store: Store) -> None:
    given = ConsentEvent(0, our.HANAKO, EventKind.GIVEN, 5, "受付", "form 1", (FULL, Provision()))
    taken = ConsentEvent(
        *(0, our.HANAKO, EventKind.WITHDRAWN, 6, "clerk", "form 2", ()),
        Withdrawal(None, frozenset({our.CLINIC})),
    )
    bare = ConsentEvent(0, our.HANAKO, EventKind.WITHDRAWN, 7, "clerk", "form 3")
    with store.work() as work:
        recorded = [work.consents.record(event) for event in (given, taken, bare)]
    with store.look() as work:
        assert work.consents.events([our.HANAKO]) == {our.HANAKO: recorded}
    assert [event._replace(sequence=0) for event in recorded] == [given, taken, bare]
    assert [event.sequence for event in recorded] == [1, 2, 3]


def test_every_kind_of_event_comes_back_with_what_its_form_says(store: Store) -> None:
    paper = Paper(Day(20250401), "2025-1", "parent", "ab" * 32, our.CLINIC, "clerk", "見本 太郎", "agrees")
    opted = FULL._replace(labels=5, emergency=True, later_members=True)
    refused = Restriction(None, frozenset({our.CLINIC}), frozenset({"a1"}), frozenset({DocumentClass.NOTE}))
    held = Restriction(frozenset({our.HOSPITAL}), by_discloser=True)
    care = Care(our.CLINIC, 99, "referral")
    told = [
        ConsentEvent(0, our.HANAKO, EventKind.GIVEN, 5, "d", "f", (opted,), valid_from=3, paper=paper),
        ConsentEvent(0, our.HANAKO, EventKind.RESTRICTED, 6, "d", "f", restriction=refused),
        ConsentEvent(0, our.HANAKO, EventKind.RESTRICTED, 7, "d", "f", restriction=held),
        ConsentEvent(0, our.HANAKO, EventKind.LIFTED, 8, "d", "f", lifts=2),
        ConsentEvent(0, our.HANAKO, EventKind.CARE_STARTED, 9, "d", "", care=care),
        ConsentEvent(0, our.HANAKO, EventKind.CARE_ENDED, 10, "d", "", care=care),
        ConsentEvent(0, our.HANAKO, EventKind.DECEASED, 11, "d", "f", valid_from=10),
    ]
    with store.work() as work:
        recorded = [work.consents.record(event) for event in told]
    with store.look() as work:
        assert work.consents.events([our.HANAKO])[our.HANAKO] == recorded
    assert [event._replace(sequence=0) for event in recorded] == told


def test_a_person_without_events_has_an_empty_log(store: Store) -> None:
    with store.work() as work:
        event = our.consented(work)
        assert work.consents.events([our.TARO, our.HANAKO]) == {our.TARO: [], our.HANAKO: [event]}
        assert work.consents.events([]) == {}


def test_changes_follow_a_position_a_thousand_at_a_time(store: Store) -> None:
    with store.work() as work:
        for number in range(1_003):
            our.consented(work, patient=PatientId(f"{number:032d}"))
        changes = work.consents.changes(2)
        assert [changes[0].sequence, changes[-1].sequence, len(changes)] == [3, 1_002, 1_000]
        assert [event.sequence for event in work.consents.changes(1_002)] == [1_003]
        assert work.consents.changes(1_003) == []


def test_a_rolled_back_event_leaves_no_gap(store: Store) -> None:
    with suppress(InterruptedError), store.work() as work:
        our.consented(work)
        raise InterruptedError
    with store.work() as work:
        assert our.consented(work).sequence == 1


def test_the_logs_of_a_facility_are_those_of_who_is_linked_there(store: Store) -> None:
    with store.work() as work:
        given = our.consented(work)
        our.linked(work)
        our.consented(work, patient=our.TARO)
        again = our.consented(work)
        assert work.consents.logs(our.HOSPITAL) == {"00012345": [given, again]}
        assert work.consents.logs(our.OTHER_HOSPITAL) == {}
        work.patients.unlink(LocalPatientId(our.HOSPITAL, "00012345"), "clerk", our.NOW)
        assert work.consents.logs(our.HOSPITAL) == {}


def test_a_facilitys_position_moves_with_its_own_patients_and_links_only(store: Store) -> None:
    with store.work() as work:
        assert work.consents.position() == work.consents.position(our.HOSPITAL) == 0
        first = our.consented(work).sequence
        assert work.consents.position(our.HOSPITAL) == 0
        our.linked(work)
        linked = work.consents.position(our.HOSPITAL)
        assert linked == work.consents.position() > first
        our.consented(work, patient=our.TARO)
        assert work.consents.position(our.HOSPITAL) == linked < work.consents.position()
        again = our.consented(work).sequence
        assert work.consents.position(our.HOSPITAL) == again == work.consents.position(our.HOSPITAL, linked)
        work.patients.unlink(LocalPatientId(our.HOSPITAL, "00012345"), "clerk", our.NOW)
        ended = work.consents.position(our.HOSPITAL)
        assert ended > again
        our.consented(work)
        assert work.consents.position(our.HOSPITAL) == ended == work.consents.position(our.HOSPITAL, ended)


def test_links_and_consents_are_numbered_together(store: Store) -> None:
    with store.work() as work:
        before = our.consented(work).sequence
        our.linked(work)
        our.linked(work, our.OTHER_HOSPITAL)
        assert our.consented(work).sequence == before + 3
