"""The promises of `Edges`, `Contacts` and `TaskQueue`."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread

from hie.exchange.ports import Certificate, Edge, EdgeTask, Store, UnitOfWork
from tests import filed as our

SECRET = b"s" * 32


def _enrolled(work: UnitOfWork, now: int = 5, secret: bytes = SECRET) -> Edge:
    work.edges.offer(our.HOSPITAL, secret, now + 1)
    edge = work.edges.enrol(secret, now)
    assert edge is not None
    return edge


def test_a_secret_serves_once_and_until_its_time(store: Store) -> None:
    with store.work() as work:
        work.edges.offer(our.HOSPITAL, SECRET, 10)
        assert [work.edges.offered(*asked) for asked in ((b"another", 5), (SECRET, 10), (SECRET, 9))] == [
            False,
            False,
            True,
        ]
        assert work.edges.enrol(b"another", 5) is None
        assert work.edges.enrol(SECRET, 10) is None
        assert work.edges.enrol(SECRET, 9) == Edge(our.HOSPITAL, 1, 0, 9, 0, 0, "", 0)
        assert work.edges.enrol(SECRET, 9) is None
        assert not work.edges.offered(SECRET, 9)


def test_a_new_secret_ends_the_one_before_it_of_its_facility_only(store: Store) -> None:
    with store.work() as work:
        for facility, secret in ((our.HOSPITAL, b"1"), (our.OTHER_HOSPITAL, b"2"), (our.HOSPITAL, b"3")):
            work.edges.offer(facility, secret, 10)
        assert [work.edges.enrol(secret, 5) is None for secret in (b"1", b"2", b"3")] == [True, False, False]
    with store.look() as work:
        assert [edge.facility for edge in work.edges.all()] == [our.HOSPITAL, our.OTHER_HOSPITAL]


def test_a_certificate_is_found_with_its_edge_as_it_is_now(store: Store) -> None:
    certificate = Certificate(b"f" * 32, our.HOSPITAL, 1, 5, 100)
    with store.work() as work:
        edge = _enrolled(work)
        work.edges.certify(certificate)
        assert work.edges.find(b"f" * 32) == (certificate, edge)
        assert work.edges.find(b"g" * 32) is None
        again = _enrolled(work, 7)
        assert (again.epoch, again.enrolled_at) == (2, 7)
        assert work.edges.find(b"f" * 32) == (certificate, again)


def test_who_is_revoked_may_come_back_by_a_new_enrolment_only(store: Store) -> None:
    with store.work() as work:
        assert not work.edges.revoke(our.HOSPITAL, 5)
        first = _enrolled(work)
        work.edges.offer(our.HOSPITAL, b"unused", 100)
        assert work.edges.revoke(our.HOSPITAL, 6)
        assert not work.edges.revoke(our.HOSPITAL, 7)
        assert [edge.revoked_at for edge in work.edges.all()] == [6]
        assert work.edges.enrol(b"unused", 8) is None
        assert not work.contacts.fence(first, 1, 8)
        assert work.contacts.fence(_enrolled(work, 9), 1, 9)


def test_a_batch_number_is_taken_again_but_never_a_lower_one(store: Store) -> None:
    with store.work() as work:
        edge = _enrolled(work)
        assert [work.contacts.fence(edge, number, 6) for number in (3, 3, 2, 4, 3)] == [
            *(True, True, False, True, False)
        ]
        assert [(one.number, one.contacted_at) for one in work.edges.all()] == [(4, 6)]
        second = _enrolled(work, 7)
        assert not work.contacts.fence(edge, 9, 8)
        assert work.contacts.fence(second, 1, 8)
        unknown = edge._replace(facility=our.CLINIC)
        assert not work.contacts.fence(unknown, 1, 8)


def test_two_transactions_of_a_facility_pass_the_fence_one_after_the_other(store: Store) -> None:
    with store.work() as work:
        edge = _enrolled(work)
    begun, seen = Event(), []

    def late() -> None:
        begun.set()
        with store.work() as work:
            seen.append(work.contacts.fence(edge, 1, 9))

    with store.work() as work:
        assert work.contacts.fence(edge, 2, 9)
        thread = Thread(target=late)
        thread.start()
        begun.wait()
    thread.join()
    assert seen == [False]


def test_the_last_report_stands(store: Store) -> None:
    with store.work() as work:
        _enrolled(work)
        work.contacts.report(our.HOSPITAL, '{"version":"山\\u0000"}', 7)
        work.contacts.report(our.HOSPITAL, '{"version":"川"}', 8)
        work.contacts.report(our.CLINIC, "{}", 8)
        (edge,) = work.edges.all()
    assert (edge.status, edge.reported_at, edge.contacted_at) == ('{"version":"川"}', 8, 8)


def _task(number: int) -> EdgeTask:
    return EdgeTask(f"{number:032d}", our.HOSPITAL, "replay", '{"source":"a"}', number, "desk")


def test_a_task_waits_until_it_is_finished_once(store: Store) -> None:
    with store.work() as work:
        for number in (1, 2, 3):
            work.tasks.put(_task(number))
        assert work.tasks.waiting(our.HOSPITAL, 2) == [_task(1), _task(2)]
        assert work.tasks.waiting(our.OTHER_HOSPITAL, 2) == []
        assert not work.tasks.finish(our.OTHER_HOSPITAL, _task(1).id, "done", "", 9)
        assert not work.tasks.finish(our.HOSPITAL, "nothing", "done", "", 9)
        assert work.tasks.finish(our.HOSPITAL, _task(1).id, "failed", "no such source", 9)
        assert not work.tasks.finish(our.HOSPITAL, _task(1).id, "done", "", 10)
    with store.look() as work:
        assert work.tasks.waiting(our.HOSPITAL, 9) == [_task(2), _task(3)]
        finished = _task(1)._replace(finished_at=9, outcome="failed", detail="no such source")
        assert work.tasks.recent(our.HOSPITAL, 9) == [_task(3), _task(2), finished]
        assert work.tasks.recent(our.HOSPITAL, 1) == [_task(3)]


def test_what_is_rolled_back_was_never_there(store: Store) -> None:
    with suppress(InterruptedError), store.work() as work:
        work.contacts.fence(_enrolled(work), 5, 6)
        work.tasks.put(_task(1))
        raise InterruptedError
    with store.look() as work:
        assert work.edges.all() == []
        assert work.tasks.waiting(our.HOSPITAL, 9) == []
