"""An invitation opens nothing before a second person approves, and serves one person once (T-30b)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hie.exchange.linking import linking
from hie.exchange.ports import AccountState, Outcome, Post, Store
from hie.exchange.roster import facilities, inviting, people
from hie.exchange.roster.inviting import Chosen, Draft, Letter, Misfilled, NotTaken
from hie.exchange.roster.relatives import comes_of_age
from hie.exchange.signing.new_passwords import WeakPassword
from hie.record.errors import Conflict, NotFound
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import HumanName, Patient
from hie.record.requester import Requester, Role
from hie.record.times import JST, Day
from hie.store import open_store
from tests import desks
from tests.desks import (
    CLINIC,
    DOCTOR,
    HOSPITAL,
    LIAISON,
    OFFICE,
    OFFICER,
    SEKI,
    TANI,
    MovingClock,
    account_of,
    invitation_of,
)

NURSE = Draft("見本　看護", HOSPITAL, Role.NURSE, "第123-456号")
PASSWORD = "kurage to umibe no sanpo"
CHOSEN = Chosen("１２３４５６", "Kango", PASSWORD, agreed=True)
HERE = "192.0.2.1"


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


def accept(store: Store, clock: MovingClock, letter: Letter, chosen: Chosen = CHOSEN) -> None:
    inviting.accept(desks.reception(store, clock), letter.code, HERE, chosen)


def test_a_person_comes_in_when_another_than_the_inviter_approves(store: Store, clock: MovingClock) -> None:
    letter = inviting.invite(store, clock, LIAISON, NURSE)
    assert inviting.opened(store, clock, letter.code, HERE).name == "見本 看護"
    accept(store, clock, letter)
    account = account_of(store, "kango")
    assert account.state is AccountState.INVITED
    assert not account.may_act(clock.now())
    with store.look() as work:
        assert work.accounts.posts(account.id, clock.now()) == []
    for who in (LIAISON, desks.requester(account.id, HOSPITAL, Role.LIAISON)):
        with pytest.raises(Conflict):
            inviting.approve(store, clock, who, letter.invitation.id)
    inviting.approve(store, clock, OFFICER, letter.invitation.id)
    account = account_of(store, "kango")
    assert account.may_act(clock.now())
    assert (account.attested_at, account.expires_at) == (clock.now(), clock.now() + people.LIFE)
    with store.look() as work:
        assert work.accounts.posts(account.id, clock.now()) == [
            Post(account.id, HOSPITAL, Role.NURSE, clock.now())
        ]
    assert invitation_of(store, letter.invitation.id).outcome is Outcome.APPROVED
    assert desks.actions(store) == ["invited", "invitation-accepted", "invitation-approved"]
    with pytest.raises(Conflict):
        inviting.approve(store, clock, SEKI, letter.invitation.id)


def test_the_code_is_typed_as_people_type(store: Store, clock: MovingClock) -> None:
    letter = inviting.invite(store, clock, SEKI, NURSE)
    typed = inviting.shown(letter.code).lower().replace("1", "l").replace("0", "ｏ")
    assert len(letter.code) == 20
    assert inviting.opened(store, clock, f" {typed} ", HERE).id == letter.invitation.id
    assert repr(letter) == f"Letter({letter.invitation.id})"
    assert letter.code.encode() not in invitation_of(store, letter.invitation.id).secret


def test_a_letter_serves_once(store: Store, clock: MovingClock) -> None:
    letter = inviting.invite(store, clock, SEKI, NURSE)
    accept(store, clock, letter)
    with pytest.raises(NotTaken):
        accept(store, clock, letter, CHOSEN._replace(login="another"))
    with store.look() as work:
        assert work.accounts.find("another") is None


def test_a_letter_serves_for_three_days(store: Store, clock: MovingClock) -> None:
    letter = inviting.invite(store, clock, SEKI, NURSE)
    clock.pass_days(3)
    with pytest.raises(NotTaken):
        accept(store, clock, letter)
    renewed = inviting.renew(store, clock, SEKI, letter.invitation.id)
    accept(store, clock, renewed)
    with pytest.raises(Conflict):
        inviting.renew(store, clock, SEKI, renewed.invitation.id)


def test_a_forwarded_letter_is_of_no_use_without_the_number(store: Store, clock: MovingClock) -> None:
    letter = inviting.invite(store, clock, SEKI, NURSE)
    for _ in range(inviting.MOST_ATTEMPTS):
        with pytest.raises(Misfilled, match="number"):
            accept(store, clock, letter, CHOSEN._replace(number="999"))
    with pytest.raises(NotTaken):
        accept(store, clock, letter)
    assert invitation_of(store, letter.invitation.id).outcome is Outcome.WITHDRAWN
    with store.look() as work:
        assert work.accounts.find("kango") is None


def test_who_tries_codes_waits_and_others_do_not(store: Store, clock: MovingClock) -> None:
    letter = inviting.invite(store, clock, SEKI, NURSE)
    for number in range(inviting.FROM_ONE_ADDRESS):
        with pytest.raises(NotTaken) as refused:
            inviting.opened(store, clock, f"{number}", "198.51.100.7")
        assert not refused.value.wait
    with pytest.raises(NotTaken) as refused:
        inviting.opened(store, clock, letter.code, "198.51.100.7")
    assert refused.value.wait
    assert inviting.opened(store, clock, letter.code, HERE).id == letter.invitation.id
    clock.pass_days(1 / 24)
    assert inviting.opened(store, clock, letter.code, "198.51.100.7").id == letter.invitation.id
    assert desks.actions(store).count("invitation-accepted") == inviting.FROM_ONE_ADDRESS


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"login": "no"}, "login"),
        ({"login": "見本"}, "login"),
        ({"login": "mori"}, "login"),
        ({"agreed": False}, "agreed"),
        ({"number": ""}, "number"),
    ],
)
def test_what_is_filled_in_wrongly_is_said_by_field(
    store: Store, clock: MovingClock, changed: dict[str, Any], field: str
) -> None:
    letter = inviting.invite(store, clock, SEKI, NURSE)
    with pytest.raises(Misfilled) as wrong:
        accept(store, clock, letter, CHOSEN._replace(**changed))
    assert wrong.value.field == field
    assert invitation_of(store, letter.invitation.id).may_be_accepted(clock.now())


def test_a_weak_password_is_not_taken(store: Store, clock: MovingClock) -> None:
    letter = inviting.invite(store, clock, SEKI, NURSE)
    with pytest.raises(WeakPassword):
        accept(store, clock, letter, CHOSEN._replace(password="short"))


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (NURSE._replace(name=" "), "name"),
        (NURSE._replace(name="あ" * 61), "name"),
        (NURSE._replace(number=""), "number"),
        (NURSE._replace(role=Role.CARE_MANAGER), "role"),
        (NURSE._replace(role=Role.SECRETARIAT), "role"),
        (NURSE._replace(handed="shouted"), "handed"),
        (NURSE._replace(role=Role.PATIENT, number="404"), "number"),
    ],
)
def test_a_draft_is_checked_by_field(store: Store, clock: MovingClock, draft: Draft, field: str) -> None:
    with pytest.raises(Misfilled) as wrong:
        inviting.invite(store, clock, SEKI, draft)
    assert wrong.value.field == field
    assert desks.actions(store) == []


@pytest.mark.parametrize(
    ("who", "facility"), [(DOCTOR, HOSPITAL), (LIAISON, CLINIC), (LIAISON, OFFICE), (OFFICER, OFFICE)]
)
def test_a_desk_invites_for_its_own_facility_only(
    store: Store, clock: MovingClock, who: Requester, facility: FacilityCode
) -> None:
    with pytest.raises(NotFound):
        inviting.invite(store, clock, who, NURSE._replace(facility=facility))


def test_desks_are_approved_by_the_secretariat(store: Store, clock: MovingClock) -> None:
    letter = inviting.invite(store, clock, LIAISON, NURSE._replace(role=Role.LIAISON))
    accept(store, clock, letter)
    with pytest.raises(Conflict):
        inviting.approve(store, clock, OFFICER, letter.invitation.id)
    assert inviting.may_approve(TANI, invitation_of(store, letter.invitation.id))
    inviting.approve(store, clock, TANI, letter.invitation.id)


def test_other_facilities_find_no_invitation(store: Store, clock: MovingClock) -> None:
    letter = inviting.invite(store, clock, SEKI, NURSE._replace(facility=CLINIC))
    accept(store, clock, letter)
    for act in (inviting.approve, inviting.refuse, inviting.withdraw, inviting.renew):
        with pytest.raises(NotFound):
            act(store, clock, LIAISON, letter.invitation.id)
        with pytest.raises(NotFound):
            act(store, clock, SEKI, "nothing")


def test_who_is_refused_or_taken_back_never_comes_in(store: Store, clock: MovingClock) -> None:
    refused = inviting.invite(store, clock, SEKI, NURSE)
    accept(store, clock, refused)
    inviting.refuse(store, clock, TANI, refused.invitation.id)
    taken_back = inviting.invite(store, clock, SEKI, NURSE)
    accept(store, clock, taken_back, CHOSEN._replace(login="another"))
    inviting.withdraw(store, clock, SEKI, taken_back.invitation.id)
    for login, letter in (("kango", refused), ("another", taken_back)):
        assert account_of(store, login).state is AccountState.STOPPED
        with pytest.raises(Conflict):
            inviting.approve(store, clock, TANI, letter.invitation.id)
        with pytest.raises(Conflict):
            inviting.withdraw(store, clock, TANI, letter.invitation.id)


def test_a_further_post_is_approved_by_another_too(store: Store, clock: MovingClock) -> None:
    proposed = inviting.propose(store, clock, SEKI, Post("mori", CLINIC, Role.DOCTOR))
    with pytest.raises(Conflict):
        inviting.propose(store, clock, TANI, Post("mori", CLINIC, Role.DOCTOR))
    with pytest.raises(Conflict):
        inviting.approve(store, clock, SEKI, proposed.id)
    inviting.approve(store, clock, TANI, proposed.id)
    with store.look() as work:
        held = work.accounts.posts("mori", clock.now())
    assert [post.facility for post in held] == [HOSPITAL, CLINIC]
    assert account_of(store, "mori").facility == HOSPITAL


def test_another_role_replaces_the_former_when_it_is_approved(store: Store, clock: MovingClock) -> None:
    proposed = inviting.propose(store, clock, LIAISON, Post("mori", HOSPITAL, Role.NURSE), Role.DOCTOR)
    assert account_of(store, "mori").role is Role.DOCTOR
    clock.pass_days(1)
    inviting.approve(store, clock, OFFICER, proposed.id)
    assert account_of(store, "mori").role is Role.NURSE
    with store.look() as work:
        assert [post.role for post in work.accounts.posts("mori", clock.now())] == [Role.NURSE]
        assert len(work.posts.history("mori")) == 2


def test_what_cannot_be_proposed_is_said(store: Store, clock: MovingClock) -> None:
    with pytest.raises(NotFound):
        inviting.propose(store, clock, SEKI, Post("nobody", CLINIC, Role.DOCTOR))
    with pytest.raises(NotFound):
        inviting.propose(store, clock, SEKI, Post("mori", CLINIC, Role.DOCTOR), Role.NURSE)
    with pytest.raises(Conflict):
        inviting.propose(store, clock, SEKI, Post("mori", HOSPITAL, Role.DOCTOR))
    with pytest.raises(Misfilled):
        inviting.propose(store, clock, SEKI, Post("mori", HOSPITAL, Role.FAMILY))
    letter = inviting.invite(store, clock, SEKI, NURSE)
    accept(store, clock, letter)
    with pytest.raises(NotFound):
        inviting.propose(store, clock, SEKI, Post(account_of(store, "kango").id, CLINIC, Role.NURSE))


def test_a_leaver_is_not_approved_any_more(store: Store, clock: MovingClock) -> None:
    proposed = inviting.propose(store, clock, SEKI, Post("mori", CLINIC, Role.DOCTOR))
    people.leave(store, clock, SEKI, "mori")
    with pytest.raises(Conflict):
        inviting.approve(store, clock, TANI, proposed.id)
    letter = inviting.invite(store, clock, SEKI, NURSE)
    accept(store, clock, letter)
    people.leave(store, clock, OFFICER, account_of(store, "kango").id)
    with pytest.raises(Conflict):
        inviting.approve(store, clock, TANI, letter.invitation.id)


def test_nobody_comes_in_at_a_facility_that_takes_no_part(store: Store, clock: MovingClock) -> None:
    letter = inviting.invite(store, clock, SEKI, NURSE._replace(facility=CLINIC))
    accept(store, clock, letter)
    facilities.suspend(store, clock, SEKI, CLINIC)
    with pytest.raises(Conflict):
        inviting.approve(store, clock, TANI, letter.invitation.id)
    with pytest.raises(Misfilled):
        inviting.invite(store, clock, SEKI, NURSE._replace(facility=CLINIC))
    facilities.leave(store, clock, SEKI, CLINIC)
    assert invitation_of(store, letter.invitation.id).outcome is Outcome.WITHDRAWN
    assert account_of(store, "kango").state is AccountState.STOPPED


def test_a_patient_is_invited_by_the_number_of_the_card(store: Store, clock: MovingClock) -> None:
    with store.work() as work:
        work.patients.enrol(Patient(PatientId("p1"), HumanName("見本", "花子")))
        work.patients.link(LocalPatientId(HOSPITAL, "0012345"), PatientId("p1"), "desk", clock.now())
    letter = inviting.invite(store, clock, LIAISON, Draft("見本 花子", HOSPITAL, Role.PATIENT, "0012345"))
    accept(store, clock, letter, CHOSEN._replace(number="0012345", login="hanako"))
    inviting.approve(store, clock, OFFICER, letter.invitation.id)
    account = account_of(store, "hanako")
    assert (account.patient, account.facility, account.role) == (PatientId("p1"), OFFICE, Role.PATIENT)
    with store.look() as work:
        assert [post.facility for post in work.accounts.posts(account.id, clock.now())] == [OFFICE]


def _hanako(store: Store, clock: MovingClock) -> Letter:
    """Invite a patient by the number 0012345, which is p1's."""
    with store.work() as work:
        for number in ("p1", "p2"):
            work.patients.enrol(Patient(PatientId(number), HumanName("見本", "花子")))
        work.patients.link(LocalPatientId(HOSPITAL, "0012345"), PatientId("p1"), "desk", clock.now())
    return inviting.invite(store, clock, LIAISON, Draft("見本 花子", HOSPITAL, Role.PATIENT, "0012345"))


