"""The list of people as a desk reads it: what waits for it first, and who still has to be attested."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from hie.exchange.ports import AccountState, Clock, Invitation, Person, Post, Store
from hie.exchange.roster.keepers import PERSONS, desk_of, expect_keeper
from hie.exchange.roster.people import ATTEST_EVERY, ATTEST_LATEST, IDLE, may_attest
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester, Role


class Standing(StrEnum):
    """Where somebody stands; what a desk has to do first comes first."""

    TO_APPROVE = "to-approve"
    EXPIRED = "expired"
    UNATTESTED = "unattested"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    """Invited, and the letter is no longer taken."""
    IDLE = "idle"
    INVITED = "invited"
    ACTIVE = "active"
    LEFT = "left"


ORDER = {standing: place for place, standing in enumerate(Standing)}
EXCEPTIONS = frozenset(Standing) - {Standing.INVITED, Standing.ACTIVE, Standing.LEFT}


class Line(NamedTuple):
    """One line of the list: a person, or an invitation that is open."""

    standing: Standing
    name: str
    facility: FacilityCode
    role: Role
    person: Person | None = None
    invitation: Invitation | None = None


class Page(NamedTuple):
    """What the page of one person shows."""

    person: Person
    standing: Standing
    open: tuple[Invitation, ...]
    """Further posts that are proposed."""
    names: Mapping[str, str]
    """Names of the accounts that the page mentions."""


class Due(NamedTuple):
    """Somebody who has to be attested."""

    person: Person
    facility: FacilityCode
    standing: Standing
    rests_at: int
    """When the account rests by itself; 0 where it has ended already."""


def standing_of(person: Person, now: int) -> Standing:
    """Say where a person stands at `now`."""
    account = person.account
    if account.state is AccountState.STOPPED:
        return Standing.LEFT
    if account.state is AccountState.SUSPENDED:
        return Standing.SUSPENDED
    if account.state is AccountState.INVITED:
        return Standing.TO_APPROVE
    if account.expires_at <= now:
        return Standing.EXPIRED
    if account.role not in PERSONS and account.attested_at + ATTEST_EVERY <= now:
        return Standing.UNATTESTED
    return Standing.IDLE if _used_at(person) + IDLE <= now else Standing.ACTIVE


def standing_of_letter(invitation: Invitation, now: int) -> Standing:
    """Say where an open invitation stands."""
    if invitation.waits_for_approval():
        return Standing.TO_APPROVE
    return Standing.INVITED if invitation.may_be_accepted(now) else Standing.LAPSED


def roll(
    store: Store,
    clock: Clock,
    requester: Requester,
    called: Callable[[FacilityCode], str],
    words: str = "",
    standing: Standing | None = None,
) -> list[Line]:
    """Return whom somebody keeps, exceptions first; those who left only if asked for.

    `words` match names, logins and what `called` says of facilities. Raises `NotFound` for who keeps nobody.
    """
    own = desk_of(requester)
    with store.look() as work:
        now = clock.now()
        people = work.roster.people(own)
        letters = [one for one in work.invitations.since(now, own) if not one.outcome]
    wanted = [_folded(word) for word in words.split()]
    lines = [line for line in _lines(people, letters, own, now) if _is_meant(line, called, wanted)]
    shown = [line for line in lines if _is_shown(line, standing, asked=bool(wanted))]
    return sorted(shown, key=lambda line: (ORDER[line.standing], line.facility, line.name))


def page(store: Store, clock: Clock, requester: Requester, account: str) -> Page:
    """Return one person; raise `NotFound` for who does not keep them."""
    with store.look() as work:
        now = clock.now()
        person = work.roster.known([account]).get(account)
        if person is None:
            raise NotFound("no such account")
        facilities = {post.facility for post in person.posts} | {person.account.facility}
        own = desk_of(requester)
        if own is not None and own not in facilities:
            expect_keeper(requester, person.account.facility)
        proposed = [
            one
            for one in work.invitations.since(now, own)
            if one.account == account and not one.outcome and not one.secret
        ]
        names = work.roster.known([one.invited_by for one in proposed])
    said = {number: one.account.name for number, one in names.items()}
    return Page(person, standing_of(person, now), tuple(proposed), said)


def due(store: Store, clock: Clock, requester: Requester) -> list[Due]:
    """Return who has to be attested by this requester, by facility, the longest waiting first."""
    own = desk_of(requester)
    with store.look() as work:
        now = clock.now()
        people = work.roster.people(own)
    found = [
        Due(
            person,
            _place(person, own, now).facility,
            standing_of(person, now),
            _rests_at(person, now),
        )
        for person in people
        if may_attest(requester, person, now) and _must_be_attested(person, now)
    ]
    return sorted(
        found, key=lambda one: (one.facility, one.person.account.attested_at, one.person.account.name)
    )


def _must_be_attested(person: Person, now: int) -> bool:
    return standing_of(person, now) in {Standing.UNATTESTED, Standing.IDLE, Standing.EXPIRED}


def _rests_at(person: Person, now: int) -> int:
    account = person.account
    return min(account.expires_at, account.attested_at + ATTEST_LATEST) if now < account.expires_at else 0


def _used_at(person: Person) -> int:
    """Return when an account was used last; who never was counts from the post, or the attestation."""
    began = max((post.starts_at for post in person.posts), default=0)
    return max(person.seen_at, began or person.account.attested_at)


def _lines(
    people: Sequence[Person], letters: Sequence[Invitation], own: FacilityCode | None, now: int
) -> Iterator[Line]:
    for one in letters:
        yield Line(standing_of_letter(one, now), one.name, one.facility, one.role, None, one)
    for person in people:
        if person.account.state is not AccountState.INVITED:
            post = _place(person, own, now)
            yield Line(standing_of(person, now), person.account.name, post.facility, post.role, person)


def _place(person: Person, own: FacilityCode | None, now: int) -> Post:
    """Return the post to show: the first one held at the own facility, else the account's."""
    account = person.account
    here = [post for post in person.held(now) if own in {None, post.facility}]
    first = next(
        (post for post in here if (post.facility, post.role) == (account.facility, account.role)), None
    )
    if first is not None or here:
        return first or here[0]
    return Post(account.id, own or account.facility, account.role)


def _is_shown(line: Line, standing: Standing | None, *, asked: bool) -> bool:
    if standing is not None:
        return line.standing is standing
    return asked or line.standing is not Standing.LEFT


def _is_meant(line: Line, called: Callable[[FacilityCode], str], wanted: list[str]) -> bool:
    login = line.person.account.login if line.person else ""
    text = _folded(f"{line.name}{login}{called(line.facility)}{line.facility}")
    return all(word in text for word in wanted)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
