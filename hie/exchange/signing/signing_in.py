"""Signing in and out: password and second factor, or a passkey alone; and the record of all of it.

A password opens a session that waits: nobody is signed in until the second factor was shown, and whoever
has none is led to make one first. A passkey is both factors in one. `guessing` says who waits
after failed attempts; an unknown login, a wrong password and a stopped account cost and answer the same.
"""

from __future__ import annotations

from typing import NamedTuple

from hie.exchange.ports import Account, Passkey, Post, Session, UnitOfWork
from hie.exchange.signing.browsers import (
    DeviceStopped,
    Visit,
    greet,
    is_familiar,
    known,
    registered,
    token_hash,
)
from hie.exchange.signing.challenges import challenge, spend
from hie.exchange.signing.guessing import Pool, failed, must_wait, pools, told_by
from hie.exchange.signing.proofs import ProofFailed, Proofs, Reception, Site
from hie.exchange.signing.second_factors import Shown, has_second, may_enrol, shown
from hie.exchange.signing.sessions import (
    CODE_GIVEN,
    Opened,
    end_one,
    found_session,
    opened,
    posts_of,
    record,
    requester_of,
    rotated,
)
from hie.record.errors import HieError, Invalid, NotFound, Unavailable
from hie.record.identifiers import FacilityCode
from hie.record.requester import NOWHERE, Origin, Purpose, Requester, Role

PASSWORD_ALONE, BOTH_FACTORS = 1, 2
SIGN_IN = b"sign-in"
"""Purpose of a challenge that anybody may ask for."""


class SignInFailed(HieError):
    """What was shown is wrong, or there were too many attempts (`wait`)."""

    def __init__(self, *, wait: bool) -> None:
        """Keep whether the person must wait."""
        super().__init__("too many attempts" if wait else "wrong login or password")
        self.wait = wait


class SignedIn(NamedTuple):
    """A fresh session: the tokens go into cookies and nowhere else."""

    token: str
    session: Session
    account: Account
    device: str
    """What this browser shows the next time; says nothing of who signed in."""
    enrols: bool = False
    """Whether a session that waits is of somebody who has no second factor yet."""
    posts: int = 1
    """How many posts the person has to choose from."""

    @property
    def waits(self) -> bool:
        """Say whether the second factor is still owed."""
        return not self.session.assurance


def sign_in(reception: Reception, login: str, password: str, visit: Visit = Visit()) -> SignedIn:  # noqa: B008  immutable
    """Open a session, or one that waits for the second factor; or raise `SignInFailed`. All are audited.

    Raise `DeviceStopped` where the password is right and the browser was stopped.
    """
    store, clock, proofs, rules = reception
    now = clock.now()
    with store.look() as work:
        account = work.accounts.find(login)
        counted = _counted(work, account, login, visit)
        waiting = must_wait(work, now, counted)
    checked = account.password_hash if account else ""
    # The hash is checked outside the transaction: it takes a tenth of a second on purpose.
    matched = not waiting and _matches(proofs, checked, password)
    with store.work() as work:
        # Again, in the transaction that counts: of many guesses at once no more are heard than one by one.
        waiting = waiting or must_wait(work, now, counted)
        # So is the account: a password that was changed while it was checked opens nothing.
        account = work.accounts.find(login)
        matched = matched and account is not None and account.password_hash == checked
        post = _first_post(work, account, now)
        if waiting or account is None or post is None or not matched:
            _refused(work, now, account, visit, counted, heard=not waiting)
            raise SignInFailed(wait=waiting)
        assurance = 0 if rules.second_factor else PASSWORD_ALONE
        return _begun(reception, work, account, post, visit, assurance)


def second_step(reception: Reception, code: str, visit: Visit) -> SignedIn:
    """Finish a sign-in by a code of the app or a code on paper; or raise `SignInFailed`.

    After the secretariat's code it still waits: for the factor that is made next.
    """
    store, clock, proofs, _ = reception
    now = clock.now()
    with store.work() as work:
        session, account = waiting_in(work, visit.session, now)
        counted = _counted(work, account, account.login, visit)
        wait = must_wait(work, now, counted)
        what = Shown.NOTHING if wait else shown(work, proofs.apps, account, code, now)
        if what is Shown.NOTHING:
            _refused(work, now, account, visit, counted, heard=not wait)
            raise SignInFailed(wait=wait)
        end_one(work, session)
        post = _of_session(work, session, now)
        assurance = CODE_GIVEN if what is Shown.GIVEN else BOTH_FACTORS
        return _begun(reception, work, account, post, visit, assurance)


