"""The promises of `ConsentRegister`."""

from __future__ import annotations

from contextlib import suppress

from consent.model import FOREVER, ConsentEvent, EventKind, Provision, Withdrawal
from hie.exchange.ports import Store
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import PatientId
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
