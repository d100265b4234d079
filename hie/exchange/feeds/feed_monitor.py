"""The feed monitor: how each hospital's edge is, what stands in quarantine, and trying it again.

The secretariat sees every facility, a hospital's own IT its own, nobody else anything. A locator may
hold a patient's number: it is shown to the facility it belongs to, to others as a digest under the
hub's own key. Both see
the digest's first digits as a code by which they can speak of a document. What an edge says of itself
is believed as far as its form goes; what is missing reads as nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from hie.exchange.feeds.ingest import nameless
from hie.exchange.ports import (
    AuditEvent,
    Clock,
    Edge,
    EdgeTask,
    FeedHour,
    FeedRun,
    Quarantined,
    Store,
    UnitOfWork,
)
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Requester, Role

MONITORS = frozenset({Role.SECRETARIAT, Role.FEED_OPERATOR})
REPLAY = "replay"
RUNS = 20
TASKS = 20
MOST_HELD = 500
MOST_LOCATORS = 200
SILENT_AFTER = 10 * 60 * 1000
"""Milliseconds without a word after which an edge is called silent."""
HISTORY = 24
"""Hours of runs that are shown."""
_HOUR = 3_600_000
_UNREADABLE = "unreadable"
_CODE = re.compile("[0-9a-f]{32}")


class SourceState(NamedTuple):
    """One source of an edge, as the edge last said."""

    name: str
    kind: str
    counts: Mapping[str, int]
    """Documents by state (`hie.exchange.ports.spool.ItemState`)."""
    looked_at: int
    newest_at: int
    trouble: str
    left: int = 0
    """Documents that are no more in the hospital, and are at the hub."""


class Held(NamedTuple):
    """A document in quarantine, at the edge or at the hub."""

    source: str
    locator: str
    """As this requester may see it."""
    reason: str
    message: str
    seen_at: int
    code: str = ""
    """Names the document to everybody who sees it, and says nothing of it; the edge's own if it has one."""
    hidden: bool = False
    """Whether the edge keeps the place to itself."""
    empty: bool = False
    """Whether the file has no bytes."""


class Asked(NamedTuple):
    """A replay that somebody asked for."""

    source: str
    documents: int
    """How many; 0 for all of the source."""
    asked_at: int
    asked_by: str
    finished_at: int
    outcome: str
    """`done`, `failed`, or empty while it waits."""
    detail: str


class FeedState(NamedTuple):
    """How one facility's feed is; moments are milliseconds since 1970, 0 for never."""

    at: int
    """When this was so."""
    facility: Facility
    edge: Edge | None
    """None where the facility never enrolled one."""
    silent: bool
    """Whether an edge that may speak has not for a while."""
    version: str
    lag: int
    """Milliseconds for which the oldest document to be sent waits; 0 if none does."""
    policy_position: int
    policy_received_at: int
    disk_free: int
    disk_total: int
    spool_bytes: int
    skew: int
    troubles: Mapping[str, str]
    sources: tuple[SourceState, ...]
    quarantine: tuple[Held, ...]
    """The newest of them."""
    held: int
    """How many stand in quarantine in all."""
    taken_at: int
    """When the hub last filed something, as far as its last day and newest runs tell."""
    hours: tuple[FeedHour, ...]
    """What came in the last `HISTORY` hours."""
    runs: tuple[FeedRun, ...]
    tasks: tuple[Asked, ...]


def may_monitor(requester: Requester) -> bool:
    """Say whether somebody sees feeds at all."""
    return requester.role in MONITORS


def feeds(store: Store, clock: Clock, requester: Requester) -> list[FeedState]:
    """Return the feeds a requester may see, by facility: hospitals, who else feeds, the operator's own."""
    with store.look() as work:
        edges = {edge.facility: edge for edge in work.edges.all()}
        return [
            state_of(work, clock.now(), requester, facility, edges.get(facility.code))
            for facility in work.directory.all()
            if _sees(requester, facility.code)
            and (requester.role is Role.FEED_OPERATOR or facility.code in edges or _feeds(work, facility))
        ]


def feed(store: Store, clock: Clock, requester: Requester, facility: FacilityCode) -> FeedState:
    """Return one facility's feed; raise `NotFound` where there is none, or not for the asker."""
    with store.look() as work:
        for known in work.directory.all():
            if known.code == facility and _sees(requester, facility):
                edge = next((one for one in work.edges.all() if one.facility == facility), None)
                return state_of(work, clock.now(), requester, known, edge)
    raise NotFound("no such feed")


def ask_replay(
    store: Store,
    clock: Clock,
    requester: Requester,
    facility: FacilityCode,
    source: str,
    locators: Sequence[str] = (),
) -> str:
    """Ask a facility's edge to read quarantined documents again, all of a source if none is named.

    `locators` are as the monitor shows them. Return the task's id; raise `NotFound` where there is no
    edge that speaks or not for the asker, `Invalid` where nothing such stands in quarantine.
    """
    with store.work() as work:
        edge = next((one for one in work.edges.all() if one.facility == facility), None)
        if edge is None or edge.revoked_at or not _sees(requester, facility):
            raise NotFound("no such feed")
        status = _status(edge)
        held = [one for one in _held(work, facility, edge, status) if one.source == source]
        key = work.feeds.key()
        shown = {_shown(requester, facility, one, key).locator: one.locator for one in held}
        if not source or len(locators) > MOST_LOCATORS or not set(locators) <= set(shown):
            raise Invalid("no such document stands in quarantine")
        now = clock.now()
        body = {"source": source, "locators": [shown[one] for one in locators]}
        task = EdgeTask(clock.new_id(), facility, REPLAY, json.dumps(body), now, requester.user)
        work.tasks.put(task)
        detail = f"{facility} {len(locators) or 'all'}"
        work.audit.append([AuditEvent(now, requester, "feed-replay", "done", "", 0, (), 0, detail)])
        return task.id


