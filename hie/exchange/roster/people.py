"""Who may sign in, where they act, and until when: each act with its audit record.

An account is stopped and never removed: its name stays for the audit trail, and no session of it lives.
It ends by itself a year after somebody last said that the person still works here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hie.exchange.ports import Account, AccountState, AuditEvent, Clock, Person, Post, Store, UnitOfWork
from hie.exchange.roster.binding import bound_by, is_bound
from hie.exchange.roster.keepers import (
    DAY,
    PERSONS,
    expect_governor,
    expect_keeper,
    expect_no_less,
    governs,
    keeps,
)
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.requester import Requester, Role

LIFE = 365 * DAY
"""Milliseconds from an approval or an attestation until an account ends by itself."""
ATTEST_EVERY = 90 * DAY
"""After which somebody must say again that the person still works here."""
ATTEST_LATEST = 120 * DAY
"""After which an account that nobody attested rests by itself."""
IDLE = 90 * DAY
"""After which an account that nobody used is listed."""


def add(store: Store, clock: Clock, requester: Requester, account: Account) -> None:
    """Let a person sign in at once, as who acts at the machine itself may; a stopped account begins again.

    Raise `Conflict` where somebody signs in by this login, `Invalid` where the facility takes no
    part or there is no password.
    """
    with store.work() as work:
        now = clock.now()
        before = work.accounts.find(account.login)
        if before is not None and before.password_hash:
            raise Conflict("somebody signs in by this login")
        if not work.directory.region().takes_part(account.facility, now):
            raise Invalid("no such facility takes part")
        if not account.login or not account.password_hash:
            raise Invalid("an account has a login and a password")
        enter(work, now, requester, [account._replace(id=before.id if before else account.id)])
        if before is not None:
            work.posts.begin(Post(before.id, account.facility, account.role, now))


def enter(work: UnitOfWork, now: int, requester: Requester, accounts: Sequence[Account]) -> None:
    """Add accounts with their audit records in the caller's transaction; attested now if they do not say."""
    for account in accounts:
        work.accounts.add(
            account._replace(
                attested_at=account.attested_at or now, expires_at=min(account.expires_at, now + LIFE)
            )
        )
    work.audit.append([written_down(now, requester, "account-added", account) for account in accounts])


def leave(
    store: Store, clock: Clock, requester: Requester, account: str, facility: FacilityCode | None = None
) -> None:
    """Let a person go in one act: their posts end, their sessions end, the account is stopped.

    With a `facility`, and always for who keeps one facility only, it is the posts there that end; the
    account goes on where others are left. Raises `NotFound`, `Conflict` for oneself and for the last of
    the secretariat.
    """
    with store.work() as work:
        now = clock.now()
        person = _found(work, requester, account)
        if not governs(requester):
            facility = requester.facility
        gone = [post for post in person.held(now) if facility in {None, post.facility}]
        if not gone and (person.held(now) or person.account.state is AccountState.STOPPED):
            raise NotFound("nobody acts there by this account")
        for post in gone:
            _end(work, now, requester, person.account, post)
        _settle(work, now, requester, person.account)


def end_post(store: Store, clock: Clock, requester: Requester, post: Post) -> None:
    """End one post; with the last one the account is stopped. Raises as `leave`."""
    with store.work() as work:
        now = clock.now()
        expect_keeper(requester, post.facility)
        person = _found(work, requester, post.account)
        held = next((one for one in person.held(now) if one[:3] == post[:3]), None)
        if held is None:
            raise NotFound("no such post is held")
        _end(work, now, requester, person.account, held)
        _settle(work, now, requester, person.account)


def suspend(store: Store, clock: Clock, requester: Requester, account: str) -> None:
    """Let an account rest: its sessions end at once, its posts stay. Raises as `leave`."""
    with store.work() as work:
        now = clock.now()
        person = _wholly(work, now, requester, account)
        if person.account.state is not AccountState.ACTIVE:
            raise Conflict("this account is not in use")
        rest(work, now, requester, person.account, "")


def resume(store: Store, clock: Clock, requester: Requester, account: str) -> None:
    """Let an account that rests be used again, attested now.

    Raises `NotFound` where the secretariat let it rest and somebody of a facility asks; `Conflict` where
    it does not rest, and where the number it came in by is not its person's any more.
    """
    with store.work() as work:
        now = clock.now()
        person = _wholly(work, now, requester, account)
        if person.account.state is not AccountState.SUSPENDED:
            raise Conflict("this account does not rest")
        expect_no_less(work, requester, "account-suspended", account)
        if not is_bound(work, person.account):
            raise Conflict("the number of this account is not that person's")
        awake = person.account._replace(state=AccountState.ACTIVE, attested_at=now, expires_at=now + LIFE)
        work.accounts.add(awake)
        work.audit.append([written_down(now, requester, "account-resumed", awake)])


def attest(store: Store, clock: Clock, requester: Requester, accounts: Iterable[str]) -> int:
    """Say of people that they still work here in their roles; return of how many it was said.

    Nobody says it of themselves, nobody of people of other facilities, and of who rests or left it
    cannot be said: those are left out.
    """
    with store.work() as work:
        now = clock.now()
        said = [
            person.account._replace(attested_at=now, expires_at=now + LIFE)
            for person in work.roster.known(sorted(set(accounts))).values()
            if may_attest(requester, person, now)
        ]
        for account in said:
            work.accounts.add(account)
        work.audit.append([written_down(now, requester, "account-attested", account) for account in said])
    return len(said)


