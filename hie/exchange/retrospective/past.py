"""What was decided about a patient at one moment, as it was known at another: log, links and members then.

Two times are kept apart (security B.10). At the moment itself nothing counts but what had been recorded.
Known later, what closes counts from the day on which it became true, as a withdrawal signed before it was
received; what opens never counts before it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from consent.model import ConsentEvent, Decisions, EventKind, Region, decisions_of
from hie.exchange.ports import LinkEvent, LinkKind, MembershipEvent, MembershipKind, UnitOfWork
from hie.exchange.roster.membership import region_of
from hie.record.identifiers import FacilityCode, PatientId

LAST = 2**62
"""A sequence after all others."""
CLOSING = frozenset({EventKind.WITHDRAWN, EventKind.RESTRICTED, EventKind.CARE_ENDED, EventKind.DECEASED})
_CLOSING_MEMBERS = frozenset({MembershipKind.LEFT, MembershipKind.SUSPENDED})


class Past(NamedTuple):
    """What the gate asks, as it stood at `at`."""

    patient: PatientId
    at: int
    log: tuple[ConsentEvent, ...]
    decisions: Decisions
    region: Region
    links: Mapping[FacilityCode, int]
    """Facilities with a live link, each with the sequence of the event that made it."""


def past(work: UnitOfWork, patient: PatientId, at: int, known_at: int, position: int = LAST) -> Past:
    """Put together what was decided about `patient` at `at`, with what was recorded until `known_at`.

    `position` is the last sequence that counts, where one moment is not exact enough.

    Milliseconds since 1970. With `known_at` equal to `at` it never changes once that moment has passed.
    """
    recorded = work.consents.events([patient]).get(patient, ())
    log = tuple(in_effect((one for one in recorded if one.sequence <= position), at, known_at))
    members = _members(work.memberships.events(), at, known_at)
    return Past(patient, at, log, decisions_of(log), region_of(members), _links(work, patient, at))


def in_effect(events: Iterable[ConsentEvent], at: int, known_at: int) -> Iterator[ConsentEvent]:
    """Give those consent events that count at `at`, known what was recorded until `known_at`."""
    for event in events:
        if event.recorded_at > known_at:
            continue
        true_from = event.valid_from if event.valid_from and event.kind in CLOSING else event.recorded_at
        if known_at > at and event.kind is EventKind.DECEASED and true_from <= at:
            yield event._replace(recorded_at=min(true_from, event.recorded_at))
        elif event.recorded_at <= at or true_from <= at:
            yield event


def _members(events: Iterable[MembershipEvent], at: int, known_at: int) -> Iterator[MembershipEvent]:
    for event in events:
        late = event.kind in _CLOSING_MEMBERS and event.at <= at
        if event.recorded_at <= known_at and (event.recorded_at <= at or late):
            yield event


def _links(work: UnitOfWork, patient: PatientId, at: int) -> dict[FacilityCode, int]:
    """Fold the log of links up to a moment; a facility may have several numbers of one person."""
    live: dict[int, LinkEvent] = {}
    for event in work.links.of_person(patient):
        if event.at > at:
            continue
        if event.kind is LinkKind.LINKED:
            live[event.surrogate] = event
        elif event.kind in {LinkKind.UNLINKED, LinkKind.CONTESTED}:
            live.pop(event.surrogate, None)
    found: dict[FacilityCode, int] = {}
    for surrogate, event in live.items():
        number = work.links.number(surrogate)
        if number is not None:
            found[number.local.facility] = max(event.sequence, found.get(number.local.facility, 0))
    return found