def _give_the_number_to_another(store: Store, clock: MovingClock) -> None:
    local = LocalPatientId(HOSPITAL, "0012345")
    with store.work() as work:
        linking.split(work, clock.now(), LIAISON, local, "two-people")
        work.patients.link(local, PatientId("p2"), "desk", clock.now())


def test_a_number_that_became_anothers_lets_nobody_in(store: Store, clock: MovingClock) -> None:
    hers = CHOSEN._replace(number="0012345", login="hanako")
    letter = _hanako(store, clock)
    accept(store, clock, letter, hers)
    unread = inviting.invite(store, clock, LIAISON, _family(clock))
    _give_the_number_to_another(store, clock)
    with pytest.raises(Conflict):
        inviting.approve(store, clock, OFFICER, letter.invitation.id)
    with pytest.raises(NotTaken):
        accept(store, clock, unread, hers._replace(login="hana"))
    assert account_of(store, "hanako").state is AccountState.INVITED


def test_an_account_rests_when_the_number_it_came_in_by_is_split_off(
    store: Store, clock: MovingClock
) -> None:
    letter = _hanako(store, clock)
    accept(store, clock, letter, CHOSEN._replace(number="0012345", login="hanako"))
    inviting.approve(store, clock, OFFICER, letter.invitation.id)
    _give_the_number_to_another(store, clock)
    hanako = account_of(store, "hanako")
    assert hanako.state is AccountState.SUSPENDED
    with pytest.raises(Conflict):
        people.resume(store, clock, SEKI, hanako.id)


