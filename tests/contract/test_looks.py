"""The promises of `Looks`."""

from __future__ import annotations

from hie.exchange.ports import Look, Store
from hie.exchange.ports.looks import VISIT_ENDS
from hie.record.identifiers import PatientId
from tests import filed as our

A, B = PatientId("p-a"), PatientId("p-b")
NOW = our.NOW


def _noted(store: Store, newest: int, at: int, account: str = "u-1", patient: PatientId = A) -> Look | None:
    with store.work() as work:
        work.looks.note(account, patient, newest, at)
    with store.look() as work:
        return work.looks.get(account, patient)


def test_who_never_looked_has_no_mark(store: Store) -> None:
    with store.look() as work:
        assert work.looks.get("u-1", A) is None
        assert work.looks.of("u-1") == {}


def test_before_the_first_visit_was_none(store: Store) -> None:
    assert _noted(store, 7, NOW) == Look(0, 7, NOW)
    assert _noted(store, 8, NOW + VISIT_ENDS) == Look(7, 8, NOW + VISIT_ENDS)


def test_what_arrives_during_a_visit_stays_new_until_it_ends(store: Store) -> None:
    _noted(store, 7, NOW)
    assert _noted(store, 9, NOW + VISIT_ENDS - 1) == Look(0, 9, NOW + VISIT_ENDS - 1)
    late = NOW + 2 * VISIT_ENDS - 2
    assert _noted(store, 11, late) == Look(0, 11, late)
    assert _noted(store, 12, late + VISIT_ENDS) == Look(11, 12, late + VISIT_ENDS)


def test_no_mark_goes_back(store: Store) -> None:
    _noted(store, 9, NOW)
    assert _noted(store, 4, NOW - 5) == Look(0, 9, NOW)


def test_marks_are_each_persons_own(store: Store) -> None:
    _noted(store, 7, NOW)
    _noted(store, 8, NOW, patient=B)
    _noted(store, 9, NOW, "u-2")
    with store.look() as work:
        assert work.looks.of("u-1") == {A: Look(0, 7, NOW), B: Look(0, 8, NOW)}
        assert work.looks.of("u-2") == {A: Look(0, 9, NOW)}


def test_a_mark_set_by_hand_can_be_taken_back(store: Store) -> None:
    before = _noted(store, 7, NOW)
    for look in (Look(9, 9, NOW + 1, NOW + 5), before, None):
        with store.work() as work:
            work.looks.put("u-1", A, look)
        with store.look() as work:
            assert work.looks.get("u-1", A) == look


def test_the_newest_is_the_last_entry_that_was_filed(store: Store) -> None:
    with store.look() as work:
        assert work.looks.newest() == 0
    with store.work() as work:
        surrogate = our.linked(work)
        our.consented(work)
        work.registry.register(our.to_publish(work), surrogate, [our.a_filing(store)])
    with store.look() as work:
        assert work.looks.newest() > 0
