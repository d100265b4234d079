"""The promises of `UnitOfWork` and `Store`: one transaction for all ports."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, Thread

import pytest

from hie.exchange.ports import AuditEvent, Store
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Requester, Role
from hie.record.times import ALWAYS
from tests import filed as our

FACILITY = Facility(our.HOSPITAL, "見本病院", FacilityKind.HOSPITAL, "見本", 0)


def _event(number: int) -> AuditEvent:
    who = Requester("u", "n", our.CLINIC, Role.DOCTOR)
    return AuditEvent(number, who, "view", "granted", our.HANAKO, 0, (), 0, "")


def test_an_exception_undoes_what_every_port_wrote(store: Store) -> None:
    with suppress(InterruptedError), store.work() as work:
        work.directory.add(FACILITY)
        our.consented(work)
        local = our.linked(work)
        work.registry.register(our.to_publish(work), local, [our.a_filing(store)])
        work.audit.append([_event(1)])
        raise InterruptedError
    with store.look() as work:
        assert work.directory.all() == []
        assert work.consents.changes(0) == []
        assert work.patients.resolve(our.HOSPITAL, ["00012345"]) == {}
        assert work.registry.known(local) == {}
        assert work.audit.count() == 0


def test_what_was_committed_stays_when_the_rest_is_undone(store: Store) -> None:
    with suppress(InterruptedError), store.work() as work:
        work.directory.add(FACILITY)
        work.commit()
        work.audit.append([_event(1)])
        raise InterruptedError
    with store.look() as work:
        assert work.directory.all() == [FACILITY]
        assert work.audit.count() == 0


def test_after_a_commit_one_reads_without_holding_others_up(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        work.registry.register(our.to_publish(work), local, [our.a_filing(store)])
        work.commit()
        assert len(work.registry.find(our.to_view(work), ALWAYS)) == 1
        with store.work() as other:
            other.directory.add(FACILITY)
        assert work.directory.all() == [FACILITY]
        work.audit.append([_event(1)])
        assert work.audit.count() == 1


def test_a_look_sees_what_is_committed_and_nothing_else(store: Store) -> None:
    with store.work() as work, store.look() as other:
        work.directory.add(FACILITY)
        assert other.directory.all() == []
        work.commit()
        assert other.directory.all() == [FACILITY]


def test_a_look_cannot_write(store: Store) -> None:
    with store.look() as work, pytest.raises(TypeError):
        work.directory.add(FACILITY)


def test_a_transaction_reads_what_it_wrote(store: Store) -> None:
    with store.work() as work:
        work.directory.add(FACILITY)
        assert work.directory.all() == [FACILITY]
        work.audit.append([_event(1)])
        assert work.audit.count() == 1


def test_many_threads_write_without_losing_anything(store: Store) -> None:
    threads, turns = 6, 10
    together = Barrier(threads)

    def write(number: int) -> None:
        together.wait()
        for turn in range(turns):
            with store.work() as work:
                our.consented(work)
                work.audit.append([_event(number * turns + turn)])

    running = [Thread(target=write, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    with store.look() as work:
        assert work.audit.count() == threads * turns
        sequences = [event.sequence for event in work.consents.changes(0)]
        assert sequences == list(range(1, threads * turns + 1))
        assert sorted(event.at for event in work.audit.find(our.HANAKO, 100)) == list(range(threads * turns))


def test_what_is_committed_is_there_after_opening_again(reopened: Callable[[], Store]) -> None:
    first = reopened()
    with first.work() as work:
        our.consented(work)
        filing = our.a_filing(first, observations=[our.an_observation()])
        work.registry.register(our.to_publish(work), our.linked(work), [filing])
    first.close()
    again = reopened()
    with again.work() as work:
        grant = our.to_view(work)
        (line,) = work.registry.find(grant, ALWAYS)
        assert work.repository.retrieve(grant, work.registry.get(grant, line.id)) == b"MSH|^~\\&|invented"
        (found,) = work.findings.observations(grant, ALWAYS, frozenset())
        assert found.code == our.AST
        about = our.facts(order="2")
        more = our.a_filing(again, about, observations=[our.an_observation(), our.an_observation(our.CRP)])
        work.registry.register(our.to_publish(work), our.linked(work), [more])
        assert len(work.findings.observations(grant, ALWAYS, frozenset({our.AST.code}))) == 2
    again.close()
