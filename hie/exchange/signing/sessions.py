"""Sessions: how long they live, who acts in them, and what ends them.

A session is an opaque random token in a cookie; the store knows it by its hash only. It is of one person
in one post on one browser. It ends when it was idle too long, after a day's work, when the browser or the
person is stopped, and when the post ends: on the very next request, for it is looked up each time.
"""

from __future__ import annotations

from typing import NamedTuple

from hie.exchange.gate.declared import TREATING
from hie.exchange.ports import (
    Account,
    AuditEvent,
    Clock,
    Device,
    OneTimeSecret,
    Post,
    Session,
    Store,
    UnitOfWork,
)
from hie.exchange.signing.browsers import token_hash
from hie.record.errors import NotFound
from hie.record.requester import NOWHERE, Origin, Purpose, Requester, Role

MINUTE = 60_000
HOUR = 60 * MINUTE
LIFE_OF_A_SESSION = 12 * HOUR
"""Milliseconds: a working day."""
LIFE_AT_THE_DESK = 4 * HOUR
IDLE, IDLE_AT_THE_DESK, IDLE_ON_A_SHARED_DEVICE = 15 * MINUTE, 10 * MINUTE, 5 * MINUTE
MOST_SESSIONS = 5
"""Of one person at once: the oldest ends when another begins."""
SEEN_EVERY = MINUTE
"""How exactly `seen_at` is kept: a session ends up to this much early, never late."""
PENDING = 10 * MINUTE
"""Milliseconds in which the second factor must follow the first."""
CODE_GIVEN = -1
"""In place of an assurance: the secretariat's code was shown, and a new factor is owed."""

_DESK = frozenset({Role.SECRETARIAT, Role.PRIVACY_OFFICER})


class Opened(NamedTuple):
    """A fresh session: the token goes into the cookie and nowhere else."""

    token: str
    session: Session


def requester_of(account: Account, session: Session | None = None, origin: Origin = NOWHERE) -> Requester:
    """Let a signed-in person act in the session's post; without one in the account's first."""
    facility, role = (session.facility, session.role) if session else (account.facility, account.role)
    return Requester(account.id, account.name, facility, role, _PURPOSES[role], account.patient, origin)


def _purpose(role: Role) -> Purpose:
    if role in {Role.PATIENT, Role.FAMILY}:
        return Purpose.PATIENT_REQUEST
    return Purpose.TREATMENT if role in TREATING else Purpose.ADMINISTRATION


_PURPOSES = {role: _purpose(role) for role in Role}


def posts_of(work: UnitOfWork, account: str, now: int) -> list[Post]:
    """Return the posts in which an account may act: those at facilities that take part now."""
    region = work.directory.region()
    return [post for post in work.accounts.posts(account, now) if region.takes_part(post.facility, now)]


def found_session(work: UnitOfWork, token: bytes, now: int) -> tuple[Session, Account] | None:
    """Return the live session of a hashed token; none at a facility that rests or left meanwhile."""
    found = work.sessions.find(token, now)
    if found is None or not work.directory.region().takes_part(found[0].facility, now):
        return None
    return found


def idle_of(role: Role, *, shared: bool) -> int:
    """Return after how many idle milliseconds a session in this role ends."""
    usual = IDLE_AT_THE_DESK if role in _DESK else IDLE
    return IDLE_ON_A_SHARED_DEVICE if shared else usual


def life_of(role: Role) -> int:
    """Return how many milliseconds a session in this role lives at most."""
    return LIFE_AT_THE_DESK if role is Role.SECRETARIAT else LIFE_OF_A_SESSION


def opened(
    work: UnitOfWork, clock: Clock, post: Post, device: Device, assurance: int, most: int = MOST_SESSIONS
) -> Opened:
    """Open a session in a post; with `assurance` 0 one that waits for the second factor.

    With `CODE_GIVEN` one waits in which a new factor may be made. Sessions that wait are counted apart, so
    that a password alone ends nobody's work.
    """
    now, token, full = clock.now(), clock.new_id() + clock.new_id(), assurance > 0
    alive = [one for one in work.sessions.live(post.account, now) if bool(one.assurance) == full]
    for oldest in alive[: max(0, len(alive) - most + 1)]:
        work.sessions.close(oldest.token_hash)
    session = Session(
        *(token_hash(token), post.account, post.facility, post.role, device.id, clock.new_id(), now, now),
        expires_at=min(now + (life_of(post.role) if full else PENDING), post.ends_at),
        confirmed_at=now if assurance else 0,
        assurance=max(0, assurance),
        idle=idle_of(post.role, shared=device.shared),
    )
    work.sessions.open(session)
    return Opened(token, session)


