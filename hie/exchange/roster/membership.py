"""What the log of members says: in which terms each facility takes part, and when that rested.

Leaving ends all that was granted to a facility; coming back begins another term (security I10).
"""

from __future__ import annotations

from collections.abc import Iterable

from consent.model import FOREVER, Membership, Region, Suspension, Term
from hie.exchange.ports.people import MembershipEvent, MembershipKind
from hie.record.identifiers import FacilityCode

NEVER = Membership()


def region_of(events: Iterable[MembershipEvent], version: int = 0) -> Region:
    """Fold the log of all facilities, in order; of a part of it, who was known to take part then."""
    members: dict[FacilityCode, Membership] = {}
    for event in events:
        members[event.facility] = after(members.get(event.facility, NEVER), event)
    return Region(members, version)


def after(membership: Membership, event: MembershipEvent) -> Membership:
    """Return what is known once `event` was recorded; what cannot happen then changes nothing."""
    term = membership.terms[-1] if membership.terms else None
    if event.kind is MembershipKind.JOINED:
        joined = term is None or term.left_at < FOREVER
        return membership._replace(terms=(*membership.terms, Term(event.at))) if joined else membership
    if term is None or term.left_at < FOREVER:
        return membership
    if event.kind is MembershipKind.LEFT:
        return _resumed(membership, event.at)._replace(terms=_ending(membership, left_at=event.at))
    if event.kind is MembershipKind.NOTICED:
        return membership._replace(terms=_ending(membership, noticed_at=min(term.noticed_at, event.at)))
    if event.kind is MembershipKind.SUSPENDED and not rests(membership):
        return membership._replace(suspensions=(*membership.suspensions, Suspension(event.at)))
    return _resumed(membership, event.at) if event.kind is MembershipKind.RESUMED else membership


def rests(membership: Membership) -> bool:
    """Say whether a suspension has not ended."""
    return bool(membership.suspensions) and membership.suspensions[-1].ends_at == FOREVER


def _ending(membership: Membership, **changes: int) -> tuple[Term, ...]:
    """Change the present term."""
    last = membership.terms[-1]
    return (
        *membership.terms[:-1],
        last._replace(
            left_at=changes.get("left_at", last.left_at),
            noticed_at=changes.get("noticed_at", last.noticed_at),
        ),
    )


def _resumed(membership: Membership, at: int) -> Membership:
    if not rests(membership):
        return membership
    last = membership.suspensions[-1]._replace(ends_at=at)
    return membership._replace(suspensions=(*membership.suspensions[:-1], last))