def enrolled(reception: Reception, visit: Visit) -> SignedIn:
    """Finish the sign-in of somebody who has just made the second factor in the session that waited."""
    now = reception.clock.now()
    with reception.store.work() as work:
        session, account = waiting_in(work, visit.session, now)
        if not has_second(work, account.id):
            raise Invalid("there is no second factor yet")
        end_one(work, session)
        return _begun(reception, work, account, _of_session(work, session, now), visit, BOTH_FACTORS)


def passkey_question(reception: Reception, site: Site, login: str = "") -> str:
    """Return what a browser is asked to sign in by a passkey: any it has, or one of a person's."""
    with reception.store.look() as work:
        account = work.accounts.find(login) if login else None
        keys = work.passkeys.of(account.id) if account else ()
        asked = challenge(work, reception.clock, SIGN_IN)
    return reception.proofs.passkeys.request(site, asked, keys)


def sign_in_by_passkey(reception: Reception, site: Site, answer: str, visit: Visit) -> SignedIn:
    """Open a session by a passkey alone, which waits for nobody's guesses; or raise `SignInFailed`."""
    now = reception.clock.now()
    with reception.store.work() as work:
        try:
            key, account = proven(reception, work, site, answer, SIGN_IN)
        except ProofFailed:
            _unheard(work, now, None, visit)
            raise SignInFailed(wait=False) from None
        post = _first_post(work, account, now)
        if post is None:
            _unheard(work, now, account, visit)
            raise SignInFailed(wait=False)
        done = _begun(reception, work, account, post, visit, BOTH_FACTORS)
        work.passkeys.keep(key)
    return done


def proven(
    reception: Reception, work: UnitOfWork, site: Site, answer: str, purpose: bytes
) -> tuple[Passkey, Account]:
    """Return the key that answered, with its new count, and whose it is; raise `ProofFailed`."""
    checks, now = reception.proofs.passkeys, reception.clock.now()
    asked = checks.challenge(answer)
    found = work.passkeys.find(checks.credential(answer))
    if found is None:
        raise ProofFailed("no such passkey")
    key, account = found
    count = checks.asserted(site, asked, answer, key)
    spend(work, now, asked, purpose)
    return key._replace(sign_count=count, used_at=now), account


def waiting_in(work: UnitOfWork, token: str, now: int) -> tuple[Session, Account]:
    """Return the session that waits for its second factor; raise `NotFound` where none does."""
    found = found_session(work, token_hash(token), now)
    if found is None or found[0].assurance:
        raise NotFound("no session waits")
    return found


def act_as(reception: Reception, token: str, facility: FacilityCode, role: Role, origin: Origin) -> Opened:
    """Go on in another post of one's own: a new session, and a record; raise `NotFound`."""
    now = reception.clock.now()
    with reception.store.work() as work:
        found = found_session(work, token_hash(token), now)
        if found is None or not found[0].assurance:
            raise NotFound("nobody is signed in")
        session, account = found
        posts = posts_of(work, account.id, now)
        post = next((one for one in posts if (one.facility, one.role) == (facility, role)), None)
        device = work.devices.get(session.device)
        if post is None or device is None:
            raise NotFound("no such post")
        end_one(work, session)
        fresh = opened(work, reception.clock, post, device, session.assurance, reception.rules.most_sessions)
        # Neither a longer day nor a fresher proof than before: only the post is another.
        anew = fresh.session._replace(
            confirmed_at=session.confirmed_at, expires_at=min(fresh.session.expires_at, session.expires_at)
        )
        work.sessions.close(anew.token_hash)
        work.sessions.open(anew)
        record(work, now, requester_of(account, anew, origin), "acting-switched")
    return Opened(fresh.token, anew)


def confirm(
    reception: Reception, site: Site, token: str, proof: str, visit: Visit, *, passkey: bool
) -> Opened:
    """Show a factor anew, so that risky acts are open for five minutes; or raise `SignInFailed`.

    By a passkey, by a code, or where the region asks for no second factor by the password.
    """
    now = reception.clock.now()
    with reception.store.look() as work:
        found = found_session(work, token_hash(token), now)
        if found is None or not found[0].assurance:
            raise NotFound("nobody is signed in")
        session, account = found
        counted = _counted(work, account, account.login, visit)
        waiting = not passkey and must_wait(work, now, counted)
    alone = not passkey and not waiting and session.assurance == PASSWORD_ALONE
    right = alone and _matches(reception.proofs, account.password_hash, proof)
    with reception.store.work() as work:
        waiting = waiting or (not passkey and must_wait(work, now, counted))
        if passkey:
            right = _answered(reception, work, site, proof, session)
        elif not waiting and not right:
            right = shown(work, reception.proofs.apps, account, proof, now) is Shown.OWN
        who = requester_of(account, session, _origin(visit, session))
        if waiting or not right:
            if not waiting and not passkey:
                failed(work, now, counted)
            record(work, now, who, "confirm", "refused")
            work.commit()
            raise SignInFailed(wait=waiting)
        fresh = rotated(work, reception.clock, session)
        record(work, now, who, "confirm")
    return fresh


