"""Decisions are made one after another, each at a moment that none before it lies after (I25)."""

from __future__ import annotations

import threading
import time

from consent.model import EVERYTHING, ConsentEvent, EventKind, Provision
from hie.exchange.consents import consenting
from hie.exchange.linking import identity
from hie.exchange.moments import decided_at
from hie.exchange.ports import LinkEvent, LinkKind, MembershipEvent, MembershipKind, Store
from hie.record.identifiers import LocalPatientId
from hie.record.requester import Purpose, Requester, Role
from tests import filed as our
from tests.edges import HandClock

OFFICE = Requester("u-office", "事務局 一", our.CLINIC, Role.SECRETARIAT, Purpose.ADMINISTRATION)
NUMBER = LocalPatientId(our.HOSPITAL, "00012345")


def _given(at: int) -> ConsentEvent:
    return ConsentEvent(0, our.HANAKO, EventKind.GIVEN, at, "desk", "form 1", (Provision(),))


def test_the_last_decision_is_known_whatever_it_was(store: Store) -> None:
    last = []
    with store.work() as work:
        last.append(work.links.turn())
        work.patients.enrol(our.a_person())
        work.consents.record(_given(10))
        last.append(work.links.turn())
        work.links.note(NUMBER, LinkEvent(0, our.HANAKO, LinkKind.PROPOSED, "a", 30))
        last.append(work.links.turn())
        joined = MembershipEvent(0, our.CLINIC, MembershipKind.JOINED, 1, 20, "a", "")
        work.memberships.record(joined)
        last.append(work.links.turn())
        assert work.consents.position() == 3
    assert last == [0, 10, 30, 20]


def test_nothing_is_decided_before_what_was_decided_already(store: Store) -> None:
    clock = HandClock(our.NOW)
    with store.work() as work:
        work.patients.enrol(our.a_person())
        work.consents.record(_given(our.NOW + 5))
    with store.work() as work:
        assert decided_at(work, clock) == our.NOW + 5
    withdrawn = consenting.withdraw(store, clock, OFFICE, our.HANAKO, EVERYTHING, "form 2")
    assert withdrawn.recorded_at == our.NOW + 5
    identity.link(store, clock, OFFICE, NUMBER, our.HANAKO)
    with store.look() as work:
        (linked,) = work.links.of_person(our.HANAKO)
    assert linked.at == our.NOW + 5


def test_a_decision_that_waited_for_another_was_made_after_it(store: Store) -> None:
    clock, begun, recorded = HandClock(our.NOW), threading.Event(), list[ConsentEvent]()
    with store.work() as work:
        work.patients.enrol(our.a_person())
        work.consents.record(_given(our.NOW))

    def withdraw() -> None:
        begun.set()
        recorded.append(consenting.withdraw(store, clock, OFFICE, our.HANAKO, EVERYTHING, "form 2"))

    waiting = threading.Thread(target=withdraw)
    with store.work() as work:
        work.consents.record(_given(our.NOW))
        waiting.start()
        begun.wait()
        time.sleep(0.3)
        assert recorded == []
        clock.at += 1000
    waiting.join()
    assert [one.recorded_at for one in recorded] == [our.NOW + 1000]
