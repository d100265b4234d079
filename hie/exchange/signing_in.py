"""Signing in and out: password, session, and the record of both.

A session is an opaque random token in a cookie; the store knows it by its hash only. Failed
sign-ins slow down the login they name, from everywhere alike, without ever locking it out.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple, Protocol

from hie.exchange.ports import Account, AuditEvent, Clock, Session, Store, UnitOfWork
from hie.record.errors import HieError
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose, Requester, Role

LIFE_OF_A_SESSION = 12 * 3_600_000
"""Milliseconds: a working day."""
PATIENCE = 10
"""Failed attempts in `WINDOW` after which a login must wait."""
WINDOW = 5 * 60_000

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


def token_hash(token: str) -> bytes:
    """Name a session by the SHA-256 of its token."""
    return hashlib.sha256(token.encode()).digest()


def requester_of(account: Account) -> Requester:
    """Let a signed-in person act: clinical roles treat, all others administer."""
    purpose = Purpose.TREATMENT if account.role in CLINICAL_ROLES else Purpose.ADMINISTRATION
    return Requester(account.id, account.name, account.facility, account.role, purpose)


def sign_in(store: Store, clock: Clock, passwords: Passwords, login: str, password: str) -> SignedIn:
    """Open a session, or raise `SignInFailed`; both are audited."""
    with store.work() as work:
        now = clock.now()
        account = work.accounts.find(login)
        waiting = work.accounts.failures(login, now - WINDOW) >= PATIENCE
    # The hash is checked outside the transaction: it takes a tenth of a second on purpose.
    matched = passwords.matches(account.password_hash if account else "", password)
    with store.work() as work:
        if waiting or account is None or not matched:
            work.accounts.failures(login, now - WINDOW, add=now)
            _record(work, now, account, "sign-in-failed", "refused")
            work.commit()
            raise SignInFailed(wait=waiting)
        token = clock.new_id() + clock.new_id()
        session = Session(token_hash(token), account.id, clock.new_id(), now, now + LIFE_OF_A_SESSION)
        work.accounts.open_session(session)
        _record(work, now, account, "sign-in", "done")
    return SignedIn(token, session, account)


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
