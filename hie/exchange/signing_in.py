"""Signing in and out: password, session, and the record of both.

A session is an opaque random token in a cookie; the store knows it by its hash only.

Failed sign-ins make whoever guesses wait. Browsers in which a person has signed in before bear a
device cookie and are counted one by one; all others are counted together, by the login they name.
So somebody who guesses from elsewhere never slows down a person at their usual browser, but does
slow down the same person at a browser that is new to the hub, for as long as the guessing lasts.
Attempts made while one must wait are refused unread and do not lengthen the wait.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple, Protocol

from hie.exchange.ports import Account, AuditEvent, Clock, Session, Store, UnitOfWork
from hie.record.errors import HieError
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose, Requester, Role

LIFE_OF_A_SESSION = 12 * 3_600_000
"""Milliseconds: a working day."""
PATIENCE = 10
"""Failed attempts in `WINDOW` after which one must wait."""
WINDOW = 5 * 60_000
MOST_ON_A_DEVICE = 16
"""People that one browser is known by; the ones before are forgotten."""

CLINICAL_ROLES = frozenset({Role.DOCTOR, Role.NURSE, Role.PHARMACIST, Role.LIAISON})


class SignInFailed(HieError):
    """The login or the password is wrong, or there were too many attempts (`wait`)."""

    def __init__(self, *, wait: bool) -> None:
        """Keep whether the person must wait."""
        super().__init__("too many attempts" if wait else "wrong login or password")
        self.wait = wait


class Passwords(Protocol):
    """Hashes and checks passwords (argon2id); slow on purpose."""

    def hash(self, password: str) -> str:
        """Return the encoded hash."""

    def matches(self, encoded: str, password: str) -> bool:
        """Say whether `password` made `encoded`; takes as long for an unknown account."""


class SignedIn(NamedTuple):
    """A fresh session: the token goes into the cookie and nowhere else."""

    token: str
    session: Session
    account: Account
    device: str
    """What this browser shows the next time; says nothing of who signed in."""


def token_hash(token: str) -> bytes:
    """Name a session by the SHA-256 of its token."""
    return hashlib.sha256(token.encode()).digest()


def requester_of(account: Account) -> Requester:
    """Let a signed-in person act: clinical roles treat, all others administer."""
    purpose = Purpose.TREATMENT if account.role in CLINICAL_ROLES else Purpose.ADMINISTRATION
    return Requester(account.id, account.name, account.facility, account.role, purpose)


def sign_in(
    store: Store, clock: Clock, passwords: Passwords, login: str, password: str, device: str = ""
) -> SignedIn:
    """Open a session, or raise `SignInFailed`; both are audited. `device` is of an earlier `SignedIn`."""
    now = clock.now()
    with store.look() as work:
        account = work.accounts.find(login)
        guesser = _guesser(login, account, device)
        waiting = work.accounts.failures(guesser, now - WINDOW) >= PATIENCE
    # The hash is checked outside the transaction: it takes a tenth of a second on purpose.
    matched = not waiting and passwords.matches(account.password_hash if account else "", password)
    with store.work() as work:
        # Again, in the transaction that counts: of many guesses at once no more are heard than one by one.
        waiting = waiting or work.accounts.failures(guesser, now - WINDOW) >= PATIENCE
        if waiting or account is None or not matched:
            if not waiting:
                work.accounts.failures(guesser, now - WINDOW, add=now)
            _record(work, now, account, "sign-in-failed", "refused")
            work.commit()
            raise SignInFailed(wait=waiting)
        token = clock.new_id() + clock.new_id()
        session = Session(token_hash(token), account.id, clock.new_id(), now, now + LIFE_OF_A_SESSION)
        work.accounts.open_session(session)
        _record(work, now, account, "sign-in", "done")
    return SignedIn(
        token, session, account, _known_device(device, account) or _device(clock, device, account)
    )


def _guesser(login: str, account: Account | None, device: str) -> bytes:
    """Name who guesses without keeping what was typed: it may be a password in the wrong field."""
    known = _known_device(device, account) if account else ""
    who = f"device {known.partition('.')[0]} {login}" if known else f"login {login}"
    return hashlib.sha256(who.encode("utf-8", "surrogatepass")).digest()


def _known_device(device: str, account: Account) -> str:
    """Return `device` if the account has signed in there with its present password, else nothing."""
    name, *people = device.split(".")
    signed = _signature(name, account).encode()
    return device if any(hmac.compare_digest(one.encode(), signed) for one in people) else ""


def _device(clock: Clock, device: str, account: Account) -> str:
    """Add the account to a browser's device, or name a new one."""
    name, *people = device.split(".")
    if not _is_new_id(name) or not all(map(_is_new_id, people)):
        name, people = clock.new_id(), []
    return ".".join((name, *people[1 - MOST_ON_A_DEVICE :], _signature(name, account)))


def _signature(name: str, account: Account) -> str:
    """Sign a device's name with the stored password hash, which nobody outside the store has.

    A changed password makes every device of the account unknown.
    """
    signed = hmac.new(account.password_hash.encode(), f"device {account.id} {name}".encode(), hashlib.sha256)
    return signed.hexdigest()[:32]


def _is_new_id(text: str) -> bool:
    return len(text) == 32 and set(text) <= set("0123456789abcdef")  # noqa: PLR2004  as of `Clock.new_id`


def sign_out(store: Store, clock: Clock, token: str) -> None:
    """End the session of `token`, if there is one."""
    with store.work() as work:
        now = clock.now()
        found = work.accounts.session(token_hash(token), now)
        work.accounts.close_session(token_hash(token))
        if found is not None:
            _record(work, now, found[1], "sign-out", "done")


def _record(work: UnitOfWork, now: int, account: Account | None, action: str, outcome: str) -> None:
    who = (
        requester_of(account)
        if account
        else Requester("", "", FacilityCode(""), Role.SYSTEM, Purpose.ADMINISTRATION)
    )
    work.audit.append([AuditEvent(now, who, action, outcome, "", 0, (), 0, "")])
