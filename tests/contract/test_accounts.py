"""The promises of `Accounts`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hie.exchange.ports import Account, AccountState, Post, Store
from hie.record.errors import Conflict
from hie.record.requester import Role
from tests import filed as our

DOCTOR = Account("a1", "doctor", "見本 医師", our.CLINIC, Role.DOCTOR, "hash")


def test_a_person_is_found_by_login(store: Store) -> None:
    with store.work() as work:
        work.accounts.add(DOCTOR)
        assert work.accounts.find("doctor") == DOCTOR
        assert work.accounts.find("Doctor") is None


def test_a_login_is_one_accounts(store: Store) -> None:
    with store.work() as work:
        work.accounts.add(DOCTOR)
    with store.work() as work, pytest.raises(Conflict):
        work.accounts.add(DOCTOR._replace(id="a2"))
    with store.look() as work:
        assert work.accounts.find("doctor") == DOCTOR


def test_a_password_is_set_on_an_account_in_use_alone(store: Store) -> None:
    with store.work() as work:
        work.accounts.add(DOCTOR)
        assert work.accounts.set_password("a1", "new")
        assert work.accounts.find("doctor") == DOCTOR._replace(password_hash="new")
        work.accounts.add(DOCTOR._replace(state=AccountState.SUSPENDED))
        assert not work.accounts.set_password("a1", "newer")
        assert not work.accounts.set_password("a2", "newer")
        assert work.accounts.find("doctor") == DOCTOR._replace(state=AccountState.SUSPENDED)


def test_guesses_at_once_are_counted_one_by_one(store: Store) -> None:
    def guess(at: int) -> bool:
        with store.work() as work:
            heard = work.accounts.failures(b"one guesser", 0) < 3
            if heard:
                work.accounts.failures(b"one guesser", 0, add=at)
        return heard

    with ThreadPoolExecutor(8) as many:
        assert list(many.map(guess, range(1, 25))).count(True) == 3


def test_adding_the_same_login_replaces(store: Store) -> None:
    with store.work() as work:
        work.accounts.add(DOCTOR)
        work.accounts.add(DOCTOR._replace(password_hash="other"))
        assert work.accounts.find("doctor") == DOCTOR._replace(password_hash="other")


def test_failures_are_counted_per_guesser_since_a_moment(store: Store) -> None:
    with store.work() as work:
        assert work.accounts.failures(b"one", 0) == 0
        assert [work.accounts.failures(b"one", 0, add=moment) for moment in (10, 20, 30)] == [1, 2, 3]
        assert work.accounts.failures(b"one", 20) == 2
        assert work.accounts.failures(b"other", 0) == 0


def test_failures_before_the_moment_are_forgotten_with_the_next(store: Store) -> None:
    with store.work() as work:
        for moment in (10, 20, 30):
            work.accounts.failures(b"one", 0, add=moment)
        assert work.accounts.failures(b"other", 25, add=40) == 1
        assert work.accounts.failures(b"one", 0) == 1
        assert work.accounts.failures(b"one", 25, add=50) == 2


def test_a_new_person_holds_the_post_of_the_account_since_ever(store: Store) -> None:
    with store.work() as work:
        work.accounts.add(DOCTOR)
        assert work.accounts.posts("a1", 0) == [Post("a1", our.CLINIC, Role.DOCTOR)]
        assert work.accounts.posts("a2", 0) == []


def test_adding_again_changes_no_post(store: Store) -> None:
    with store.work() as work:
        work.accounts.add(DOCTOR)
        assert work.posts.end(Post("a1", our.CLINIC, Role.DOCTOR), 10)
        work.accounts.add(DOCTOR._replace(password_hash="other"))
        assert work.accounts.posts("a1", 9) == [Post("a1", our.CLINIC, Role.DOCTOR, 0, 10)]
        assert work.accounts.posts("a1", 10) == []


def test_who_is_only_invited_holds_no_post(store: Store) -> None:
    with store.work() as work:
        work.accounts.add(DOCTOR._replace(state=AccountState.INVITED))
        assert work.accounts.posts("a1", 1_000) == []