def may_attest(requester: Requester, person: Person, now: int) -> bool:
    """Say whether somebody may say of a person that they still work where they act."""
    facilities = {post.facility for post in person.held(now)}
    return (
        person.account.state is AccountState.ACTIVE
        and person.account.id != requester.user
        and bool(facilities)
        and all(keeps(requester, facility) for facility in facilities)
    )


def rest(work: UnitOfWork, now: int, requester: Requester, account: Account, why: str) -> None:
    """Let an account rest in the caller's transaction, and end its sessions."""
    work.accounts.add(account._replace(state=AccountState.SUSPENDED))
    work.sessions.close_all(account=account.id)
    work.audit.append([written_down(now, requester, "account-suspended", account, why)])


def rest_bound(work: UnitOfWork, now: int, requester: Requester, local: LocalPatientId) -> int:
    """Let the accounts rest that came in by a number whose link ends or is contested; return how many.

    For whoever unlinks, in the same transaction.
    """
    bound = work.roster.known(bound_by(work, local)).values()
    active = [person.account for person in bound if person.account.state is AccountState.ACTIVE]
    for account in active:
        rest(work, now, requester, account, "number-in-doubt")
    return len(active)


def must_rest(person: Person, now: int) -> bool:
    """Say whether an account has gone unattested for too long; patients are nobody's staff."""
    account = person.account
    return account.may_act(now) and account.role not in PERSONS and account.attested_at + ATTEST_LATEST <= now


def rest_unattested(store: Store, clock: Clock, requester: Requester) -> int:
    """Let all rest that nobody attested in time; return how many. For the hub's housekeeping.

    Each in a transaction of its own, so that the desks are not held up; who was attested meanwhile stays.
    """
    with store.look() as work:
        due = [person.account.id for person in work.roster.people() if must_rest(person, clock.now())]
    rested = 0
    for account in due:
        with store.work() as work:
            person = work.roster.known([account]).get(account)
            if person is not None and must_rest(person, clock.now()):
                rest(work, clock.now(), requester, person.account, "not-attested")
                rested += 1
    return rested


def dismiss(work: UnitOfWork, now: int, requester: Requester, facility: FacilityCode) -> int:
    """End all posts at a facility in the caller's transaction; return how many people that were."""
    posts = work.posts.at(facility, now)
    people = work.roster.known([post.account for post in posts])
    for post in posts:
        if person := people.get(post.account):
            _end(work, now, requester, person.account, post)
    for person in people.values():
        _settle(work, now, requester, person.account)
    return len(people)


def written_down(
    now: int, requester: Requester, action: str, account: Account, detail: str = ""
) -> AuditEvent:
    """Say in an audit record what was done with an account."""
    said = f"{account.id} {detail}".strip()
    return AuditEvent(now, requester, action, "done", account.patient, 0, (), 0, said)


def _found(work: UnitOfWork, requester: Requester, account: str) -> Person:
    """Return a person whom the requester keeps, at one facility at least; nobody keeps themselves."""
    person = work.roster.known([account]).get(account)
    if person is None:
        raise NotFound("no such account")
    if not any(keeps(requester, post.facility) for post in person.posts):
        expect_keeper(requester, person.account.facility)
    if account == requester.user:
        raise Conflict("somebody else does this for you")
    return person


def _wholly(work: UnitOfWork, now: int, requester: Requester, account: str) -> Person:
    """Return a person all of whose posts the requester keeps: what is done is done to the whole account."""
    person = _found(work, requester, account)
    if not all(keeps(requester, post.facility) for post in person.held(now)):
        expect_governor(requester)
    return person


def _end(work: UnitOfWork, now: int, requester: Requester, account: Account, post: Post) -> None:
    if post.role is Role.SECRETARIAT:
        _expect_another(work, now, post)
    work.posts.end(post, now)
    work.audit.append([written_down(now, requester, "post-ended", account, f"{post.facility} {post.role}")])


def _expect_another(work: UnitOfWork, now: int, post: Post) -> None:
    """Raise `Conflict` where nobody of the secretariat would be left: nobody could come in any more."""
    others = [one.account for one in work.posts.at(post.facility, now) if one.role is Role.SECRETARIAT]
    known = work.roster.known([one for one in others if one != post.account]).values()
    # Their posts anew: these people are held now, and may have been let go while we waited for them.
    if not any(person.account.may_act(now) and _governs(person, now) for person in known):
        raise Conflict("somebody of the secretariat must be left")


def _governs(person: Person, now: int) -> bool:
    return any(post.role is Role.SECRETARIAT for post in person.held(now))


def _settle(work: UnitOfWork, now: int, requester: Requester, account: Account) -> None:
    """Make an account agree with its posts: its first post is one it holds, and without one it is stopped."""
    posts = work.accounts.posts(account.id, now)
    work.sessions.close_all(account=account.id)
    if not posts:
        stop(work, now, requester, account)
    elif (account.facility, account.role) not in {(post.facility, post.role) for post in posts}:
        first = posts[0]
        work.accounts.add(account._replace(facility=first.facility, role=first.role))


def stop(work: UnitOfWork, now: int, requester: Requester, account: Account) -> None:
    """Stop an account in the caller's transaction: nothing that it could be proved by is left."""
    work.accounts.add(account._replace(state=AccountState.STOPPED, password_hash=""))
    work.sessions.close_all(account=account.id)
    work.passkeys.remove(account.id)
    work.codes.remove(account.id)
    work.audit.append([written_down(now, requester, "account-stopped", account)])


def by_login(store: Store, login: str) -> str:
    """Return the id of the account with a login, for who acts at the machine; raise `NotFound`."""
    with store.look() as work:
        account = work.accounts.find(login)
    if account is None or account.state is AccountState.STOPPED:
        raise NotFound("nobody signs in by this login")
    return account.id
