"""The promises of `Directory`."""

from __future__ import annotations

from hie.exchange.ports import Store
from hie.record.people import Facility, FacilityKind
from tests import filed as our

HOSPITAL = Facility(our.HOSPITAL, "見本病院", FacilityKind.HOSPITAL, "見本", 0)
CLINIC = Facility(our.CLINIC, "標本医院", FacilityKind.CLINIC, "標本", 7)


def test_facilities_are_listed_by_code(store: Store) -> None:
    with store.work() as work:
        work.directory.add(CLINIC)
        work.directory.add(HOSPITAL)
    with store.look() as work:
        assert work.directory.all() == [HOSPITAL, CLINIC]


def test_adding_the_same_code_replaces(store: Store) -> None:
    with store.work() as work:
        work.directory.add(HOSPITAL)
        work.directory.add(HOSPITAL._replace(name="新しい名"))
        assert work.directory.all() == [HOSPITAL._replace(name="新しい名")]
