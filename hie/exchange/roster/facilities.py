"""Facilities join, rest, leave and come back; every act is the secretariat's and is written down.

Leaving takes effect with the commit: its documents are closed and its people out with the next request,
its edge is no longer heard. Coming back begins another term: posts, enrolment and whatever patients
had agreed to before stay ended (security B.4, I10).
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from consent.model import Membership
from hie.exchange.moments import decided_at
from hie.exchange.ports import (
    AuditEvent,
    Clock,
    Edge,
    Invitation,
    MembershipEvent,
    MembershipKind,
    Person,
    Store,
    UnitOfWork,
)
from hie.exchange.roster import inviting, people
from hie.exchange.roster.inviting import Misfilled, place_of
from hie.exchange.roster.keepers import DAY, desk_of, expect_governor
from hie.exchange.roster.membership import NEVER, rests
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import FacilityCode, facility_code
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Requester

LONGEST_NAME, LONGEST_SHORT, LONGEST_EVIDENCE = 60, 10, 100
MARKS = 8


class Place(NamedTuple):
    """A facility with where it stands."""

    facility: Facility
    membership: Membership
    takes_part: bool

    @property
    def rests(self) -> bool:
        """Say whether its taking part rests."""
        return rests(self.membership)

    @property
    def standing(self) -> str:
        """Return `member`, `suspended` or `left`."""
        if self.takes_part:
            return "member"
        return "suspended" if self.rests else "left"


class House(NamedTuple):
    """What the page of a facility shows."""

    place: Place
    people: tuple[Person, ...]
    invitations: tuple[Invitation, ...]
    edge: Edge | None
    events: tuple[MembershipEvent, ...]


class Joining(NamedTuple):
    """A facility as somebody fills it in."""

    code: str
    name: str
    short_name: str
    kind: str
    evidence: str = ""
    """The council's resolution."""


def join(
    store: Store, clock: Clock, requester: Requester, joining: Joining, noticed_at: int | None = None
) -> Facility:
    """Let a facility take part from now on; one that left begins another term.

    `noticed_at` is when patients are told, now or later; without it nobody counts as told. Raises
    `Misfilled` for a field, `Conflict` where it takes part already, `NotFound` for who may not.
    """
    expect_governor(requester)
    with store.work() as work:
        return enter(work, decided_at(work, clock), requester, joining, noticed_at)


def enter(
    work: UnitOfWork, now: int, requester: Requester, joining: Joining, noticed_at: int | None = None
) -> Facility:
    """Let a facility take part, in the caller's transaction."""
    expect_governor(requester)
    known = {one.code: one for one in work.directory.all()}
    facility = _filled(joining, known)
    membership = work.directory.region().members.get(facility.code, NEVER)
    if facility.code in known and membership.term(now) is not None:
        raise Conflict("this facility takes part already")
    # First the event, so that it says who let it in; with it there is a term, and `add` begins none.
    _record(work, now, requester, MembershipKind.JOINED, facility.code, joining.evidence)
    work.directory.add(facility)
    if noticed_at is not None:
        _notice(work, now, requester, facility.code, noticed_at, joining.evidence)
    return facility


def notice(
    store: Store, clock: Clock, requester: Requester, facility: FacilityCode, at: int, evidence: str = ""
) -> None:
    """Note when patients are told that a facility joined; `Invalid` for a day that is over."""
    with store.work() as work:
        now = decided_at(work, clock)
        place = _governed(work, now, requester, facility)
        if not place.takes_part:
            raise Conflict("this facility takes no part")
        _notice(work, now, requester, facility, at, evidence)


def label(store: Store, clock: Clock, requester: Requester, facility: FacilityCode, labels: int) -> None:
    """Let every document of a facility that is filed from now on bear these labels; `NotFound`."""
    with store.work() as work:
        place = _governed(work, clock.now(), requester, facility)
        work.directory.add(place.facility._replace(labels=labels))
        event = _written_down(clock.now(), requester, "facility-changed", facility)
        work.audit.append([event._replace(detail=f"{facility} labels {int(labels)}")])


def suspend(
    store: Store, clock: Clock, requester: Requester, facility: FacilityCode, evidence: str = ""
) -> None:
    """Let a facility's taking part rest: closed with the next request, and open again when it is resumed."""
    with store.work() as work:
        now = decided_at(work, clock)
        place = _governed(work, now, requester, facility)
        if not place.takes_part:
            raise Conflict("this facility takes no part")
        _expect_not_ours(place)
        _record(work, now, requester, MembershipKind.SUSPENDED, facility, evidence)
        for post in work.posts.at(facility, now):
            work.sessions.close_all(account=post.account)


def resume(
    store: Store, clock: Clock, requester: Requester, facility: FacilityCode, evidence: str = ""
) -> None:
    """Let a facility take part again after it rested."""
    with store.work() as work:
        now = decided_at(work, clock)
        if not _governed(work, now, requester, facility).rests:
            raise Conflict("this facility does not rest")
        _record(work, now, requester, MembershipKind.RESUMED, facility, evidence)