def confirm_question(reception: Reception, site: Site, session: Session) -> str:
    """Return what a browser is asked to confirm by one of the person's passkeys."""
    with reception.store.look() as work:
        keys = work.passkeys.of(session.account)
        asked = challenge(work, reception.clock, b"confirm " + session.token_hash)
    return reception.proofs.passkeys.request(site, asked, keys)


def sign_out(reception: Reception, token: str, visit: Visit = Visit()) -> None:  # noqa: B008  immutable
    """End the session of `token`, if there is one."""
    now = reception.clock.now()
    with reception.store.work() as work:
        found = found_session(work, token_hash(token), now)
        work.sessions.close(token_hash(token))
        if found is not None:
            session, account = found
            record(work, now, requester_of(account, session, _origin(visit, session)), "sign-out")


def _matches(proofs: Proofs, checked: str, password: str) -> bool:
    try:
        return proofs.passwords.matches(checked, password)
    except Unavailable as busy:
        raise SignInFailed(wait=True) from busy


def _counted(work: UnitOfWork, account: Account | None, login: str, visit: Visit) -> tuple[Pool, ...]:
    device = known(work, visit)
    return pools(login, device, visit.address, familiar=is_familiar(work, device, account))


def _first_post(work: UnitOfWork, account: Account | None, now: int) -> Post | None:
    if account is None or not account.may_act(now):
        return None
    return next(iter(posts_of(work, account.id, now)), None)


def _of_session(work: UnitOfWork, session: Session, now: int) -> Post:
    posts = posts_of(work, session.account, now)
    acting = (session.facility, session.role)
    return next(one for one in posts if (one.facility, one.role) == acting)


def _begun(
    reception: Reception, work: UnitOfWork, account: Account, post: Post, visit: Visit, assurance: int
) -> SignedIn:
    """Open a session on the browser; the one before on it ends."""
    clock, now = reception.clock, reception.clock.now()
    try:
        device, token = registered(work, clock, visit)
    except DeviceStopped:
        _unheard(work, now, account, visit)
        raise
    if visit.session:
        work.sessions.close(token_hash(visit.session))
    fresh = opened(work, clock, post, device, assurance, reception.rules.most_sessions)
    who = requester_of(account, fresh.session, _origin(visit, fresh.session))
    if fresh.session.assurance:
        greet(work, now, device.id, account)
    if assurance > 0:
        record(work, now, who, "sign-in")
    elif assurance == CODE_GIVEN:
        record(work, now, who, "code-shown")
    else:
        record(work, now, who, "password-shown")
    enrols = assurance <= 0 and may_enrol(work, fresh.session)
    posts = len(posts_of(work, account.id, now))
    return SignedIn(fresh.token, fresh.session, account, token, enrols, posts)


def _answered(reception: Reception, work: UnitOfWork, site: Site, answer: str, session: Session) -> bool:
    try:
        key, account = proven(reception, work, site, answer, b"confirm " + session.token_hash)
    except ProofFailed:
        return False
    work.passkeys.keep(key)
    return account.id == session.account


def _refused(
    work: UnitOfWork,
    now: int,
    account: Account | None,
    visit: Visit,
    counted: tuple[Pool, ...],
    *,
    heard: bool = True,
) -> None:
    """Count and write down a failed attempt, durably: the caller raises next."""
    if not heard:
        _unheard(work, now, account, visit)
        return
    failed(work, now, counted)
    _written_down(work, now, account, visit)
    work.commit()


def _unheard(work: UnitOfWork, now: int, account: Account | None, visit: Visit) -> None:
    """Write down an attempt that counts nowhere, unless its address has had many written down already.

    Anybody may send these without end: the trail and the disk are not theirs to fill.
    """
    told = told_by(visit.address)
    if must_wait(work, now, told):
        return
    failed(work, now, told)
    _written_down(work, now, account, visit)
    work.commit()


def _written_down(work: UnitOfWork, now: int, account: Account | None, visit: Visit) -> None:
    device = known(work, visit)
    origin = Origin(visit.request, device.id if device else "", visit.address, 0)
    nobody = Requester("", "", FacilityCode(""), Role.SYSTEM, Purpose.ADMINISTRATION, origin=origin)
    who = requester_of(account, None, origin) if account else nobody
    record(work, now, who, "sign-in-failed", "refused")


def _origin(visit: Visit, session: Session) -> Origin:
    if not visit.request:
        return NOWHERE._replace(device=session.device, assurance=session.assurance)
    return Origin(visit.request, session.device, visit.address, session.assurance)
