"""A facility that leaves is out with everything it had, and coming back restores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.model import FOREVER, Suspension, Term
from hie.exchange.ports import AccountState, Certificate, MembershipKind, Post, Store
from hie.exchange.roster import facilities
from hie.exchange.roster.facilities import Joining
from hie.exchange.roster.inviting import Misfilled
from hie.record.entry import Label
from hie.record.errors import Conflict, NotFound
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Requester, Role
from hie.store import open_store
from tests import desks
from tests.desks import CLINIC, DAY, DOCTOR, HOSPITAL, LIAISON, OFFICE, OFFICER, SEKI, MovingClock, account_of

NEW = FacilityCode("9900000009")
JOINING = Joining("９９００００ ０００９", "見本　新設病院", "", "hospital", "決議 7")


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: MovingClock) -> Iterator[Store]:
    url = "memory://" if request.param == "memory" else f"sqlite:///{tmp_path}/hie.sqlite"
    opened = open_store(url, "memory://")
    desks.settle(opened, clock)
    yield opened
    opened.close()


def takes_part(store: Store, clock: MovingClock, facility: FacilityCode) -> bool:
    with store.look() as work:
        return work.directory.region().takes_part(facility, clock.now())


def test_what_all_of_a_facility_bears_is_kept_when_it_comes_back(store: Store, clock: MovingClock) -> None:
    facilities.label(store, clock, SEKI, HOSPITAL, int(Label.PSYCHIATRY))
    facilities.change(store, clock, SEKI, HOSPITAL, "見本精神病院", "")
    with store.look() as work:
        (hospital,) = [one for one in work.directory.all() if one.code == HOSPITAL]
        assert (hospital.name, hospital.labels) == ("見本精神病院", Label.PSYCHIATRY)
    assert desks.actions(store) == ["facility-changed", "facility-changed"]
    with pytest.raises(NotFound):
        facilities.label(store, clock, OFFICER, HOSPITAL, 0)


def test_a_facility_joins_from_now_on(store: Store, clock: MovingClock) -> None:
    facilities.join(store, clock, SEKI, JOINING)
    with store.look() as work:
        assert work.directory.all()[-1] == Facility(
            NEW, "見本 新設病院", FacilityKind.HOSPITAL, "見本 新設病院", 3
        )
        assert work.directory.region().members[NEW].terms == (Term(clock.now()),)
        assert [event.evidence for event in work.memberships.events(NEW)] == ["決議 7"]
    assert takes_part(store, clock, NEW)
    assert not facilities.house(store, clock, SEKI, NEW).place.membership.takes_part(clock.now() - 1)
    with pytest.raises(Conflict):
        facilities.join(store, clock, SEKI, JOINING)
    assert desks.actions(store) == ["facility-joined"]


def test_the_notice_is_noted_with_joining_or_later(store: Store, clock: MovingClock) -> None:
    facilities.join(store, clock, SEKI, JOINING, clock.now() - 1)
    told = facilities.house(store, clock, SEKI, NEW).place.membership.terms[-1].noticed_at
    assert told == clock.now()
    facilities.notice(store, clock, SEKI, CLINIC, clock.now() + DAY)
    assert facilities.house(store, clock, SEKI, CLINIC).place.membership.terms[-1].noticed_at == (
        clock.now() + DAY
    )
    with pytest.raises(Misfilled):
        facilities.notice(store, clock, SEKI, HOSPITAL, clock.now() - DAY)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "123"}, "code"),
        ({"name": " "}, "name"),
        ({"name": "あ" * 61}, "name"),
        ({"short_name": "あ" * 11}, "short_name"),
        ({"kind": "castle"}, "kind"),
        ({"evidence": "あ" * 101}, "evidence"),
    ],
)
def test_what_is_filled_in_wrongly_is_said_by_field(
    store: Store, clock: MovingClock, changed: dict[str, str], field: str
) -> None:
    with pytest.raises(Misfilled) as wrong:
        facilities.join(store, clock, SEKI, JOINING._replace(**changed))
    assert wrong.value.field == field
    assert not takes_part(store, clock, NEW)


def test_leaving_puts_people_and_edge_out_at_once(store: Store, clock: MovingClock) -> None:
    with store.work() as work:
        work.edges.offer(HOSPITAL, b"s" * 32, clock.now() + DAY)
        edge = work.edges.enrol(b"s" * 32, clock.now())
        assert edge is not None
        work.edges.certify(Certificate(b"f" * 32, HOSPITAL, edge.epoch, clock.now(), clock.now() + DAY))
        work.posts.begin(Post("mori", CLINIC, Role.DOCTOR, clock.now()))
    clock.pass_days(1)
    assert facilities.leave(store, clock, SEKI, HOSPITAL, "退会届 3") == 3
    assert not takes_part(store, clock, HOSPITAL)
    assert account_of(store, "arai").state is AccountState.STOPPED
    assert (account_of(store, "mori").state, account_of(store, "mori").facility) == (
        AccountState.ACTIVE,
        CLINIC,
    )
    with store.look() as work:
        left = work.edges.of(HOSPITAL)
        assert left is not None
        assert left.revoked_at == clock.now()
        assert work.posts.at(HOSPITAL, clock.now()) == []
    with pytest.raises(Conflict):
        facilities.leave(store, clock, SEKI, HOSPITAL)


def test_coming_back_begins_a_term_and_restores_nothing(store: Store, clock: MovingClock) -> None:
    facilities.leave(store, clock, SEKI, HOSPITAL)
    clock.pass_days(10)
    back = Joining(HOSPITAL, "見本病院", "見本", "hospital")
    assert facilities.join(store, clock, SEKI, back).mark == desks.PLACES[1].mark
    place = facilities.house(store, clock, SEKI, HOSPITAL).place
    assert place.membership.terms == (Term(0, clock.now() - 10 * DAY), Term(clock.now()))
    assert place.standing == "member"
    assert account_of(store, "mori").state is AccountState.STOPPED
    with store.look() as work:
        assert work.posts.at(HOSPITAL, clock.now()) == []


def test_a_facility_rests_and_takes_part_again(store: Store, clock: MovingClock) -> None:
    facilities.suspend(store, clock, SEKI, HOSPITAL)
    assert facilities.house(store, clock, SEKI, HOSPITAL).place.standing == "suspended"
    with pytest.raises(Conflict):
        facilities.suspend(store, clock, SEKI, HOSPITAL)
    clock.pass_days(5)
    facilities.resume(store, clock, SEKI, HOSPITAL)
    place = facilities.house(store, clock, SEKI, HOSPITAL).place
    assert place.membership.suspensions == (Suspension(clock.now() - 5 * DAY, clock.now()),)
    assert place.membership.terms == (Term(0, FOREVER),)
    assert account_of(store, "mori").state is AccountState.ACTIVE
    with pytest.raises(Conflict):
        facilities.resume(store, clock, SEKI, HOSPITAL)
    assert [event.kind for event in facilities.house(store, clock, SEKI, HOSPITAL).events] == [
        MembershipKind.JOINED,
        MembershipKind.SUSPENDED,
        MembershipKind.RESUMED,
    ]


def test_who_rests_may_leave(store: Store, clock: MovingClock) -> None:
    facilities.suspend(store, clock, SEKI, HOSPITAL)
    facilities.leave(store, clock, SEKI, HOSPITAL)
    assert facilities.house(store, clock, SEKI, HOSPITAL).place.standing == "left"


def test_the_secretariat_cannot_put_itself_out(store: Store, clock: MovingClock) -> None:
    for act in (facilities.suspend, facilities.leave):
        with pytest.raises(Conflict):
            act(store, clock, SEKI, OFFICE)


@pytest.mark.parametrize("who", [LIAISON, OFFICER, DOCTOR])
def test_facilities_are_the_secretariats(store: Store, clock: MovingClock, who: Requester) -> None:
    with pytest.raises(NotFound):
        facilities.join(store, clock, who, JOINING)
    for act in (facilities.suspend, facilities.resume, facilities.leave):
        with pytest.raises(NotFound):
            act(store, clock, who, HOSPITAL)
        with pytest.raises(NotFound):
            act(store, clock, SEKI, NEW)


def test_a_desk_sees_its_own_facility_only(store: Store, clock: MovingClock) -> None:
    assert [place.facility.code for place in facilities.places(store, clock, OFFICER)] == [HOSPITAL]
    assert len(facilities.places(store, clock, SEKI)) == 3
    house = facilities.house(store, clock, LIAISON, HOSPITAL)
    assert {person.account.login for person in house.people} == {"arai", "hori", "mori"}
    with pytest.raises(NotFound):
        facilities.house(store, clock, LIAISON, CLINIC)
    with pytest.raises(NotFound):
        facilities.places(store, clock, DOCTOR)
    with pytest.raises(NotFound):
        facilities.house(store, clock, DOCTOR, HOSPITAL)


def test_a_facility_is_renamed_and_stays_what_it_is(store: Store, clock: MovingClock) -> None:
    facilities.change(store, clock, SEKI, HOSPITAL, "見本中央病院", "中央")
    place = facilities.house(store, clock, SEKI, HOSPITAL).place
    assert place.facility == desks.PLACES[1]._replace(name="見本中央病院", short_name="中央")
    assert place.membership.terms == (Term(0),)
