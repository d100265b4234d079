"""Whether what stands open on a screen may still stand there: asked again and again, showing nothing.

A page keeps a digest of the grant it was drawn under and asks whether the gate would answer the same now.
A beat releases no data and tells only who sees the record already that this has not changed, or that more
of it has come; so it writes no audit record: three a minute from every open page would bury those that say
who looked at what. What came is shown by asking for the page again, and that is written down.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from consent.grant import Grant
from consent.scope import Box, Scope
from hie.exchange.gate.access import Asked, decided
from hie.exchange.ports import Clock, Store
from hie.record.identifiers import PatientId
from hie.record.requester import Requester


def beat_of(grant: Grant) -> bytes:
    """Return a digest of what a grant opens and closes; equal for equal scopes, whatever their order."""
    return sha256(repr((_written(grant.opened), _written(grant.closed))).encode()).digest()


def beat(store: Store, clock: Clock, requester: Requester, patient: PatientId) -> bytes | None:
    """Return the digest of what the gate would grant now, or none where it refuses or nobody is there."""
    with store.look() as work:
        (answer,) = decided(work, clock.now(), [Asked(requester, patient, "pulse")])
    return beat_of(answer.grant) if answer.grant else None


class Heard(NamedTuple):
    """What an open page is told."""

    beat: bytes
    """Digest of what the gate would grant now."""
    more: bool
    """Whether the grant covers a record that was filed after the page was drawn."""


def hear(store: Store, clock: Clock, requester: Requester, patient: PatientId, up_to: int) -> Heard | None:
    """Answer a page that was drawn up to the entry `up_to`; none where the gate refuses."""
    with store.look() as work:
        (answer,) = decided(work, clock.now(), [Asked(requester, patient, "pulse")])
        if answer.grant is None:
            return None
        more = work.looks.newest() > up_to and work.news.later(answer.grant, up_to)
        return Heard(beat_of(answer.grant), more)


def _written(scope: Scope) -> list[str]:
    return sorted(map(_box, scope))


def _box(box: Box) -> str:
    return repr([sorted(value) if isinstance(value, frozenset) else value for value in box])