def test_an_account_rests_while_the_number_it_came_in_by_is_in_doubt(
    store: Store, clock: MovingClock
) -> None:
    letter = _hanako(store, clock)
    accept(store, clock, letter, CHOSEN._replace(number="0012345", login="hanako"))
    inviting.approve(store, clock, OFFICER, letter.invitation.id)
    local = LocalPatientId(HOSPITAL, "0012345")
    with store.work() as work:
        linking.contest(work, clock.now(), LIAISON, local, "wrong-number")
    assert account_of(store, "hanako").state is AccountState.SUSPENDED
    with store.work() as work:
        work.patients.link(local, PatientId("p1"), "desk", clock.now())
    people.resume(store, clock, SEKI, account_of(store, "hanako").id)


def test_what_was_accepted_waits_for_a_fortnight(store: Store, clock: MovingClock) -> None:
    letter = inviting.invite(store, clock, SEKI, NURSE)
    accept(store, clock, letter)
    clock.pass_days(14)
    with pytest.raises(Conflict):
        inviting.approve(store, clock, TANI, letter.invitation.id)
    inviting.refuse(store, clock, TANI, letter.invitation.id)


def _family(clock: MovingClock, relation: str = "spouse", days: int = 700) -> Draft:
    until = clock.now() + days * 86_400_000
    return Draft("見本 花", HOSPITAL, Role.FAMILY, "0012345", relation=relation, until=until)


