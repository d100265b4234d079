"""The promises of `Memberships`, and what `Directory.region` makes of them."""

from __future__ import annotations

from consent.model import FOREVER, Membership, Suspension, Term
from hie.exchange.ports import MembershipEvent, MembershipKind, Store
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from tests import filed as our

HOSPITAL = Facility(our.HOSPITAL, "見本病院", FacilityKind.HOSPITAL, "見本", 0)
CLINIC = Facility(our.CLINIC, "標本医院", FacilityKind.CLINIC, "標本", 7)


def event(kind: MembershipKind, at: int, facility: FacilityCode = our.HOSPITAL) -> MembershipEvent:
    return MembershipEvent(0, facility, kind, at, at, "desk", "決議 1")


def test_who_is_added_takes_part_since_ever(store: Store) -> None:
    with store.work() as work:
        work.directory.add(HOSPITAL)
    with store.look() as work:
        region = work.directory.region()
        assert region.members == {our.HOSPITAL: Membership((Term(0),))}
        assert region.takes_part(our.HOSPITAL, 0)
        assert not region.takes_part(our.CLINIC, 0)


def test_who_is_added_from_a_moment_on_takes_part_from_then_on(store: Store) -> None:
    with store.work() as work:
        work.directory.add(HOSPITAL, 500)
        region = work.directory.region()
        assert [region.takes_part(our.HOSPITAL, at) for at in (499, 500)] == [False, True]


def test_adding_again_begins_no_term_also_not_of_who_left(store: Store) -> None:
    with store.work() as work:
        work.directory.add(HOSPITAL)
        work.directory.add(HOSPITAL._replace(name="新しい名"), 100)
        work.memberships.record(event(MembershipKind.LEFT, 200))
        work.directory.add(HOSPITAL, 300)
        assert work.directory.region().members == {our.HOSPITAL: Membership((Term(0, 200),))}


def test_events_are_kept_in_order_with_consents(store: Store) -> None:
    with store.work() as work:
        work.directory.add(HOSPITAL)
        before = work.consents.position()
        kept = work.memberships.record(event(MembershipKind.SUSPENDED, 100))
        assert kept == event(MembershipKind.SUSPENDED, 100)._replace(sequence=before + 1)
        work.directory.add(CLINIC)
        assert work.memberships.events(our.HOSPITAL)[1:] == [kept]
        assert [one.facility for one in work.memberships.events()] == [
            our.HOSPITAL,
            our.HOSPITAL,
            our.CLINIC,
        ]


def test_a_change_anywhere_moves_the_position_of_every_list(store: Store) -> None:
    with store.work() as work:
        work.directory.add(HOSPITAL)
        work.directory.add(CLINIC)
        before = work.consents.position(our.CLINIC)
        left = work.memberships.record(event(MembershipKind.LEFT, 100))
        assert left.sequence > before
        assert work.consents.position() == left.sequence
        assert work.consents.position(our.CLINIC) == left.sequence
        assert work.consents.position(our.HOSPITAL, before) == left.sequence


def test_the_region_follows_the_log(store: Store) -> None:
    with store.work() as work:
        work.directory.add(HOSPITAL)
        for kind, at in (
            (MembershipKind.NOTICED, 10),
            (MembershipKind.SUSPENDED, 100),
            (MembershipKind.RESUMED, 200),
            (MembershipKind.SUSPENDED, 300),
            (MembershipKind.LEFT, 400),
            (MembershipKind.JOINED, 500),
        ):
            work.memberships.record(event(kind, at))
            assert our.HOSPITAL in work.directory.region().members
    with store.look() as work:
        terms = (Term(0, 400, 10), Term(500, FOREVER, FOREVER))
        rests = (Suspension(100, 200), Suspension(300, 400))
        assert work.directory.region().members == {our.HOSPITAL: Membership(terms, rests)}
        takes_part = work.directory.region().takes_part
        found = [takes_part(our.HOSPITAL, at) for at in (99, 100, 199, 200, 300, 399, 400, 499, 500)]
        assert found == [True, False, False, True, False, False, False, False, True]


def test_what_is_rolled_back_is_not_remembered(store: Store) -> None:
    with store.work() as work:
        work.directory.add(HOSPITAL)
    with store.look() as work:
        before = work.directory.region()
    leaving = store.work()
    leaving.memberships.record(event(MembershipKind.LEFT, 100))
    assert not leaving.directory.region().takes_part(our.HOSPITAL, 100)
    leaving.__exit__(ValueError, ValueError(), None)
    with store.work() as work:
        work.directory.add(CLINIC)
    with store.look() as work:
        after = work.directory.region()
        assert after.takes_part(our.HOSPITAL, 100)
        assert after.takes_part(our.CLINIC, 100)
        assert after.version > before.version


def test_the_region_is_the_same_value_until_the_log_changes(store: Store) -> None:
    with store.work() as work:
        work.directory.add(HOSPITAL)
    with store.look() as work:
        first = work.directory.region()
    with store.look() as work:
        assert work.directory.region() == first
