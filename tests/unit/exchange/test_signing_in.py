"""Guessing makes whoever guesses wait, and nobody else; nothing that was typed is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.exchange.ports import Account, AccountState, AuditQuery, MembershipEvent, MembershipKind, Store
from hie.exchange.signing.browsers import DeviceStopped, Visit
from hie.exchange.signing.guessing import (
    FAMILIAR_A_DAY,
    FROM_ONE_ADDRESS,
    PATIENCE,
    STRANGERS_A_DAY,
    TOLD_BY_ONE_ADDRESS,
    WINDOW,
)
from hie.exchange.signing.proofs import Proofs, Reception, Rules, Site
from hie.exchange.signing.signing_in import SignInFailed, sign_in, sign_in_by_passkey
from hie.hub.authenticator_apps import PyOtpApps
from hie.hub.guessable import Guessable
from hie.hub.passkeys import WebAuthnPasskeys
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role
from hie.store import open_store

CLINIC = FacilityCode("1310000002")
RIGHT, WRONG = "right", "wrong"


class MovingClock:
    """`Clock` that a test moves."""

    def __init__(self) -> None:
        self.moment = 10**12
        self._made = 0

    def now(self) -> int:
        """Return the moment."""
        return self.moment

    def new_id(self) -> str:
        """Return the next number."""
        self._made += 1
        return f"{self._made:032x}"


class PlainPasswords:
    """`Passwords` that hides nothing and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def hash(self, password: str) -> str:
        """Return the password."""
        return password

    def matches(self, encoded: str, password: str) -> bool:
        """Compare."""
        self.asked += 1
        return bool(encoded) and encoded == password


class Door:
    """A store with two accounts, and the form of the sign-in page."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.passwords = store, MovingClock(), PlainPasswords()
        proofs = Proofs(self.passwords, Guessable(), PyOtpApps(), WebAuthnPasskeys("Tsunagu"))
        self.reception = Reception(store, self.clock, proofs, Rules(second_factor=False))
        with store.work() as work:
            work.directory.add(Facility(CLINIC, "標本医院", FacilityKind.CLINIC, "標本", 0))
            for login in ("ada", "bob"):
                work.accounts.add(Account(login, login, login, CLINIC, Role.DOCTOR, RIGHT + login))

    def try_in(self, login: str, password: str, device: str = "", address: str = "") -> str:
        """Say `in`, `wrong`, `stopped` or `wait`."""
        try:
            sign_in(self.reception, login, password, Visit(device, address=address))
        except SignInFailed as failed:
            return "wait" if failed.wait else "wrong"
        except DeviceStopped:
            return "stopped"
        return "in"

    def device(self, login: str, before: str = "") -> str:
        """Sign in and return the browser's token."""
        return sign_in(self.reception, login, RIGHT + login, Visit(before)).device


@pytest.fixture(params=["memory", "sqlite"])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    url = "memory://" if request.param == "memory" else f"sqlite:///{tmp_path}/hie.sqlite"
    store = open_store(url, "memory://")
    yield Door(store)
    store.close()


def test_a_known_browser_is_never_slowed_by_the_guesses_of_others(door: Door) -> None:
    device = door.device("ada")
    refused = []
    for _ in range(3 * PATIENCE):
        door.clock.moment += 20_000
        door.try_in("ada", WRONG)
        refused.append(door.try_in("ada", RIGHT + "ada", device))
    assert set(refused) == {"in"}


def test_who_guesses_waits_and_the_wait_ends_though_they_go_on(door: Door) -> None:
    assert [door.try_in("ada", WRONG) for _ in range(PATIENCE)] == ["wrong"] * PATIENCE
    asked = door.passwords.asked
    for _ in range(100):
        door.clock.moment += WINDOW // 101
        assert door.try_in("ada", RIGHT + "ada") == "wait"
    assert door.passwords.asked == asked
    door.clock.moment += WINDOW // 50
    assert door.try_in("ada", RIGHT + "ada") == "in"


def test_a_known_browser_that_guesses_waits_as_well(door: Door) -> None:
    device = door.device("ada")
    assert [door.try_in("ada", WRONG, device) for _ in range(PATIENCE + 1)][-1] == "wait"
    assert door.try_in("ada", RIGHT + "ada") == "in"


def test_a_browser_is_known_for_those_who_signed_in_there_and_nobody_else(door: Door) -> None:
    ada, both = door.device("ada"), door.device("bob", door.device("ada"))
    for login in ("ada", "bob"):
        for _ in range(PATIENCE):
            door.try_in(login, WRONG)
    assert door.try_in("bob", RIGHT + "bob", ada) == "wait"
    assert [door.try_in(login, RIGHT + login, both) for login in ("ada", "bob")] == ["in", "in"]


