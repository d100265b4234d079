"""The promises of `Roster` and `Invitations`."""

from __future__ import annotations

from hie.exchange.ports import (
    Account,
    AccountState,
    Device,
    Familiar,
    Invitation,
    Outcome,
    Person,
    Post,
    Store,
)
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Role
from tests import filed as our

ADA = Account("a1", "ada", "見本 あだ", our.CLINIC, Role.DOCTOR, "hash")
BEN = Account("b1", "ben", "見本 べん", our.HOSPITAL, Role.NURSE, "hash")
INVITED = Account("c1", "cleo", "見本 くれお", our.CLINIC, Role.NURSE, "", AccountState.INVITED)
LETTER = Invitation(
    "i1",
    b"s" * 32,
    "見本 くれお",
    our.CLINIC,
    Role.NURSE,
    "12345",
    "hand",
    PatientId(""),
    "",
    "a1",
    1_000,
    5_000,
)


def names(people: object) -> list[str]:
    return [person.account.id for person in people]  # type: ignore[attr-defined]


def test_everybody_is_listed_by_name(store: Store) -> None:
    with store.work() as work:
        for account in (BEN, INVITED, ADA):
            work.accounts.add(account)
        assert names(work.roster.people()) == ["a1", "c1", "b1"]
        assert work.roster.people()[0] == Person(ADA, (Post("a1", our.CLINIC, Role.DOCTOR),))
        assert work.roster.people()[1] == Person(INVITED, ())


def test_those_of_a_facility_are_who_are_were_or_shall_be_there(store: Store) -> None:
    with store.work() as work:
        for account in (BEN, INVITED, ADA):
            work.accounts.add(account)
        assert names(work.roster.people(our.CLINIC)) == ["a1", "c1"]
        visit = Post("b1", our.CLINIC, Role.NURSE, 100)
        work.posts.begin(visit)
        work.posts.end(visit, 200)
        assert names(work.roster.people(our.CLINIC)) == ["a1", "c1", "b1"]
        ben = work.roster.people(our.CLINIC)[2]
        assert ben.posts == (Post("b1", our.HOSPITAL, Role.NURSE), visit._replace(ends_at=200))
        assert ben.held(150) == ben.posts
        assert ben.held(200) == ben.posts[:1]
        assert work.roster.people(FacilityCode("9999999999")) == []


def test_known_accounts_are_found_by_id(store: Store) -> None:
    with store.work() as work:
        work.accounts.add(ADA)
        work.accounts.add(BEN)
        found = work.roster.known(["b1", "nobody", "b1"])
        assert {number: person.account for number, person in found.items()} == {"b1": BEN}
        assert work.roster.known([]) == {}


def test_a_person_was_seen_where_they_were_seen_last(store: Store) -> None:
    with store.work() as work:
        work.accounts.add(ADA)
        assert work.roster.known(["a1"])["a1"].seen_at == 0
        for device, at in (("d1", 100), ("d2", 300), ("d3", 200)):
            work.devices.keep(Device(device, device.encode() * 16, "browser", at, at))
            work.devices.greet(Familiar(device, "a1", b"m", at, at))
        assert work.roster.known(["a1"])["a1"].seen_at == 300
        assert work.roster.people()[0].seen_at == 300


def test_an_invitation_is_found_by_its_secret_and_its_id(store: Store) -> None:
    with store.work() as work:
        work.invitations.keep(LETTER)
        work.invitations.keep(LETTER._replace(id="i2", secret=b""))
        assert work.invitations.find(b"s" * 32) == LETTER
        assert work.invitations.get("i1") == LETTER
        assert work.invitations.find(b"t" * 32) is None
        assert work.invitations.find(b"") is None
        assert work.invitations.get("i3") is None


def test_what_becomes_of_an_invitation_is_kept_with_it(store: Store) -> None:
    decided = LETTER._replace(
        attempts=2,
        account="c1",
        accepted_at=2_000,
        terms="1",
        outcome=Outcome.APPROVED,
        decided_by="b1",
        decided_at=3_000,
    )
    with store.work() as work:
        work.invitations.keep(LETTER)
        work.invitations.keep(decided)
        assert work.invitations.get("i1") == decided


def test_open_invitations_and_young_ones_are_listed_newest_first(store: Store) -> None:
    young = LETTER._replace(id="i2", secret=b"u" * 32, invited_at=2_000, outcome=Outcome.REFUSED)
    old = young._replace(id="i3", secret=b"v" * 32, invited_at=1_999)
    elsewhere = LETTER._replace(id="i4", secret=b"w" * 32, facility=our.HOSPITAL)
    with store.work() as work:
        for invitation in (LETTER, young, old, elsewhere):
            work.invitations.keep(invitation)
        assert [one.id for one in work.invitations.since(2_000)] == ["i2", "i1", "i4"]
        assert [one.id for one in work.invitations.since(2_000, our.CLINIC)] == ["i2", "i1"]
