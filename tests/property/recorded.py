"""A random world written into a store: who takes part, and the log under the store's own numbers."""

from __future__ import annotations

from collections.abc import Sequence

from consent.model import FOREVER, ConsentEvent, Membership, Region
from hie.exchange.ports import MembershipEvent, MembershipKind, UnitOfWork
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import Facility, FacilityKind

NOTHING_YET = 1_000_000_000
"""A sequence that no event has: of what is lifted before it happened."""


def record_members(work: UnitOfWork, region: Region) -> None:
    """Let facilities join, be noticed, rest and leave as a region says."""
    for mark, (code, membership) in enumerate(sorted(region.members.items())):
        facility = Facility(code, f"見本{mark}", FacilityKind.HOSPITAL, f"見{mark}", mark)
        work.directory.add(facility, membership.terms[0].joined_at)
        for event in _events(code, membership):
            work.memberships.record(event)
    assert work.directory.region().members == region.members


def _events(code: FacilityCode, membership: Membership) -> list[MembershipEvent]:
    said: list[tuple[MembershipKind, int]] = []
    for number, term in enumerate(membership.terms):
        if number:
            said.append((MembershipKind.JOINED, term.joined_at))
        said += [
            (kind, at)
            for kind, at in ((MembershipKind.NOTICED, term.noticed_at), (MembershipKind.LEFT, term.left_at))
            if at != FOREVER
        ]
    for rest in membership.suspensions:
        said.append((MembershipKind.SUSPENDED, rest.starts_at))
        if rest.ends_at != FOREVER:
            said.append((MembershipKind.RESUMED, rest.ends_at))
    return [MembershipEvent(0, code, kind, at, at, "council", "minutes") for kind, at in said]


def record_log(work: UnitOfWork, log: Sequence[ConsentEvent], patient: PatientId) -> list[ConsentEvent]:
    """Record a log in its own order; what is lifted is named by its new number."""
    numbers: dict[int, int] = {}
    kept = []
    for event in sorted(log, key=lambda one: one.sequence):
        lifts = numbers.get(event.lifts, NOTHING_YET) if event.lifts else 0
        new = work.consents.record(event._replace(sequence=0, patient=patient, lifts=lifts))
        numbers[event.sequence] = new.sequence
        kept.append(new)
    return kept