def leave(
    store: Store, clock: Clock, requester: Requester, facility: FacilityCode, evidence: str = ""
) -> int:
    """End a facility's taking part now; return how many people lost their post there.

    Its posts end, its open invitations are withdrawn, its edge is revoked: all in one transaction.
    """
    with store.work() as work:
        now = decided_at(work, clock)
        place = _governed(work, now, requester, facility)
        if place.membership.term(now) is None:
            raise Conflict("this facility takes no part")
        _expect_not_ours(place)
        _record(work, now, requester, MembershipKind.LEFT, facility, evidence)
        gone = people.dismiss(work, now, requester, facility)
        inviting.withdraw_all(work, now, requester, facility)
        if work.edges.revoke(facility, now):
            work.audit.append([_written_down(now, requester, "edge-revoked", facility)])
        return gone


def change(
    store: Store, clock: Clock, requester: Requester, facility: FacilityCode, name: str, short_name: str
) -> None:
    """Give a facility another name; raises `Misfilled`."""
    with store.work() as work:
        now = clock.now()
        place = _governed(work, now, requester, facility)
        kept = place.facility
        filled = _named(Joining(kept.code, name, short_name, kept.kind.value))
        work.directory.add(kept._replace(name=filled.name, short_name=filled.short_name))
        work.audit.append([_written_down(now, requester, "facility-changed", facility)])


def places(store: Store, clock: Clock, requester: Requester) -> list[Place]:
    """Return the facilities that somebody keeps, by code: all for the secretariat, the own one for a desk."""
    own = desk_of(requester)
    with store.look() as work:
        facilities = work.directory.all()
        region = work.directory.region()
    now = clock.now()
    return [
        _place(facility, region.members.get(facility.code, NEVER), now)
        for facility in facilities
        if own in {None, facility.code}
    ]


def house(store: Store, clock: Clock, requester: Requester, facility: FacilityCode) -> House:
    """Return one facility with its people; raise `NotFound` for who does not keep them."""
    own = desk_of(requester)
    if own not in {None, facility}:
        raise NotFound("no such thing for the asker")
    with store.look() as work:
        now = clock.now()
        found = place_of(work, facility)
        membership = work.directory.region().members.get(facility, NEVER)
        return House(
            _place(found, membership, now),
            tuple(work.roster.people(facility)),
            tuple(work.invitations.since(now, facility)),
            work.edges.of(facility),
            tuple(work.memberships.events(facility)),
        )


def _place(facility: Facility, membership: Membership, now: int) -> Place:
    return Place(facility, membership, membership.takes_part(now))


def _governed(work: UnitOfWork, now: int, requester: Requester, facility: FacilityCode) -> Place:
    expect_governor(requester)
    membership = work.directory.region().members.get(facility, NEVER)
    return _place(place_of(work, facility), membership, now)


def _expect_not_ours(place: Place) -> None:
    """Raise `Conflict` for the secretariat itself: nobody could let it in again."""
    if place.facility.kind is FacilityKind.SECRETARIAT:
        raise Conflict("the secretariat cannot put itself out")


def _record(  # noqa: PLR0913, PLR0917  one line of the log
    work: UnitOfWork,
    now: int,
    requester: Requester,
    kind: MembershipKind,
    facility: FacilityCode,
    evidence: str,
    at: int | None = None,
) -> None:
    proof = _bounded("evidence", evidence, LONGEST_EVIDENCE)
    when = now if at is None else at
    work.memberships.record(MembershipEvent(0, facility, kind, when, now, requester.user, proof))
    work.audit.append([_written_down(now, requester, f"facility-{kind}", facility)])


def _notice(
    work: UnitOfWork, now: int, requester: Requester, facility: FacilityCode, at: int, evidence: str
) -> None:
    """Note the notice, of today from now on: the time until it counts never began before it was noted."""
    if at <= now - DAY:
        raise Misfilled("noticed", "past")
    _record(work, now, requester, MembershipKind.NOTICED, facility, evidence, max(at, now))


def _filled(joining: Joining, known: dict[FacilityCode, Facility]) -> Facility:
    """Return the facility of a form, or raise `Misfilled`."""
    try:
        code = facility_code("".join(unicodedata.normalize("NFKC", joining.code).split()))
    except Invalid as error:
        raise Misfilled("code", "form") from error
    if joining.kind not in {kind.value for kind in FacilityKind}:
        raise Misfilled("kind", "missing")
    tidy = _named(joining)
    before = known.get(code)
    mark = before.mark if before else len(known) % MARKS
    labels = before.labels if before else 0
    return Facility(code, tidy.name, FacilityKind(joining.kind), tidy.short_name, mark, labels)


def _named(joining: Joining) -> Joining:
    name = _bounded("name", joining.name, LONGEST_NAME)
    if not name:
        raise Misfilled("name", "missing")
    short = _bounded("short_name", joining.short_name, LONGEST_SHORT) or name[:LONGEST_SHORT]
    return joining._replace(name=name, short_name=short)


def _bounded(field: str, text: str, longest: int) -> str:
    tidy = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(tidy) > longest or not (tidy.isprintable() or not tidy):
        raise Misfilled(field, "long")
    return tidy


def _written_down(now: int, requester: Requester, action: str, facility: FacilityCode) -> AuditEvent:
    return AuditEvent(now, requester, action, "done", "", 0, (), 0, facility, custodian=facility)
