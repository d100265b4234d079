"""The telephone call: a device is lost, and whoever keeps the person stops it, or all of the person's.

Stopping needs no fresh proof, for haste is what it is about, and it only closes. What opens something asks
for one: letting a browser be used again, by whoever keeps the person wholly and everybody else who uses it,
and a code for somebody who lost every second factor, which nobody gives to themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hie.exchange.ports import Account, Clock, Store, UnitOfWork
from hie.exchange.roster.keepers import expect_no_less, keeps
from hie.exchange.signing.own_devices import OwnDevice, own_devices
from hie.exchange.signing.second_factors import Factors, bar, factors, reprove
from hie.exchange.signing.sessions import record, resume_device, stop_device, stop_sessions
from hie.record.errors import NotFound
from hie.record.requester import Requester


class Kept(NamedTuple):
    """What the keeper of a person sees of how they sign in; no secret stands in it."""

    account: Account
    devices: Sequence[OwnDevice]
    factors: Factors
    sessions: int


def kept(work: UnitOfWork, now: int, requester: Requester, account: str) -> Kept:
    """Return a person's browsers; raise `NotFound` where the asker does not keep the person."""
    found = _kept(work, now, requester, account)
    live = len(work.sessions.live(account, now))
    return Kept(found, own_devices(work, account), factors(work, account, now), live)


def stop_one(store: Store, clock: Clock, requester: Requester, account: str, device: str) -> int:
    """Stop a person's browser, for whoever uses it; return how many sessions ended. Raise `NotFound`.

    The person's app goes with it, for it may be on that very phone: what is left is another passkey, a
    recovery code, or a code of the desk.
    """
    _expect(store, clock, requester, account, device)
    with store.work() as work:
        app = work.codes.find(account)
        if app is not None and app.confirmed_at and app.secret:
            bar(work, clock.now(), account)
            record(work, clock.now(), requester, "second-factor-removed", detail=f"{account} app")
    return stop_device(store, clock, requester, device)


def resume_one(store: Store, clock: Clock, requester: Requester, account: str, device: str) -> None:
    """Let a browser that was found again be used; the route asks for a fresh proof.

    Raise `NotFound`, also where others who use it are not kept, and where the secretariat stopped it.
    """
    _expect(store, clock, requester, account, device)
    with store.look() as work:
        expect_no_less(work, requester, "device-stopped", f"device {device},")
        for _, _, other in work.devices.familiar(device):
            _kept(work, clock.now(), requester, other.id, wholly=True)
    resume_device(store, clock, requester, device)


def stop_all(store: Store, clock: Clock, requester: Requester, account: str) -> int:
    """End all sessions of a person, who signs in anew; return how many. Raise `NotFound`."""
    now = clock.now()
    with store.work() as work:
        _kept(work, now, requester, account)
        ended = stop_sessions(work, now, account)
        record(work, now, requester, "sessions-stopped", detail=f"{account}, {ended} sessions")
    return ended


def give_code(store: Store, clock: Clock, requester: Requester, account: str) -> str:
    """Return one code for somebody who lost every second factor; raise `NotFound`, `Invalid` for oneself."""
    with store.look() as work:
        found = _kept(work, clock.now(), requester, account, wholly=True)
    return reprove(store, clock, requester, found)


def _expect(store: Store, clock: Clock, requester: Requester, account: str, device: str) -> None:
    with store.look() as work:
        _kept(work, clock.now(), requester, account)
        if not work.devices.familiar(device, account):
            raise NotFound("no such browser of this person")


def _kept(work: UnitOfWork, now: int, requester: Requester, account: str, *, wholly: bool = False) -> Account:
    """Return an account that somebody keeps: one of its posts is theirs to keep, or `wholly` all are."""
    person = work.roster.known([account]).get(account)
    held = [keeps(requester, post.facility) for post in person.held(now)] if person else []
    if person is None or not held or not (all(held) if wholly else any(held)):
        raise NotFound("no such person for the asker")
    return person.account
