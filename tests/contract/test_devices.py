"""The promises of `Devices`."""

from __future__ import annotations

import pytest

from hie.exchange.ports import Account, Device, Familiar, Session, Store
from hie.record.errors import Invalid
from hie.record.requester import Role
from tests import filed as our

YEAR = 366 * 24 * 3_600_000
DOCTOR = Account("a1", "doctor", "見本 医師", our.CLINIC, Role.DOCTOR, "hash")
NURSE = Account("a2", "nurse", "見本 看護師", our.CLINIC, Role.NURSE, "hash")
PHONE = Device("d1", b"p" * 32, "Chrome (Android)", 100, 100)
DESK = Device("d2", b"q" * 32, "Edge (Windows)", 100, 100, shared=True)
THERE = Familiar("d1", "a1", b"m" * 16, 100, 100)


@pytest.fixture
def founded(store: Store) -> Store:
    with store.work() as work:
        for account in (DOCTOR, NURSE):
            work.accounts.add(account)
        for device in (PHONE, DESK):
            work.devices.keep(device)
        work.devices.greet(THERE)
    return store


def test_a_browser_is_known_by_what_it_shows_and_by_its_id(founded: Store) -> None:
    with founded.look() as work:
        assert [work.devices.find(one.token_hash) for one in (PHONE, DESK)] == [PHONE, DESK]
        assert [work.devices.get(one.id) for one in (PHONE, DESK)] == [PHONE, DESK]
        assert (work.devices.find(b"x" * 32), work.devices.get("d9")) == (None, None)


def test_what_is_newly_known_of_a_browser_replaces_all_but_its_beginning(founded: Store) -> None:
    later = Device("d1", b"r" * 32, "Firefox (Android)", 500, 600, 700, shared=True)
    with founded.work() as work:
        work.devices.keep(later)
        assert work.devices.get("d1") == later._replace(registered_at=100)
        assert work.devices.find(PHONE.token_hash) is None


def test_a_browser_unseen_for_a_year_is_forgotten_with_what_hung_on_it(founded: Store) -> None:
    session = Session(*(b"t" * 32, "a1", our.CLINIC, Role.DOCTOR, "d1", "c", 100, 2**50, 2**51, 0, 2))
    with founded.work() as work:
        work.sessions.open(session)
        work.devices.keep(DESK._replace(seen_at=100 + YEAR))
        assert work.devices.get("d1") == PHONE
        work.devices.keep(DESK._replace(seen_at=101 + YEAR))
        assert work.devices.get("d1") is None
        assert work.devices.familiar(account="a1") == []
        assert work.sessions.live("a1", 100) == []


def test_who_is_familiar_is_told_by_browser_and_by_person_last_seen_first(founded: Store) -> None:
    desk = Familiar("d2", "a1", b"n" * 16, 200, 200, remembered=True)
    nurse = Familiar("d2", "a2", b"o" * 16, 300, 300)
    with founded.work() as work:
        work.devices.greet(desk)
        work.devices.greet(nurse)
        assert list(work.devices.familiar(account="a1")) == [(DESK, desk, DOCTOR), (PHONE, THERE, DOCTOR)]
        assert list(work.devices.familiar("d2")) == [(DESK, nurse, NURSE), (DESK, desk, DOCTOR)]
        assert list(work.devices.familiar("d2", "a2")) == [(DESK, nurse, NURSE)]
        assert list(work.devices.familiar("d1", "a2")) == []
        with pytest.raises(Invalid):
            work.devices.familiar()


def test_greeting_again_keeps_when_it_began(founded: Store) -> None:
    with founded.work() as work:
        work.devices.greet(Familiar("d1", "a1", b"z" * 16, 900, 900, remembered=True))
        assert [known for _, known, _ in work.devices.familiar("d1")] == [
            Familiar("d1", "a1", b"z" * 16, 100, 900, remembered=True)
        ]


def test_a_person_is_forgotten_at_one_browser(founded: Store) -> None:
    with founded.work() as work:
        work.devices.greet(THERE._replace(device="d2"))
        work.devices.forget("d1", "a1")
        work.devices.forget("d1", "a9")
        assert [device.id for device, _, _ in work.devices.familiar(account="a1")] == ["d2"]
