"""Second factors: an authenticator app, passkeys, and codes on paper for the day they are lost.

No code comes by mail or short message. A code of the app is taken once; a code on paper is used up.
Who has lost everything is given one code by the secretariat, which must know the person and is written
down with it. The lost factors are forgotten at once and the account is barred: it opens nothing but the
making of new ones, and that to nobody but who shows the code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from consent.model import FOREVER
from hie.exchange.ports import (
    Account,
    Clock,
    OneTimeSecret,
    Passkey,
    RecoveryCode,
    Session,
    Store,
    UnitOfWork,
)
from hie.exchange.signing.challenges import challenge, spend
from hie.exchange.signing.proofs import Apps, ProofFailed, Reception, Site
from hie.exchange.signing.sessions import record, stop_sessions
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.requester import Requester

CODES = 10
REPROOF = 24 * 3_600_000
"""Milliseconds for which a code of the secretariat is good: until the person is back at a desk."""
MOST_PASSKEYS = 10
LONGEST_NAME = 40
_SECRET_BYTES, _CODE_BYTES = 20, 10


class Factors(NamedTuple):
    """What a person has, for their own page."""

    passkeys: Sequence[Passkey]
    app_since: int
    """0 without an app."""
    codes_left: int


def factors(work: UnitOfWork, account: str, now: int) -> Factors:
    """Return what a person has."""
    app = work.codes.find(account)
    own = [code for code in work.codes.issued(account, now) if not code.issued_by]
    return Factors(work.passkeys.of(account), app.confirmed_at if app and app.secret else 0, len(own))


def has_second(work: UnitOfWork, account: str) -> bool:
    """Say whether a person has a second factor of their own."""
    app = work.codes.find(account)
    return bool((app and app.confirmed_at and app.secret) or work.passkeys.of(account))


def may_enrol(work: UnitOfWork, session: Session) -> bool:
    """Say whether a second factor may be made in a session.

    In one that waits only the first one, of an account that is not barred; or after the secretariat's code.
    """
    if session.assurance or session.confirmed_at:
        return True
    return not has_second(work, session.account) and not _is_barred(work, session.account)


class Shown(Enum):
    """What a typed code is."""

    NOTHING = auto()
    OWN = auto()
    GIVEN = auto()
    """The secretariat's: a factor is made next, and nothing else opens."""


def shown(work: UnitOfWork, apps: Apps, account: Account, code: str, now: int) -> Shown:
    """Say whether `code` is the app's and new, or one on paper, which is used up."""
    typed = "".join(code.split()).replace("-", "")
    app = work.codes.find(account.id)
    if app is not None and app.confirmed_at and typed.isdecimal():
        step = apps.step(app.secret, typed, now) if app.secret else 0
        if step > app.last_step:
            work.codes.keep(app._replace(last_step=step))
            return Shown.OWN
        return Shown.NOTHING
    used = work.codes.use(account.id, _hashed(account.id, typed), now)
    if used is None:
        return Shown.NOTHING
    return Shown.GIVEN if used.issued_by else Shown.OWN


def bar(work: UnitOfWork, now: int, account: str) -> None:
    """Forget a person's app, which may be in other hands; the password alone makes no new one."""
    work.codes.keep(OneTimeSecret(account, "", now, now))


def _is_barred(work: UnitOfWork, account: str) -> bool:
    app = work.codes.find(account)
    return app is not None and bool(app.confirmed_at) and not app.secret


def new_app(store: Store, session: Session) -> str:
    """Return the secret for an app that is made in a session: of this session alone, and kept nowhere yet.

    Raise `Conflict` where an app is in use, `NotFound` where the session may make none.
    """
    with store.look() as work:
        _expect_enrolling(work, session)
        before = work.codes.find(session.account)
        if before is not None and before.confirmed_at and before.secret:
            raise Conflict("an app is in use")
        return _secret_of(work, session, before)


def confirm_app(reception: Reception, session: Session, requester: Requester, code: str) -> tuple[str, ...]:
    """Take the first code of a session's new app; return new codes on paper.

    Raise `ProofFailed`, or `NotFound` where the person has had a second factor made meanwhile.
    """
    clock, now = reception.clock, reception.clock.now()
    with reception.store.work() as work:
        work.roster.known([requester.user])  # held: of two that make the first factor one comes first
        _expect_enrolling(work, session)
        before = work.codes.find(requester.user)
        if before is not None and before.confirmed_at and before.secret:
            raise ProofFailed("no app waits for its first code")
        secret = _secret_of(work, session, before)
        step = reception.proofs.apps.step(secret, "".join(code.split()), now)
        if not step:
            raise ProofFailed("not the code of this app")
        work.codes.keep(OneTimeSecret(requester.user, secret, now, now, step))
        record(work, now, requester, "second-factor-added", detail="app")
        return _paper(work, clock, requester)


def remove_app(reception: Reception, requester: Requester) -> None:
    """Forget a person's own app; raise `Conflict` where it is the only second factor."""
    with reception.store.work() as work:
        if reception.rules.second_factor and not work.passkeys.of(requester.user):
            raise Conflict("the last second factor stays")
        # What is left says when: the next app of this session has another secret.
        work.codes.keep(OneTimeSecret(requester.user, "", reception.clock.now()))
        record(work, reception.clock.now(), requester, "second-factor-removed", detail="app")


