"""The promises of `Cares`."""

from __future__ import annotations

from consent.model import Care, ConsentEvent, EventKind, Provision
from hie.exchange.ports import Store
from hie.record.identifiers import PatientId
from tests import filed as our

A, B, C = (PatientId(f"p-{name}") for name in "abc")
NOW = our.NOW


def _started(store: Store, patient: PatientId, ends_at: int, facility: str = our.CLINIC) -> None:
    with store.work() as work:
        care = Care(facility, ends_at, "visit")  # type: ignore[arg-type]
        work.consents.record(ConsentEvent(0, patient, EventKind.CARE_STARTED, NOW, "u-1", "", care=care))


def test_what_ends_between_two_moments_is_found_the_soonest_first(store: Store) -> None:
    _started(store, A, NOW + 30)
    _started(store, B, NOW + 20)
    _started(store, C, NOW + 20, our.OTHER_CLINIC)
    with store.look() as work:
        assert work.cares.ending(our.CLINIC, NOW, NOW + 31) == [B, A]
        assert work.cares.ending(our.CLINIC, NOW + 20, NOW + 31) == [A]
        assert work.cares.ending(our.CLINIC, NOW, NOW + 30) == [B]
        assert work.cares.ending(our.HOSPITAL, NOW, NOW + 31) == []


def test_ended_care_is_not_found(store: Store) -> None:
    _started(store, A, NOW + 30)
    with store.work() as work:
        event = ConsentEvent(0, A, EventKind.CARE_ENDED, NOW, "u-1", "", care=Care(our.CLINIC))
        work.consents.record(event)
        assert work.cares.ending(our.CLINIC, NOW, NOW + 31) == []


def test_a_consent_without_an_end_is_no_care(store: Store) -> None:
    with store.work() as work:
        our.consented(work, Provision(recipients=frozenset({our.CLINIC})))
        assert work.cares.ending(our.CLINIC, NOW, NOW + 31) == []
