"""The light beside each feed, and what somebody should look into: one page that a non-engineer can read.

A fault turns on one light. Of an edge that is silent nothing else is known, so nothing else is said.
The limits are written down for people in `docs/feeds.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from hie.exchange.feeds.feed_monitor import FeedState

LATE_AFTER = 15 * 60 * 1000
"""Milliseconds for which a document may wait to be sent."""
OLD_LIST_AFTER = 24 * 3_600_000
"""Milliseconds for which a consent list may stand unconfirmed."""
MOST_SKEW = 5 * 60 * 1000
"""Milliseconds by which the clocks of edge and hub may differ (the edge sends nothing beyond)."""
LEAST_FREE = 0.05
"""Part of the edge's disk that has to be free."""


class Light(StrEnum):
    """How a feed is, the worst first."""

    SILENT = "silent"
    """The edge has not spoken for a while."""
    TROUBLE = "trouble"
    """The edge speaks, and something is wrong."""
    LATE = "late"
    """It works, and documents wait too long."""
    REVOKED = "revoked"
    """The region took the edge's leave to speak back."""
    NEVER = "never"
    """No edge was enrolled, and nothing came another way."""
    DIRECT = "direct"
    """No edge: the hub reads the storage itself."""
    WELL = "well"


class Concern(NamedTuple):
    """Something to look into."""

    kind: str
    """`silent`, `unreported`, `twice`, `part`, `disk`, `no-list`, `old-list`, `clock` or `late`."""
    amount: float = 0
    """Milliseconds, or for a disk the part that is free."""
    part: str = ""
    """Of `part`: which part of the edge, or which source."""
    words: str = ""
    """Of `part`: what the edge says is wrong."""


RANK = {light: place for place, light in enumerate(Light)}


def light_of(state: FeedState) -> Light:
    """Say how a feed is."""
    if state.edge is None:
        return Light.DIRECT if state.runs else Light.NEVER
    if state.edge.revoked_at:
        return Light.REVOKED
    if state.silent:
        return Light.SILENT
    kinds = {one.kind for one in concerns(state)}
    if kinds - {"late", "unreported"}:
        return Light.TROUBLE
    return Light.LATE if kinds else Light.WELL


def concerns(state: FeedState) -> list[Concern]:
    """Say what is to be looked into, the most pressing first."""
    edge = state.edge
    if edge is None or edge.revoked_at:
        return []
    if state.silent:
        return [Concern("silent", state.at - (edge.contacted_at or edge.enrolled_at))]
    if not edge.reported_at:
        return [Concern("unreported", state.at - edge.enrolled_at)]
    twice = [Concern("twice", state.at - edge.twice_at)] if edge.twice_at else []
    told = [
        Concern("part", 0, part, words)
        for part, words in _told(state).items()
        if not twice or part != "sending"
    ]
    return [*twice, *told, *_measured(state)]


def _measured(state: FeedState) -> Iterator[Concern]:
    """Compare what the edge reported with the limits."""
    if state.disk_total > 0 and state.disk_free < LEAST_FREE * state.disk_total:
        yield Concern("disk", state.disk_free / state.disk_total)
    if not state.policy_received_at:
        yield Concern("no-list")
    elif state.at - state.policy_received_at > OLD_LIST_AFTER:
        yield Concern("old-list", state.at - state.policy_received_at)
    if abs(state.skew) > MOST_SKEW:
        yield Concern("clock", state.skew)
    if state.lag > LATE_AFTER:
        yield Concern("late", state.lag)


def urgency(state: FeedState) -> tuple[int, int, int]:
    """Order feeds: the worst light first, then the longest waiting, then the most in quarantine."""
    return RANK[light_of(state)], -state.lag, -state.held


def _told(state: FeedState) -> dict[str, str]:
    """Gather what the edge says is wrong, each part once."""
    told = {part: words for part, words in state.troubles.items() if words}
    return told | {source.name: source.trouble for source in state.sources if source.trouble}
