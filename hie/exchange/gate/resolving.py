"""What a patient's log comes to for one facility that files: memberships, deaths and refusals counted in.

An edge knows nothing of who takes part, nor when a form was signed. It is told clauses whose moments
already say both, so that its own gate answers as the hub's does at every moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from consent.model import (
    NOTICE,
    ConsentEvent,
    EventKind,
    Membership,
    Provision,
    Region,
    Restriction,
    decisions_of,
    named,
)
from hie.record.identifiers import FacilityCode, PatientId

NOBODY = Membership()


class Span(NamedTuple):
    """Moments from `start` to before `end`."""

    start: int
    end: int

    def within(self, other: Span) -> Span:
        """Return what lies in both; empty where `end` is not after `start`."""
        return Span(max(self.start, other.start), min(self.end, other.end))


def resolved(
    value: str, facility: FacilityCode, events: Sequence[ConsentEvent], region: Region
) -> tuple[ConsentEvent, ...]:
    """Keep what filing by `facility` depends on, under its own number; nothing if no clause lets it file."""
    decisions = decisions_of(events)
    closed = [one for one in decisions.restrictions if _stops_filing(one, facility)]
    if any(one.classes is None for one in closed):
        return ()
    kept: list[ConsentEvent] = []
    for event in sorted(events, key=lambda one: one.sequence):
        if event.kind is EventKind.GIVEN:
            provisions = tuple(
                told
                for one in event.provisions
                for told in _resolved(one, facility, event.recorded_at, region, decisions.closed_at)
            )
            if provisions:
                kept.append(_told(event, value)._replace(provisions=provisions))
        elif event.kind is EventKind.WITHDRAWN:
            _take_back(kept, event, facility, value)
    return (*kept, *_refusals(closed, facility, kept[-1])) if kept else ()


def _take_back(kept: list[ConsentEvent], event: ConsentEvent, facility: FacilityCode, value: str) -> None:
    """Forget all before a withdrawal from everybody: what comes after it names the facility again."""
    taken_back = event.withdrawal
    if taken_back is None or (named(taken_back.disclosers, facility) and taken_back.recipients is None):
        kept.clear()
    elif kept and named(taken_back.disclosers, facility):
        ours = taken_back._replace(disclosers=frozenset({facility}))
        kept.append(_told(event, value)._replace(withdrawal=ours))


def _stops_filing(restriction: Restriction, facility: FacilityCode) -> bool:
    for_some = restriction.recipients is not None or restriction.users is not None
    return not for_some and named(restriction.disclosers, facility)


def _refusals(
    closed: Sequence[Restriction], facility: FacilityCode, after: ConsentEvent
) -> Iterator[ConsentEvent]:
    """Say once which classes stay closed; whose wish it was is nobody's business at the edge."""
    classes = {document_class for one in closed for document_class in one.classes or ()}
    if classes:
        restriction = Restriction(disclosers=frozenset({facility}), classes=frozenset(classes))
        blank = after._replace(kind=EventKind.RESTRICTED, provisions=(), withdrawal=None)
        yield blank._replace(restriction=restriction)


def _told(event: ConsentEvent, value: str) -> ConsentEvent:
    """Leave out who wrote it down, when, and by what proof."""
    return ConsentEvent(event.sequence, PatientId(value), event.kind, 0, "", "")


def _resolved(
    clause: Provision, facility: FacilityCode, recorded_at: int, region: Region, closed_at: int
) -> Iterator[Provision]:
    """Give a clause once for each time in which the facility and some recipients are parties to it."""
    if not named(clause.disclosers, facility):
        return
    ours = region.members.get(facility, NOBODY)
    runs = Span(clause.starts_at, min(clause.ends_at, closed_at))
    discloses = [
        span
        for party in _as_party(ours, recorded_at, late=clause.later_members and clause.disclosers is None)
        for span in _awake(ours, party.within(runs))
    ]
    alone = clause._replace(disclosers=frozenset({facility}), emergency=False, later_members=False)
    for span in discloses:
        for recipients, receives in _receiving(clause, recorded_at, region):
            both = span.within(receives)
            if both.start < both.end:
                yield alone._replace(recipients=recipients, starts_at=both.start, ends_at=both.end)


def _receiving(
    clause: Provision, recorded_at: int, region: Region
) -> list[tuple[frozenset[FacilityCode] | None, Span]]:
    """Group the recipients that are named by when they are parties; "all" are somebody at any time."""
    if clause.recipients is None:
        return [(None, Span(clause.starts_at, clause.ends_at))]
    groups: dict[Span, set[FacilityCode]] = defaultdict(set)
    for recipient in clause.recipients:
        for span in _as_party(region.members.get(recipient, NOBODY), recorded_at, late=False):
            groups[span].add(recipient)
    return [(frozenset(group), span) for span, group in sorted(groups.items())]


def _as_party(membership: Membership, recorded_at: int, *, late: bool) -> Iterator[Span]:
    """Give the times in which a facility is a party, as `consent.parties` says at each moment."""
    for term in membership.terms:
        if term.joined_at <= recorded_at:
            yield Span(term.joined_at, term.left_at)
        elif late:
            yield Span(max(term.joined_at, term.noticed_at + NOTICE), term.left_at)


def _awake(membership: Membership, span: Span) -> Iterator[Span]:
    """Take a facility's rests out of a time."""
    start = span.start
    for rest in sorted(membership.suspensions):
        if start < rest.starts_at:
            yield Span(start, min(rest.starts_at, span.end))
        start = max(start, rest.ends_at)
    yield Span(start, span.end)