def _sees(requester: Requester, facility: FacilityCode) -> bool:
    return requester.role is Role.SECRETARIAT or (
        requester.role is Role.FEED_OPERATOR and requester.facility == facility
    )


def _feeds(work: UnitOfWork, facility: Facility) -> bool:
    return facility.kind is FacilityKind.HOSPITAL or bool(work.feeds.runs(facility.code, 1))


def state_of(
    work: UnitOfWork, now: int, requester: Requester, facility: Facility, edge: Edge | None
) -> FeedState:
    """Say how one facility's feed is at `now`; for who may not see feeds, only lights are made of it."""
    status = _status(edge)
    policy = _mapping(status.get("policy"))
    oldest = _number(status.get("oldest_unsent_at"))
    heard = edge.contacted_at or edge.enrolled_at if edge else now
    held, key = _held(work, facility.code, edge, status), work.feeds.key()
    sources = tuple(_source(one) for one in _rows(status.get("sources")))
    runs = tuple(work.feeds.runs(facility.code, RUNS))
    hours = tuple(work.feeds.hours(facility.code, (now // _HOUR - HISTORY + 1) * _HOUR))
    return FeedState(
        now,
        facility,
        edge._replace(status="") if edge else None,
        bool(edge and not edge.revoked_at and now - heard > SILENT_AFTER),
        _text(status.get("version")),
        max(0, now - oldest) if oldest else 0,
        _number(policy.get("position")),
        _number(policy.get("received_at")),
        _number(status.get("disk_free")),
        _number(status.get("disk_total")),
        _number(status.get("spool_bytes")),
        _number(status.get("skew")),
        {_text(part): _text(trouble) for part, trouble in _mapping(status.get("troubles")).items()},
        sources,
        tuple(_shown(requester, facility.code, one, key) for one in held[:MOST_HELD]),
        max(len(held), sum(one.counts.get(_UNREADABLE, 0) for one in sources)),
        max(*(hour.finished_at for hour in hours), *(run.finished_at for run in runs if run.indexed), 0, 0),
        hours,
        runs,
        tuple(_asked(one) for one in work.tasks.recent(facility.code, TASKS) if one.kind == REPLAY),
    )


def _held(
    work: UnitOfWork, facility: FacilityCode, edge: Edge | None, status: Mapping[str, Any]
) -> list[Held]:
    """Return what stands in quarantine, each document once, newest first.

    What the hub puts aside of an edge's batch the edge hears and reports itself, under the name by which
    it goes on; so beside a report the hub's own list counts only from when the edge lost its leave.
    """
    told = [_quarantined(one) for one in _rows(status.get("quarantine"))]
    here = work.feeds.quarantined(facility)
    if edge and edge.reported_at:
        here = [one for one in here if edge.revoked_at and one.seen_at > edge.revoked_at]
    sources = {_text(one.get("name")) for one in _rows(status.get("sources"))}
    once = {(one.source, one.locator): one for one in (*(_of_hub(one, sources) for one in here), *told)}
    return sorted(once.values(), key=lambda one: (-one.seen_at, one.source, one.locator))


def _of_hub(one: Quarantined, sources: Collection[str]) -> Held:
    """Tell source and locator apart again: what came from an edge has source and patient in front."""
    source, _, rest = one.locator.partition("/")
    if source not in sources:
        return Held("", one.locator, one.reason, one.message, one.seen_at)
    _, _, locator = rest.partition("/")
    return Held(source, locator or rest, one.reason, one.message, one.seen_at)


def _shown(requester: Requester, facility: FacilityCode, one: Held, key: bytes) -> Held:
    digest = nameless(f"{one.source}/{one.locator.replace('/', chr(0))}", key)
    code = one.code or digest.rpartition("/")[2]
    locator = one.locator if requester.facility == facility else f"{one.source}/{code}"
    return one._replace(locator=locator, code=code)


def _asked(task: EdgeTask) -> Asked:
    """Say what a task is about without naming documents."""
    body = _mapping(json.loads(task.body))
    count = len(body.get("locators", ()))
    return Asked(_text(body.get("source")), count, *task[4:])


def _quarantined(one: Mapping[str, Any]) -> Held:
    source, locator, reason, message = (
        _text(one.get(name)) for name in ("source", "locator", "reason", "message")
    )
    code, seen_at = _text(one.get("code")), _number(one.get("seen_at"))
    hidden = _CODE.fullmatch(locator.removeprefix(f"{source}/")) is not None
    code, empty = code if _CODE.fullmatch(code) else "", one.get("empty") is True
    return Held(source, locator, reason, message, seen_at, code, hidden, empty)


def _source(one: Mapping[str, Any]) -> SourceState:
    counts = {_text(state): _number(count) for state, count in _mapping(one.get("counts")).items()}
    return SourceState(
        _text(one.get("name")),
        _text(one.get("kind")),
        counts,
        _number(one.get("looked_at")),
        _number(one.get("newest_at")),
        _text(one.get("trouble")),
        max(0, _number(one.get("left"))),
    )


def _status(edge: Edge | None) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(edge.status)) if edge and edge.status else {}
    except ValueError:
        return {}


def _mapping(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _rows(found: object) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _number(found: object) -> int:
    return int(found) if isinstance(found, int | float) and abs(found) < 2**62 else 0


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