@pytest.mark.parametrize(
    ("relation", "days", "field"),
    [("", 700, "relation"), ("friend", 700, "relation"), ("child", 0, "until"), ("child", 733, "until")],
)
def test_a_relative_needs_a_relation_and_an_end_within_two_years(
    store: Store, clock: MovingClock, relation: str, days: int, field: str
) -> None:
    _hanako(store, clock)
    with pytest.raises(Misfilled) as wrong:
        inviting.invite(store, clock, LIAISON, _family(clock, relation, days))
    assert wrong.value.field == field


def test_a_relatives_account_ends_when_it_was_agreed_though_it_is_attested(
    store: Store, clock: MovingClock
) -> None:
    _hanako(store, clock)
    letter = inviting.invite(store, clock, LIAISON, _family(clock, days=500))
    accept(store, clock, letter, CHOSEN._replace(number="0012345", login="hana"))
    inviting.approve(store, clock, OFFICER, letter.invitation.id)
    hana = account_of(store, "hana").id
    clock.pass_days(400)
    assert people.attest(store, clock, SEKI, [hana]) == 1
    with store.look() as work:
        assert work.accounts.posts(hana, clock.now() + 99 * 86_400_000)
        assert not work.accounts.posts(hana, clock.now() + 101 * 86_400_000)
    people.leave(store, clock, SEKI, hana)
    assert account_of(store, "hana").state is AccountState.STOPPED


def test_a_parent_sees_until_the_patient_is_of_age(store: Store, clock: MovingClock) -> None:
    _hanako(store, clock)
    letter = inviting.invite(store, clock, LIAISON, _family(clock, "parent"))
    accept(store, clock, letter, CHOSEN._replace(number="0012345", login="hana"))
    with pytest.raises(Conflict):  # nobody knows when the patient was born
        inviting.approve(store, clock, OFFICER, letter.invitation.id)
    born = datetime.fromtimestamp(clock.now() / 1000, JST) - timedelta(days=365 * 17)
    with store.work() as work:
        day = Day(int(f"{born:%Y%m%d}"))
        work.patients.enrol(Patient(PatientId("p1"), HumanName("見本", "花子"), day))
    inviting.approve(store, clock, OFFICER, letter.invitation.id)
    account = account_of(store, "hana")
    with store.look() as work:
        (post,) = work.accounts.posts(account.id, clock.now())
    assert post.ends_at == account.expires_at or post.ends_at == comes_of_age(day)
    assert post.ends_at < letter.invitation.ends_at
