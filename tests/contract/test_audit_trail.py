"""The promises of `AuditTrail`."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hie.exchange.ports import AuditEvent, AuditHead, AuditQuery, ChainRow, Store
from hie.exchange.trail.auditing import GENESIS, Sealed, linked, prove, streamed
from hie.record.identifiers import FacilityCode
from hie.record.requester import Origin, Purpose, Requester, Role
from tests import filed as our

WHO = Requester("u1", "見本 医師", our.CLINIC, Role.DOCTOR, Purpose.TREATMENT)


def _event(at: int, patient: str = our.HANAKO) -> AuditEvent:
    return AuditEvent(at, WHO, "view", "granted", patient, 7, ("consent-in-force", "own-facility"), 3, "1-31")


def test_rows_come_back_whole_and_newest_first(store: Store) -> None:
    with store.work() as work:
        work.audit.append([_event(1), _event(2), _event(9, "")])
        work.audit.append([_event(3)._replace(reasons=(), entry=0)])
    with store.look() as work:
        assert work.audit.find(our.HANAKO, 10) == [
            _event(3)._replace(reasons=(), entry=0),
            _event(2),
            _event(1),
        ]
        assert work.audit.find(our.HANAKO, 1) == [_event(3)._replace(reasons=(), entry=0)]
        assert work.audit.find(our.TARO, 10) == []
        assert work.audit.count() == 4


def test_a_row_about_what_no_database_takes_is_written_all_the_same(store: Store) -> None:
    with store.work() as work:
        work.audit.append([_event(1, "a\0b"), _event(2)])
        assert work.audit.count() == 2


def test_nothing_is_written_for_no_events(store: Store) -> None:
    with store.work() as work:
        work.audit.append([])
        assert work.audit.count() == 0


def test_many_rows_at_once_are_written_in_their_order(store: Store) -> None:
    many = [_event(at) for at in range(1, 88)]
    with store.work() as work:
        work.audit.append(many)
    with store.look() as work:
        assert work.audit.find(our.HANAKO, 100) == many[::-1]


def test_everything_a_row_says_comes_back(store: Store) -> None:
    who = WHO._replace(origin=Origin("r1", "d1", "192.0.2.1", 2), purpose=Purpose.EMERGENCY)
    event = _event(1)._replace(requester=who, kind="laboratory-result", custodian=our.HOSPITAL, labels=129)
    with store.work() as work:
        work.audit.append([event])
    with store.look() as work:
        assert work.audit.find(our.HANAKO, 1) == [event]


def test_rows_are_numbered_without_a_gap_and_each_is_hashed_behind_the_one_before(store: Store) -> None:
    with store.look() as work:
        assert work.audit.head() == AuditHead(0, GENESIS)
    for batch in ([_event(1)], [_event(2), _event(3, "")], [_event(4)]):
        with store.work() as work:
            work.audit.append(batch)
    with store.look() as work:
        rows = work.audit.chain(0, 10)
        assert [row.sequence for row in rows] == [1, 2, 3, 4]
        before = GENESIS
        for row in rows:
            before = linked(before, row.sequence, row.fields)
            assert row.hash == before
        assert work.audit.head() == AuditHead(4, before)
        assert work.audit.chain(2, 1) == rows[2:3]
        assert prove(streamed(work.audit), work.audit.head(), Sealed()).sound


def test_what_is_rolled_back_leaves_no_gap(store: Store) -> None:
    def fail() -> None:
        with store.work() as work:
            work.audit.append([_event(1)])
            assert work.audit.count() == 1
            work.audit.append([_event(2)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.work() as work:
        work.audit.append([_event(3)])
    with store.look() as work:
        assert [row.sequence for row in work.audit.chain(0, 9)] == [1]
        assert prove(streamed(work.audit), work.audit.head(), Sealed()).sound


def test_those_who_write_at_once_make_one_chain(store: Store) -> None:
    def write(number: int) -> None:
        for at in range(10):
            with store.work() as work:
                work.audit.append([_event(number * 100 + at), _event(number * 100 + at)])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    with store.look() as work:
        verdict = prove(streamed(work.audit), work.audit.head(), Sealed())
    assert verdict.sound
    assert verdict.rows == 80


def test_a_commit_in_the_middle_keeps_what_was_written_before_it(store: Store) -> None:
    with store.work() as work:
        work.audit.append([_event(1)])
        work.commit()
        assert work.audit.count() == 1
        work.audit.append([_event(2)])
    with store.look() as work:
        assert [row.fields[0] for row in work.audit.chain(0, 9)] == [1, 2]


def test_witnesses_are_told_of_rows_once_they_are_committed_and_of_no_others(store: Store) -> None:
    told: list[ChainRow] = []

    def tell(rows: Sequence[ChainRow]) -> None:
        with store.look() as look:
            assert look.audit.count() >= rows[-1].sequence
        told.extend(rows)

    store.witnesses.append(tell)
    with store.work() as work:
        work.audit.append([_event(1), _event(2)])
        assert not told
        work.commit()
        assert [row.sequence for row in told] == [1, 2]
        work.audit.append([_event(3)])
    assert [row.sequence for row in told] == [1, 2, 3]
    with store.work() as work:
        work.audit.count()
    assert len(told) == 3


def test_a_search_narrows_by_everything_it_names(store: Store) -> None:
    nurse = WHO._replace(user="u2", facility=our.HOSPITAL, origin=Origin("r7"))
    first = _event(10)._replace(custodian=our.HOSPITAL)
    second = _event(20, our.TARO)._replace(requester=nurse, action="open")
    third = _event(30, "")._replace(action="sign-in")
    with store.work() as work:
        work.audit.append([first, second, third])

    def found(**wanted: Any) -> list[int]:
        with store.look() as work:
            return [row.sequence for row in work.audit.search(AuditQuery(**wanted), 10)]

    assert found() == [3, 2, 1]
    assert found(before=3) == [2, 1]
    assert found(since=20) == [3, 2]
    assert found(until=20) == [1]
    assert found(patient=our.HANAKO) == [1]
    assert found(facility=our.CLINIC) == [3, 1]
    assert found(account="u2") == [2]
    assert found(actions=("open", "sign-in")) == [3, 2]
    assert found(custodian=our.HOSPITAL) == [1]
    assert found(concerning=our.HOSPITAL) == [2, 1]
    assert found(request="r7") == [2]
    assert found(patient=our.HANAKO, account="u2") == []
    with store.look() as work:
        assert [row.event for row in work.audit.search(AuditQuery(), 1)] == [third]


def test_a_search_of_days_finds_rows_whose_times_are_out_of_order(store: Store) -> None:
    day = 24 * 60 * 60 * 1000
    times = [1 * day, 2 * day, 9 * day, 8 * day, 10 * day, 11 * day, 30 * day, 31 * day]
    with store.work() as work:
        work.audit.append([_event(at) for at in times])
    with store.look() as work:
        found = work.audit.search(AuditQuery(since=9 * day, until=11 * day), 10)
        assert [row.sequence for row in found] == [5, 3]
        found = work.audit.search(AuditQuery(since=8 * day, until=9 * day), 10)
        assert [row.sequence for row in found] == [4]
        assert [row.sequence for row in work.audit.search(AuditQuery(until=2 * day), 10)] == [1]
        assert [row.sequence for row in work.audit.search(AuditQuery(since=31 * day), 10)] == [8]


def test_the_rows_of_some_days_are_bounded_whatever_the_clock_did(store: Store) -> None:
    day = 24 * 60 * 60 * 1000
    with store.work() as work:
        work.audit.append([_event(at * day) for at in (1, 90, 8, 9, 2, 7, 3)])
    with store.look() as work:
        asked = AuditQuery(since=7 * day, until=10 * day)
        bounded = work.audit.within(asked)
        assert [row.sequence for row in work.audit.search(bounded, 10)] == [6, 4, 3]
        assert bounded.after in {0, 2}
        assert work.audit.within(AuditQuery()) == AuditQuery()
        nothing = work.audit.within(AuditQuery(since=50 * day, until=51 * day))
        assert work.audit.search(nothing, 10) == []
        assert work.audit.within(asked._replace(after=3, before=6)).before == 6
        assert [row.sequence for row in work.audit.search(AuditQuery(after=3, before=6), 9)] == [5, 4]


def test_a_search_concerning_a_facility_finds_what_others_did_with_its_patients(store: Store) -> None:
    with store.work() as work:
        our.linked(work, our.HOSPITAL)
        of_another = _event(3)._replace(custodian=our.OTHER_HOSPITAL)
        work.audit.append([_event(1), _event(2, our.TARO), of_another])
    with store.look() as work:
        rows = work.audit.search(AuditQuery(concerning=our.HOSPITAL), 10)
        assert [row.sequence for row in rows] == [1]
        assert not work.audit.search(AuditQuery(concerning=FacilityCode("9999999999")), 10)