@pytest.mark.parametrize("forged", ["", ".", "x.y", "0" * 32, f"{'0' * 32}.{'0' * 32}", "期日.☃", "." * 5000])
def test_a_forged_device_is_nobodys(door: Door, forged: str) -> None:
    for _ in range(PATIENCE):
        assert door.try_in("ada", WRONG, forged) == "wrong"
    assert door.try_in("ada", RIGHT + "ada", forged) == "wait"


def test_a_changed_password_makes_the_browsers_unknown(door: Door) -> None:
    device = door.device("ada")
    with door.store.work() as work:
        work.accounts.add(Account("ada", "ada", "ada", CLINIC, Role.DOCTOR, "another"))
    for _ in range(PATIENCE):
        door.try_in("ada", WRONG, device)
    assert door.try_in("ada", "another") == "wait"


def test_a_browser_shows_the_same_whoever_signs_in(door: Door) -> None:
    device = door.device("ada")
    assert door.device("bob", device) == device
    assert len(device) == 64


def test_an_unknown_login_costs_as_many_hashes_as_a_wrong_password(door: Door) -> None:
    asked = []
    for login in ("ada", "nobody"):
        before = door.passwords.asked
        assert door.try_in(login, WRONG) == "wrong"
        asked.append(door.passwords.asked - before)
    assert asked == [1, 1]


@pytest.mark.parametrize(
    "stopped",
    [{"state": AccountState.SUSPENDED}, {"state": AccountState.INVITED}, {"expires_at": 10**12}],
)
def test_who_may_not_act_is_answered_as_who_is_wrong(door: Door, stopped: dict[str, object]) -> None:
    with door.store.work() as work:
        found = work.accounts.find("ada")
        assert found is not None
        work.accounts.add(found._replace(**stopped))  # type: ignore[arg-type]
    assert door.try_in("ada", RIGHT + "ada") == "wrong"
    assert door.passwords.asked == 1


def test_no_more_than_a_hundred_guesses_a_day_are_heard(door: Door) -> None:
    device = door.device("ada")
    heard = 0
    for number in range(24 * 12):
        door.clock.moment += WINDOW
        heard += [door.try_in("ada", WRONG), door.try_in("ada", WRONG, device)].count("wrong")
        if number == 100:
            # The day's guesses from elsewhere are used up, and the person still comes in at the usual place.
            assert door.try_in("ada", RIGHT + "ada") == "wait"
    assert heard == STRANGERS_A_DAY + FAMILIAR_A_DAY == 100


def test_guesses_at_all_logins_from_one_address_are_counted_together(door: Door) -> None:
    for number in range(FROM_ONE_ADDRESS):
        assert door.try_in(f"login{number}", WRONG, address="192.0.2.1") == "wrong"
    assert door.try_in("ada", RIGHT + "ada", address="192.0.2.1") == "wait"
    assert door.try_in("ada", RIGHT + "ada", address="192.0.2.2") == "in"


def test_what_was_typed_as_a_login_is_not_kept(tmp_path: Path) -> None:
    door = Door(open_store(f"sqlite:///{tmp_path}/hie.sqlite", "memory://"))
    typed = "my secret pass phrase"
    assert door.try_in(typed, WRONG) == "wrong"
    with sqlite3.connect(tmp_path / "hie.sqlite") as database:
        (rows,) = database.execute("select count(*) from sign_in_failure").fetchone()
    database.close()
    assert rows == 2
    door.store.close()
    assert not [path.name for path in tmp_path.iterdir() if typed.encode() in path.read_bytes()]


def test_nobody_signs_in_for_a_facility_that_rests_or_left(door: Door) -> None:
    for number, kind in enumerate((MembershipKind.SUSPENDED, MembershipKind.RESUMED, MembershipKind.LEFT)):
        at = door.clock.moment
        with door.store.work() as work:
            work.memberships.record(MembershipEvent(0, CLINIC, kind, at, at, "desk", "1"))
        assert door.try_in("ada", RIGHT + "ada") == ("in" if number == 1 else "wrong")


def test_attempts_that_nobody_hears_write_few_rows(door: Door) -> None:
    for _ in range(10 * TOLD_BY_ONE_ADDRESS):
        door.try_in("ada", WRONG, address="192.0.2.1")
        with pytest.raises(SignInFailed):
            sign_in_by_passkey(door.reception, Site("localhost", ""), "{}", Visit(address="192.0.2.1"))
    with door.store.look() as work:
        rows = work.audit.search(AuditQuery(), 1_000)
    assert len(rows) == PATIENCE + TOLD_BY_ONE_ADDRESS
    assert door.try_in("bob", RIGHT + "bob", address="192.0.2.1") == "in"
