"""The promises of `Sessions`."""

from __future__ import annotations

import pytest

from hie.exchange.ports import Account, AccountState, Device, Post, Session, Store
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode
from hie.record.requester import Role
from tests import filed as our

DOCTOR = Account("a1", "doctor", "見本 医師", our.CLINIC, Role.DOCTOR, "hash")
NURSE = Account("a2", "nurse", "見本 看護師", our.CLINIC, Role.NURSE, "hash")
PHONE = Device("d1", b"p" * 32, "Chrome (Android)", 900, 900)
DESK = Device("d2", b"q" * 32, "Edge (Windows)", 900, 900)
OPEN = Session(
    *(b"t" * 32, "a1", our.CLINIC, Role.DOCTOR, "d1", "csrf", 1_000, 1_000),
    *(2_000, 1_000, 2, 500),
)


@pytest.fixture
def founded(store: Store) -> Store:
    with store.work() as work:
        for account in (DOCTOR, NURSE):
            work.accounts.add(account)
        for device in (PHONE, DESK):
            work.devices.keep(device)
        work.sessions.open(OPEN)
    return store


def test_a_session_says_whose_it_is_until_it_was_idle_too_long(founded: Store) -> None:
    with founded.look() as work:
        assert work.sessions.find(OPEN.token_hash, 1_499) == (OPEN, DOCTOR)
        assert work.sessions.find(OPEN.token_hash, 1_500) is None
        assert work.sessions.find(b"u" * 32, 1_400) is None


def test_a_session_in_use_ends_when_its_time_is_over(founded: Store) -> None:
    with founded.work() as work:
        for moment in (1_400, 1_300, 1_800):
            work.sessions.seen(OPEN.token_hash, moment)
        assert work.sessions.find(OPEN.token_hash, 1_999) == (OPEN._replace(seen_at=1_800), DOCTOR)
        assert work.sessions.find(OPEN.token_hash, 2_000) is None


def test_nobody_is_seen_where_there_is_no_session(founded: Store) -> None:
    with founded.work() as work:
        work.sessions.seen(b"u" * 32, 1_100)
        assert work.sessions.find(b"u" * 32, 1_100) is None


def test_a_closed_session_is_gone_at_once(founded: Store) -> None:
    with founded.work() as work:
        work.sessions.close(OPEN.token_hash)
        work.sessions.close(OPEN.token_hash)
        assert work.sessions.find(OPEN.token_hash, 1_100) is None


@pytest.mark.parametrize(
    "changed",
    [
        DOCTOR._replace(password_hash=""),
        DOCTOR._replace(state=AccountState.INVITED),
        DOCTOR._replace(state=AccountState.SUSPENDED),
        DOCTOR._replace(state=AccountState.STOPPED),
        DOCTOR._replace(expires_at=1_100),
    ],
)
def test_a_session_of_an_account_that_may_not_act_opens_nothing(founded: Store, changed: Account) -> None:
    with founded.work() as work:
        work.accounts.add(changed)
        assert work.sessions.find(OPEN.token_hash, 1_100) is None


def test_a_session_on_a_stopped_browser_opens_nothing(founded: Store) -> None:
    with founded.work() as work:
        work.devices.keep(PHONE._replace(stopped_at=1_050))
        assert work.sessions.find(OPEN.token_hash, 1_100) is None
        work.devices.keep(PHONE)
        assert work.sessions.find(OPEN.token_hash, 1_100) == (OPEN, DOCTOR)


def test_a_session_ends_with_the_post_it_acts_in(founded: Store) -> None:
    with founded.work() as work:
        assert work.posts.end(Post("a1", our.CLINIC, Role.DOCTOR), 1_200)
        assert work.sessions.find(OPEN.token_hash, 1_199) == (OPEN, DOCTOR)
        assert work.sessions.find(OPEN.token_hash, 1_200) is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        OPEN._replace(facility=FacilityCode("1399999999")),
        OPEN._replace(role=Role.NURSE),
        OPEN._replace(device="d9"),
        OPEN._replace(account="a9"),
    ],
)
def test_a_session_of_what_there_is_not_opens_nothing(founded: Store, elsewhere: Session) -> None:
    with founded.work() as work:
        work.sessions.open(elsewhere._replace(token_hash=b"e" * 32))
        assert work.sessions.find(b"e" * 32, 1_100) is None


def test_opening_one_forgets_those_that_are_over(founded: Store) -> None:
    with founded.work() as work:
        work.sessions.open(
            OPEN._replace(token_hash=b"n" * 32, opened_at=1_600, seen_at=1_600, expires_at=9_000)
        )
        assert [one.token_hash for one in work.sessions.live("a1", 0)] == [b"n" * 32]


def test_the_live_ones_of_a_person_are_told_oldest_first(founded: Store) -> None:
    later = OPEN._replace(token_hash=b"a" * 32, opened_at=1_200, seen_at=1_200)
    with founded.work() as work:
        work.sessions.open(later)
        work.sessions.open(later._replace(token_hash=b"n" * 32, account="a2", role=Role.NURSE))
        assert list(work.sessions.live("a1", 1_300)) == [OPEN, later]
        assert list(work.sessions.live("a1", 1_600)) == [later]


@pytest.mark.parametrize(
    ("of", "left"),
    [
        ({"account": "a1"}, {b"3", b"4"}),
        ({"device": "d1"}, {b"2", b"4"}),
        ({"account": "a1", "device": "d1"}, {b"2", b"3", b"4"}),
        ({"account": "a9"}, {b"1", b"2", b"3", b"4"}),
    ],
)
def test_all_of_a_person_or_a_browser_end_together(
    founded: Store, of: dict[str, str], left: set[bytes]
) -> None:
    rows = [(b"1", "a1", "d1"), (b"2", "a1", "d2"), (b"3", "a2", "d1"), (b"4", "a2", "d2")]
    with founded.work() as work:
        work.sessions.close(OPEN.token_hash)
        for name, account, device in rows:
            work.sessions.open(OPEN._replace(token_hash=name * 32, account=account, device=device))
        assert work.sessions.close_all(**of) == 4 - len(left)
        found = {one.token_hash[:1] for account in ("a1", "a2") for one in work.sessions.live(account, 1_100)}
        assert found == left


def test_ending_the_sessions_of_nobody_in_particular_is_refused(founded: Store) -> None:
    with pytest.raises(Invalid), founded.work() as work:
        work.sessions.close_all()
    with founded.look() as work:
        assert work.sessions.find(OPEN.token_hash, 1_100) == (OPEN, DOCTOR)
