"""Guessing makes whoever guesses wait, and not the person whose login is guessed.

Failed proofs of a person are counted apart for browsers that know the person, each by itself, and for all
others together. So somebody who guesses from elsewhere never slows down a person at their usual browser,
and at most a hundred guesses a day are heard by all ways together. A passkey is no guess and waits for
nobody. Attempts made while one must wait are refused unread and do not lengthen the wait.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from hie.exchange.ports import Device, UnitOfWork

PATIENCE = 10
"""Failed attempts in `WINDOW` after which one must wait."""
WINDOW = 5 * 60_000
DAY = 24 * 3_600_000
STRANGERS_A_DAY = 60
"""Failed attempts on one login from browsers that do not know it."""
FAMILIAR_A_DAY = 40
"""The same from all browsers that do: together a hundred."""
FROM_ONE_ADDRESS = 100
"""Failed attempts in `WINDOW` from one address, whatever the logins: a whole clinic may share it."""
TOLD_BY_ONE_ADDRESS = 20
"""Refusals in `WINDOW` from one address that are written down though nothing of them was heard."""


class Pool(NamedTuple):
    """Attempts that are counted together."""

    name: bytes
    """A hash: what was typed as a login may be a password."""
    span: int
    most: int


def pools(login: str, device: Device | None, address: str, *, familiar: bool) -> tuple[Pool, ...]:
    """Return where an attempt counts."""
    if familiar and device is not None:
        own = _pool(f"device {device.id} {login}", WINDOW, PATIENCE)
        return own, _pool(f"familiar {login}", DAY, FAMILIAR_A_DAY)
    strangers = _pool(f"login {login}", WINDOW, PATIENCE), _pool(f"day {login}", DAY, STRANGERS_A_DAY)
    return (*strangers, _pool(f"address {address}", WINDOW, FROM_ONE_ADDRESS)) if address else strangers


def told_by(address: str) -> tuple[Pool, ...]:
    """Return where failed passkeys and waiting attempts of an address count: how many rows they may write."""
    return (_pool(f"told {address}", WINDOW, TOLD_BY_ONE_ADDRESS),)


def must_wait(work: UnitOfWork, now: int, counted: tuple[Pool, ...]) -> bool:
    """Say whether too many attempts failed."""
    return any(work.accounts.failures(pool.name, now - pool.span) >= pool.most for pool in counted)


def failed(work: UnitOfWork, now: int, counted: tuple[Pool, ...]) -> None:
    """Count a failed attempt."""
    for pool in counted:
        work.accounts.failures(pool.name, now - DAY, add=now)


def _pool(who: str, span: int, most: int) -> Pool:
    return Pool(hashlib.sha256(who.encode("utf-8", "surrogatepass")).digest(), span, most)