def rotated(work: UnitOfWork, clock: Clock, session: Session) -> Opened:
    """Put a confirmed session under another token: whoever knew the old one has nothing.

    The token of its forms stays, so that what stands open in other windows can still be sent. Raise
    `NotFound` where the session was ended meanwhile.
    """
    token, now = clock.new_id() + clock.new_id(), clock.now()
    end_one(work, session)
    anew = session._replace(token_hash=token_hash(token), seen_at=now, confirmed_at=now)
    work.sessions.open(anew)
    return Opened(token, anew)


def end_one(work: UnitOfWork, session: Session) -> None:
    """End a session another takes the place of; raise `NotFound` where somebody ended it meanwhile."""
    if not work.sessions.close(session.token_hash):
        raise NotFound("the session was ended")


def stop_sessions(work: UnitOfWork, now: int, account: str) -> int:
    """End all sessions of an account in the caller's transaction; return how many.

    To its browsers the person is a stranger until the next sign-in. The caller writes down why.
    """
    del now
    for _, familiar, _ in work.devices.familiar(account=account):
        work.devices.greet(familiar._replace(mark=b"", remembered=False))
    return work.sessions.close_all(account=account)


def stop_device(store: Store, clock: Clock, requester: Requester, device: str) -> int:
    """Stop a browser: its sessions end with this commit, and passkeys made there open nothing.

    Return how many sessions ended; raise `NotFound` where there is no such browser.
    """
    now = clock.now()
    with store.work() as work:
        found = work.devices.get(device)
        if found is None:
            raise NotFound("no such browser")
        if not found.stopped_at:
            work.devices.keep(found._replace(stopped_at=now))
        for _, _, account in work.devices.familiar(device):
            forget_keys(work, now, account.id, device)
        ended = work.sessions.close_all(device=device)
        record(work, now, requester, "device-stopped", detail=f"device {device}, {ended} sessions")
    return ended


def forget_keys(work: UnitOfWork, now: int, account: str, device: str) -> None:
    """Forget the passkeys a person made in a browser; who has no other factor left is barred.

    Else the password alone would make the next one: a code on paper or of the secretariat is asked for.
    """
    gone = work.passkeys.remove(account, device=device)
    app = work.codes.find(account)
    if gone and not work.passkeys.of(account) and not (app and app.confirmed_at):
        work.codes.keep(OneTimeSecret(account, "", now, now))


def resume_device(store: Store, clock: Clock, requester: Requester, device: str) -> None:
    """Let a stopped browser that was found again be signed in with; raise `NotFound`."""
    with store.work() as work:
        found = work.devices.get(device)
        if found is None or not found.stopped_at:
            raise NotFound("no such browser was stopped")
        work.devices.keep(found._replace(stopped_at=0))
        record(work, clock.now(), requester, "device-resumed", detail=f"device {device}")


def share_device(store: Store, clock: Clock, requester: Requester, device: str, *, shared: bool) -> None:
    """Say that a browser is used by several people in turn, or no more; open sessions follow at once."""
    now = clock.now()
    with store.work() as work:
        found = work.devices.get(device)
        if found is None:
            raise NotFound("no such browser")
        work.devices.keep(found._replace(shared=shared))
        for _, familiar, account in work.devices.familiar(device):
            for session in work.sessions.live(account.id, now):
                if session.device == familiar.device and work.sessions.close(session.token_hash):
                    work.sessions.open(session._replace(idle=idle_of(session.role, shared=shared)))
        record(
            work, now, requester, "device-shared" if shared else "device-private", detail=f"device {device}"
        )


def record(
    work: UnitOfWork, now: int, requester: Requester, action: str, outcome: str = "done", detail: str = ""
) -> None:
    """Write down what somebody did about signing in; no patient stands in it."""
    work.audit.append([AuditEvent(now, requester, action, outcome, "", 0, (), 0, detail)])
