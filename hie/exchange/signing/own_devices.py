"""A person's own browsers: which they are, stopping one, and the quick switch of a shared one.

Whom a shared browser offers is known here, under the browser, and never in its storage; nobody is offered
who did not ask for it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hie.exchange.ports import Account, Device, Familiar, UnitOfWork
from hie.exchange.signing.browsers import Visit, known, mark
from hie.exchange.signing.new_passwords import encoded, set_password
from hie.exchange.signing.proofs import Reception
from hie.exchange.signing.sessions import forget_keys, record, stop_device
from hie.record.errors import NotFound
from hie.record.requester import Requester


class OwnDevice(NamedTuple):
    """One line of a person's list."""

    device: Device
    seen_at: int
    remembered: bool
    alone: bool
    """Whether nobody else is familiar to it."""


def own_devices(work: UnitOfWork, account: str) -> Sequence[OwnDevice]:
    """Return the browsers a person has signed in with, last used first."""
    return [
        OwnDevice(device, familiar.seen_at, familiar.remembered, len(work.devices.familiar(device.id)) == 1)
        for device, familiar, _ in work.devices.familiar(account=account)
    ]


def stop_own_device(reception: Reception, requester: Requester, device: str) -> int:
    """Stop a browser of one's own at once; return how many sessions ended. Raise `NotFound`.

    One that others use as well goes on for them: only the person's own sessions and keys there end.
    """
    store, clock = reception.store, reception.clock
    with store.look() as work:
        everybody = {account.id for _, _, account in work.devices.familiar(device)}
    if requester.user not in everybody:
        raise NotFound("no such browser")
    if everybody == {requester.user}:
        return stop_device(store, clock, requester, device)
    with store.work() as work:
        ended = work.sessions.close_all(requester.user, device)
        forget_keys(work, clock.now(), requester.user, device)
        work.devices.forget(device, requester.user)
        record(work, clock.now(), requester, "device-left", detail=f"device {device}, {ended} sessions")
    return ended


def remember_here(reception: Reception, requester: Requester, *, remembered: bool) -> None:
    """Offer a person on the quick switch of the browser they are at, or no more; raise `NotFound`."""
    with reception.store.work() as work:
        _, familiar, _ = _own(work, requester)
        work.devices.greet(familiar._replace(remembered=remembered))
        action = "switch-joined" if remembered else "switch-left"
        record(work, reception.clock.now(), requester, action, detail=f"device {familiar.device}")


def offered(work: UnitOfWork, visit: Visit, now: int) -> tuple[Device | None, Sequence[Account]]:
    """Return the browser and who may switch to themselves there, last seen first."""
    device = known(work, visit)
    if device is None or device.stopped_at:
        return None, ()
    people = [
        account
        for _, familiar, account in work.devices.familiar(device.id)
        if familiar.remembered and familiar.mark == mark(account) and account.may_act(now)
    ]
    return device, people


def change_password(reception: Reception, requester: Requester, login: str, password: str) -> None:
    """Give oneself a new password; every session ends. Raise `WeakPassword`. The route asks for a proof."""
    with reception.store.look() as work:
        account = work.accounts.find(login)
        if account is None or account.id != requester.user:
            raise NotFound("not one's own account")
        facility = next((one.name for one in work.directory.all() if one.code == account.facility), "")
    hashed = encoded(reception.proofs, account, password, facility, reception.rules.network)
    with reception.store.work() as work:
        set_password(work, account, hashed)
        record(work, reception.clock.now(), requester, "password-changed")


def _own(work: UnitOfWork, requester: Requester) -> tuple[Device, Familiar, Account]:
    found = work.devices.familiar(requester.origin.device, requester.user) if requester.origin.device else ()
    if not found:
        raise NotFound("not a browser of one's own")
    return found[0]
