"""The promises of `AuditTrail`."""

from __future__ import annotations

from hie.exchange.ports import AuditEvent, Store
from hie.record.requester import Purpose, Requester, Role
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
    many = [_event(at) for at in range(1, 88)]  # one statement each for 64, 16 and 4 rows, and three single
    with store.work() as work:
        work.audit.append(many)
    with store.look() as work:
        assert work.audit.find(our.HANAKO, 100) == many[::-1]
