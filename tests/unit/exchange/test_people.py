"""Leavers are out in one act, accounts end by themselves, and nobody attests themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.exchange.founding import operator
from hie.exchange.ports import AccountState, AuditQuery, Device, Familiar, OneTimeSecret, Post, Session, Store
from hie.exchange.roster import lost_devices, people
from hie.exchange.signing.second_factors import has_second, may_enrol
from hie.hub.housekeeping import Housekeeping
from hie.record.errors import Conflict, NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester, Role
from hie.store import open_store
from tests import desks
from tests.desks import CLINIC, DOCTOR, HOSPITAL, LIAISON, OFFICER, SEKI, TANI, MovingClock, account_of


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


def sign_in(store: Store, clock: MovingClock, who: Requester) -> bytes:
    """Open a session of an account in its first post."""
    token = who.user.encode().ljust(32, b".")
    with store.work() as work:
        work.devices.keep(Device(f"of {who.user}", token, "browser", clock.now(), clock.now()))
        work.sessions.open(
            Session(
                token,
                who.user,
                who.facility,
                who.role,
                f"of {who.user}",
                "csrf",
                clock.now(),
                clock.now(),
                clock.now() + 3_600_000,
                clock.now(),
                2,
                idle=3_600_000,
            )
        )
    return token


def is_in(store: Store, clock: MovingClock, token: bytes) -> bool:
    with store.look() as work:
        return work.sessions.find(token, clock.now()) is not None


def test_a_leaver_is_out_with_one_act(store: Store, clock: MovingClock) -> None:
    token = sign_in(store, clock, DOCTOR)
    assert is_in(store, clock, token)
    people.leave(store, clock, SEKI, "mori")
    assert not is_in(store, clock, token)
    gone = account_of(store, "mori")
    assert (gone.state, gone.password_hash, gone.name) == (AccountState.STOPPED, "", DOCTOR.name)
    with store.look() as work:
        assert work.accounts.posts("mori", clock.now()) == []
        assert work.posts.history("mori") == [Post("mori", HOSPITAL, Role.DOCTOR, 0, clock.now())]
    assert desks.actions(store) == ["post-ended", "account-stopped"]


def test_who_acts_elsewhere_too_goes_on_there(store: Store, clock: MovingClock) -> None:
    with store.work() as work:
        work.posts.begin(Post("mori", CLINIC, Role.DOCTOR, clock.now()))
    people.leave(store, clock, LIAISON, "mori")
    left = account_of(store, "mori")
    assert (left.state, left.facility) == (AccountState.ACTIVE, CLINIC)
    with pytest.raises(NotFound):
        people.leave(store, clock, LIAISON, "mori")


def test_the_secretariat_ends_all_posts_or_those_at_one_facility(store: Store, clock: MovingClock) -> None:
    with store.work() as work:
        work.posts.begin(Post("mori", CLINIC, Role.DOCTOR, clock.now()))
    people.leave(store, clock, SEKI, "mori", CLINIC)
    assert account_of(store, "mori").state is AccountState.ACTIVE
    people.leave(store, clock, SEKI, "mori")
    assert account_of(store, "mori").state is AccountState.STOPPED
    with pytest.raises(NotFound):
        people.leave(store, clock, SEKI, "mori")


@pytest.mark.parametrize("who", [DOCTOR, desks.requester("x", CLINIC, Role.LIAISON)])
def test_others_find_nobody_to_dismiss(store: Store, clock: MovingClock, who: Requester) -> None:
    for act in (people.leave, people.suspend, people.resume):
        with pytest.raises(NotFound):
            act(store, clock, who, "hori")
        with pytest.raises(NotFound):
            act(store, clock, who, "nobody")
    assert desks.actions(store) == []


def test_nobody_dismisses_themselves_nor_the_last_secretary(store: Store, clock: MovingClock) -> None:
    with pytest.raises(Conflict):
        people.leave(store, clock, SEKI, "seki")
    people.leave(store, clock, SEKI, "tani")
    with pytest.raises(Conflict):
        people.leave(store, clock, operator("at the machine"), "seki")
    assert account_of(store, "seki").state is AccountState.ACTIVE


def test_one_post_ends_and_the_first_post_moves(store: Store, clock: MovingClock) -> None:
    with store.work() as work:
        work.posts.begin(Post("mori", HOSPITAL, Role.LIAISON, clock.now()))
    people.end_post(store, clock, LIAISON, Post("mori", HOSPITAL, Role.DOCTOR))
    assert account_of(store, "mori").role is Role.LIAISON
    with pytest.raises(NotFound):
        people.end_post(store, clock, LIAISON, Post("mori", HOSPITAL, Role.DOCTOR))
    people.end_post(store, clock, LIAISON, Post("mori", HOSPITAL, Role.LIAISON))
    assert account_of(store, "mori").state is AccountState.STOPPED


def test_an_account_rests_and_is_used_again(store: Store, clock: MovingClock) -> None:
    token = sign_in(store, clock, DOCTOR)
    people.suspend(store, clock, OFFICER, "mori")
    assert not is_in(store, clock, token)
    with pytest.raises(Conflict):
        people.suspend(store, clock, OFFICER, "mori")
    people.resume(store, clock, LIAISON, "mori")
    assert account_of(store, "mori").may_act(clock.now())
    assert not is_in(store, clock, token)
    with pytest.raises(Conflict):
        people.resume(store, clock, LIAISON, "mori")
    assert desks.actions(store) == ["account-suspended", "account-resumed"]


def test_a_desk_does_not_suspend_who_also_acts_elsewhere(store: Store, clock: MovingClock) -> None:
    with store.work() as work:
        work.posts.begin(Post("mori", CLINIC, Role.DOCTOR, clock.now()))
    with pytest.raises(NotFound):
        people.suspend(store, clock, LIAISON, "mori")
    people.suspend(store, clock, SEKI, "mori")
    assert account_of(store, "mori").state is AccountState.SUSPENDED


def test_an_account_ends_by_itself_unless_somebody_attests_it(store: Store, clock: MovingClock) -> None:
    clock.pass_days(364)
    assert people.attest(store, clock, SEKI, ["mori"]) == 1
    clock.pass_days(1)
    assert account_of(store, "mori").may_act(clock.now())
    assert not account_of(store, "hori").may_act(clock.now())


def test_nobody_attests_themselves_nor_people_of_other_facilities(store: Store, clock: MovingClock) -> None:
    everybody = [one.user for one in desks.STAFF]
    clock.pass_days(1)
    assert people.attest(store, clock, LIAISON, everybody) == 2
    assert people.attest(store, clock, desks.requester("x", CLINIC, Role.LIAISON), everybody) == 0
    assert people.attest(store, clock, DOCTOR, everybody) == 0
    attested = {one: account_of(store, one).attested_at == clock.now() for one in everybody}
    assert attested == {"seki": False, "tani": False, "arai": False, "hori": True, "mori": True}
    assert desks.actions(store) == ["account-attested"] * 2


def test_attesting_wakes_nobody_who_rests(store: Store, clock: MovingClock) -> None:
    people.suspend(store, clock, SEKI, "mori")
    assert people.attest(store, clock, SEKI, ["mori"]) == 0
    assert account_of(store, "mori").state is AccountState.SUSPENDED


def test_who_is_not_attested_in_time_rests_by_itself(store: Store, clock: MovingClock) -> None:
    token = sign_in(store, clock, SEKI)
    clock.pass_days(60)
    people.attest(store, clock, SEKI, ["arai"])
    clock.pass_days(60 - 1 / 86_400)
    machine = operator("housekeeping")
    assert people.rest_unattested(store, clock, machine) == 0
    clock.pass_days(1 / 86_400)
    assert people.rest_unattested(store, clock, machine) == 4
    assert people.rest_unattested(store, clock, machine) == 0
    assert account_of(store, "arai").may_act(clock.now())
    assert account_of(store, "seki").state is AccountState.SUSPENDED
    assert not is_in(store, clock, token)
    with store.look() as work:
        rows = work.audit.search(AuditQuery(), 4)
    assert {(row.event.action, row.event.detail.split()[1]) for row in rows} == {
        ("account-suspended", "not-attested")
    }


def test_a_patient_is_nobodys_staff(store: Store, clock: MovingClock) -> None:
    with store.work() as work:
        account = account_of(store, "mori")._replace(
            id="p", login="p", role=Role.PATIENT, patient=PatientId("p1")
        )
        people.enter(work, clock.now(), SEKI, [account])
    clock.pass_days(150)
    people.rest_unattested(store, clock, operator("housekeeping"))
    assert account_of(store, "p").may_act(clock.now())
    clock.pass_days(365 - 150)
    assert not account_of(store, "p").may_act(clock.now())


def test_an_account_entered_without_an_end_ends_in_a_year(store: Store, clock: MovingClock) -> None:
    with store.work() as work:
        fresh = account_of(store, "mori")._replace(id="n", login="n", expires_at=2**62, attested_at=0)
        soon = fresh._replace(id="s", login="s", expires_at=clock.now() - 5, attested_at=7)
        people.enter(work, clock.now(), SEKI, [fresh, soon])
    assert account_of(store, "n").expires_at == clock.now() + people.LIFE
    assert account_of(store, "n").attested_at == clock.now()
    assert (account_of(store, "s").expires_at, account_of(store, "s").attested_at) == (clock.now() - 5, 7)


def test_codes_of_facilities_are_not_people(store: Store, clock: MovingClock) -> None:
    with pytest.raises(NotFound):
        people.leave(store, clock, SEKI, FacilityCode("9900000002"))


def test_the_secretariat_attests_each_other(store: Store, clock: MovingClock) -> None:
    assert people.attest(store, clock, SEKI, ["seki", "tani"]) == 1
    assert people.attest(store, clock, TANI, ["seki", "tani"]) == 1


def test_the_housekeeping_lets_the_unattested_rest(store: Store, clock: MovingClock) -> None:
    clock.pass_days(120)
    people.attest(store, clock, SEKI, ["tani"])
    keeping = Housekeeping(store, clock)
    keeping.start()
    keeping.stop()
    states = [account_of(store, one.user).state for one in desks.STAFF]
    assert states.count(AccountState.SUSPENDED) == len(desks.STAFF) - 1


def test_what_the_secretariat_let_rest_a_facility_does_not_resume(store: Store, clock: MovingClock) -> None:
    people.suspend(store, clock, SEKI, "mori")
    with pytest.raises(NotFound):
        people.resume(store, clock, LIAISON, "mori")
    people.resume(store, clock, TANI, "mori")
    people.suspend(store, clock, OFFICER, "mori")
    people.resume(store, clock, LIAISON, "mori")


def test_one_of_two_facilities_attests_nobody_for_both(store: Store, clock: MovingClock) -> None:
    with store.work() as work:
        work.posts.begin(Post("mori", CLINIC, Role.DOCTOR, clock.now()))
    assert people.attest(store, clock, LIAISON, ["mori"]) == 0
    assert people.attest(store, clock, SEKI, ["mori"]) == 1


def test_a_browser_is_resumed_by_whoever_keeps_all_who_use_it(store: Store, clock: MovingClock) -> None:
    sign_in(store, clock, DOCTOR)
    with store.work() as work:
        work.accounts.add(account_of(store, "mori")._replace(id="sato", login="sato", facility=CLINIC))
        for one in ("mori", "sato"):
            work.devices.greet(Familiar("of mori", one, b"m" * 16, clock.now(), clock.now()))
    elsewhere = desks.requester("x", CLINIC, Role.LIAISON)
    lost_devices.stop_one(store, clock, elsewhere, "sato", "of mori")
    for who, account in ((elsewhere, "sato"), (LIAISON, "mori")):
        with pytest.raises(NotFound):
            lost_devices.resume_one(store, clock, who, account, "of mori")
    lost_devices.resume_one(store, clock, SEKI, "mori", "of mori")
    with store.work() as work:
        work.devices.forget("of mori", "sato")
    lost_devices.stop_one(store, clock, SEKI, "mori", "of mori")
    with pytest.raises(NotFound):
        lost_devices.resume_one(store, clock, LIAISON, "mori", "of mori")
    lost_devices.resume_one(store, clock, TANI, "mori", "of mori")
    lost_devices.stop_one(store, clock, LIAISON, "mori", "of mori")
    lost_devices.resume_one(store, clock, OFFICER, "mori", "of mori")


def test_an_app_is_lost_with_the_phone(store: Store, clock: MovingClock) -> None:
    sign_in(store, clock, DOCTOR)
    with store.work() as work:
        work.devices.greet(Familiar("of mori", "mori", b"m" * 16, clock.now(), clock.now()))
        work.codes.keep(OneTimeSecret("mori", "JBSWY3DPEHPK3PXP", 1, 1))
    lost_devices.stop_one(store, clock, LIAISON, "mori", "of mori")
    waiting = Session(b"w" * 32, "mori", HOSPITAL, Role.DOCTOR, "another", "csrf", 1, 1, 2, 0, 0)
    with store.look() as work:
        assert not has_second(work, "mori")
        assert not may_enrol(work, waiting)  # else who has the password alone would make one
