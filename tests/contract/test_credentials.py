"""The promises of `Passkeys` and `Codes`."""

from __future__ import annotations

import pytest

from hie.exchange.ports import Account, OneTimeSecret, Passkey, RecoveryCode, Store
from hie.record.requester import Role
from tests import filed as our

DOCTOR = Account("a1", "doctor", "見本 医師", our.CLINIC, Role.DOCTOR, "hash")
KEY = Passkey(b"k1", "a1", "スマートフォン", b"public", 0, "internal hybrid", "d1", 10, 10)
OTHER = Passkey(b"k2", "a1", "USB", b"another", 5, "", "d2", 20, 20)


@pytest.fixture
def founded(store: Store) -> Store:
    with store.work() as work:
        work.accounts.add(DOCTOR)
        for key in (OTHER, KEY):
            work.passkeys.keep(key)
    return store


def test_a_key_says_whose_it_is(founded: Store) -> None:
    with founded.look() as work:
        assert work.passkeys.find(b"k1") == (KEY, DOCTOR)
        assert work.passkeys.find(b"k9") is None
        assert list(work.passkeys.of("a1")) == [KEY, OTHER]
        assert list(work.passkeys.of("a2")) == []


def test_a_key_of_nobody_is_no_key(founded: Store) -> None:
    with founded.work() as work:
        work.passkeys.keep(KEY._replace(id=b"k3", account="a9"))
        assert work.passkeys.find(b"k3") is None


def test_keeping_again_changes_the_count_the_use_and_the_name_only(founded: Store) -> None:
    with founded.work() as work:
        work.passkeys.keep(KEY._replace(name="電話", sign_count=7, used_at=30, public_key=b"x", account="a2"))
        assert work.passkeys.find(b"k1") == (KEY._replace(name="電話", sign_count=7, used_at=30), DOCTOR)


@pytest.mark.parametrize(
    ("of", "left"),
    [
        ({"account": "a1", "credential": b"k1"}, [OTHER]),
        ({"account": "a1", "device": "d2"}, [KEY]),
        ({"account": "a1"}, []),
        ({"account": "a2", "credential": b"k1"}, [KEY, OTHER]),
        ({"account": "a2"}, [KEY, OTHER]),
    ],
)
def test_keys_are_removed_for_their_person_only(
    founded: Store, of: dict[str, str], left: list[Passkey]
) -> None:
    with founded.work() as work:
        assert work.passkeys.remove(**of) == 2 - len(left)  # type: ignore[arg-type]
        assert list(work.passkeys.of("a1")) == left


def test_the_secret_of_a_store_is_its_own_and_stays(founded: Store) -> None:
    with founded.look() as work:
        secret = work.passkeys.secret()
    with founded.look() as work:
        assert work.passkeys.secret() == secret
    assert len(secret) == 32


def test_a_challenge_is_used_once_until_it_is_over(founded: Store) -> None:
    with founded.work() as work:
        assert [work.passkeys.spend(b"n1", 100, now) for now in (10, 20, 99)] == [True, False, False]
        assert work.passkeys.spend(b"n2", 100, 20)
        assert work.passkeys.spend(b"n1", 300, 100)  # forgotten, and refused by its time


def test_a_secret_is_kept_replaced_and_removed(founded: Store) -> None:
    secret = OneTimeSecret("a1", "ABCDEFGH", 10)
    with founded.work() as work:
        assert work.codes.find("a1") is None
        work.codes.keep(secret)
        assert work.codes.find("a1") == secret
        confirmed = secret._replace(secret="IJKLMNOP", confirmed_at=20, last_step=7)
        work.codes.keep(confirmed)
        assert work.codes.find("a1") == confirmed
        work.codes.remove("a1")
        work.codes.remove("a1")
        assert work.codes.find("a1") is None


def test_a_code_is_used_once_by_its_person_while_it_is_good(founded: Store) -> None:
    own = [RecoveryCode("a1", bytes([number]) * 32, 100) for number in range(3)]
    with founded.work() as work:
        work.codes.issue("a1", "", own)
        assert work.codes.use("a2", own[0].code_hash, 50) is None
        assert work.codes.use("a1", own[0].code_hash, 100) is None
        assert work.codes.use("a1", own[0].code_hash, 50) == own[0]
        assert work.codes.use("a1", own[0].code_hash, 50) is None
        assert list(work.codes.issued("a1", 50)) == own[1:]
        assert list(work.codes.issued("a1", 100)) == []


def test_codes_are_replaced_for_the_one_who_gave_them(founded: Store) -> None:
    own, given = RecoveryCode("a1", b"o" * 32, 100), RecoveryCode("a1", b"g" * 32, 100, "office")
    with founded.work() as work:
        work.codes.issue("a1", "", [own])
        work.codes.issue("a1", "office", [given])
        assert list(work.codes.issued("a1", 50)) == [given, own]
        work.codes.issue("a1", "", [])
        assert list(work.codes.issued("a1", 50)) == [given]