def new_codes(reception: Reception, requester: Requester) -> tuple[str, ...]:
    """Return new codes on paper; the old ones are over."""
    with reception.store.work() as work:
        return _paper(work, reception.clock, requester)


def passkey_creation(reception: Reception, site: Site, session: Session, account: Account) -> str:
    """Return what a browser is asked to make a passkey for the person of a session."""
    with reception.store.look() as work:
        others = work.passkeys.of(account.id)
        asked = challenge(work, reception.clock, _adding(session))
    return reception.proofs.passkeys.creation(site, asked, account, others)


def add_passkey(
    reception: Reception, site: Site, session: Session, requester: Requester, answer: str, name: str
) -> tuple[str, ...]:
    """Keep a new passkey; return codes on paper where the person had none. Raise `ProofFailed`."""
    checks, now = reception.proofs.passkeys, reception.clock.now()
    asked = checks.challenge(answer)
    made = checks.created(site, asked, answer)
    with reception.store.work() as work:
        work.roster.known([requester.user])  # held, as in `confirm_app`
        _expect_enrolling(work, session)
        spend(work, now, asked, _adding(session))
        if work.passkeys.find(made.id) is not None:
            raise ProofFailed("this key is known already")
        if len(work.passkeys.of(requester.user)) >= MOST_PASSKEYS:
            raise Invalid("too many passkeys")
        device = work.devices.get(session.device)
        called = name.strip()[:LONGEST_NAME] or (device.name if device else "")
        key = Passkey(
            *(made.id, requester.user, called, made.public_key, made.sign_count, made.transports),
            *(session.device, now, now),
        )
        work.passkeys.keep(key)
        if _is_barred(work, requester.user):
            work.codes.remove(requester.user)
        record(work, now, requester, "second-factor-added", detail="passkey")
        own = [code for code in work.codes.issued(requester.user, now) if not code.issued_by]
        return () if own else _paper(work, reception.clock, requester)


def remove_passkey(reception: Reception, requester: Requester, credential: bytes) -> None:
    """Forget a passkey of one's own; raise `NotFound`, or `Conflict` where it is the last factor."""
    with reception.store.work() as work:
        app = work.codes.find(requester.user)
        last = len(work.passkeys.of(requester.user)) == 1 and not (app and app.confirmed_at and app.secret)
        if last and reception.rules.second_factor:
            raise Conflict("the last second factor stays")
        if not work.passkeys.remove(requester.user, credential):
            raise NotFound("no such passkey")
        record(work, reception.clock.now(), requester, "second-factor-removed", detail="passkey")


def reprove(store: Store, clock: Clock, requester: Requester, account: Account) -> str:
    """Return one code with which a person who lost every factor signs in once, within a day.

    Their sessions end now, and what they have lost opens nothing any more. The secretariat tells the code
    to nobody but the person, face to face or by a number it called itself. Raise `Invalid` where somebody
    would help themselves.
    """
    if account.id == requester.user:
        raise Invalid("nobody gives a code to themselves")
    now, code = clock.now(), _new_code(clock)
    with store.work() as work:
        given = RecoveryCode(account.id, _hashed(account.id, code), now + REPROOF, requester.user)
        work.codes.issue(account.id, "", [])
        work.passkeys.remove(account.id)
        bar(work, now, account.id)
        work.codes.issue(account.id, requester.user, [given])
        stop_sessions(work, now, account.id)
        record(work, now, requester, "second-factor-reset", detail=account.id)
    return _spaced(code)


def _paper(work: UnitOfWork, clock: Clock, requester: Requester) -> tuple[str, ...]:
    codes = [_new_code(clock) for _ in range(CODES)]
    rows = [RecoveryCode(requester.user, _hashed(requester.user, code), FOREVER) for code in codes]
    work.codes.issue(requester.user, "", rows)
    record(work, clock.now(), requester, "recovery-codes-made")
    return tuple(map(_spaced, codes))


def _expect_enrolling(work: UnitOfWork, session: Session) -> None:
    if not may_enrol(work, session):
        raise NotFound("a second factor is there")


def _secret_of(work: UnitOfWork, session: Session, before: OneTimeSecret | None) -> str:
    """Derive the secret that a session shows from what a change of its token leaves as it is."""
    removed = before.added_at if before else 0
    said = f"app {session.account} {session.csrf_token} {session.opened_at} {removed}".encode()
    drawn = hmac.new(work.passkeys.secret(), said, hashlib.sha256).digest()
    return base64.b32encode(drawn[:_SECRET_BYTES]).decode()


def _adding(session: Session) -> bytes:
    return b"add " + session.token_hash


def _new_code(clock: Clock) -> str:
    """Make a code of 80 bits in letters and digits that are not mistaken for one another."""
    chance = hashlib.sha256(bytes.fromhex(clock.new_id())).digest()[:_CODE_BYTES]
    return base64.b32encode(chance).decode()


def _spaced(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _hashed(account: str, code: str) -> bytes:
    # Eighty random bits need no slow hash.
    return hashlib.sha256(f"code {account} {code.upper()}".encode("utf-8", "surrogatepass")).digest()
