"""Edges at the hub: enrolled by a one-time secret, known by their certificate, told what to do.

A facility has one edge. Enrolling again begins a new epoch: certificates of the one before open
nothing any more, and its batches pass no fence. What a request says of itself decides nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from hie.exchange.gate.publish import publisher
from hie.exchange.ports import AuditEvent, Certificate, Clock, Edge, EdgeTask, Seal, Store, UnitOfWork
from hie.record.errors import Invalid, NotFound, Refused
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester

MARK = "tsunagu1."
LIFE_OF_A_SECRET = 7 * 24 * 60 * 60 * 1000
"""Milliseconds from the desk to the hospital's machine room."""
TASKS_AT_ONCE = 20
LONGEST_DETAIL = 200
FORMER_RUNS = 16
"""Starts of an edge's process that are remembered beside the present one."""
ON_THE_WAY = 60_000
"""Milliseconds for which something of an earlier start may still be on the way."""
_LONGEST_RUN = 32
OUTCOMES = frozenset({"done", "failed"})


class Issued(NamedTuple):
    """A certificate, made and not yet handed out."""

    pem: str
    fingerprint: bytes
    expires_at: int


class Authority(Protocol):
    """Who certifies edges: the region's own authority."""

    @property
    def certificate(self) -> str:
        """The authority's own certificate, PEM."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its DER bytes, hexadecimal."""

    def certify(self, request: str, facility: FacilityCode, now: int) -> Issued:
        """Issue a client certificate for the key of a request; raises `Invalid` for no good request."""


class Certified(NamedTuple):
    """What an edge is handed."""

    certificate: str
    authority: str
    facility: FacilityCode
    epoch: int
    at: int
    """The hub's time."""


class Reported(NamedTuple):
    """What an edge is told when it reports."""

    at: int
    tasks: Sequence[EdgeTask]
    sealed: Seal | None
    """Where the hub's audit trail ended a moment ago: kept at the hospital, it cannot be taken back."""


def offer(
    store: Store, clock: Clock, authority: Authority, requester: Requester, facility: FacilityCode, url: str
) -> str:
    """Make the token that a facility's edge is enrolled with, once; raise `NotFound` if it takes no part."""
    secret = clock.new_id() + clock.new_id()
    with store.work() as work:
        now = clock.now()
        if not work.directory.region().takes_part(facility, now):
            raise NotFound("no such facility takes part")
        work.edges.offer(facility, _hashed(secret), now + LIFE_OF_A_SECRET)
        work.audit.append([_written_down(now, requester, "edge-offered", facility)])
    content = {"url": url, "facility": facility, "secret": secret, "authority_sha256": authority.fingerprint}
    return MARK + base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def enrol(store: Store, clock: Clock, authority: Authority, secret: str, request: str) -> Certified:
    """Trade a secret for a certificate; raise `Refused` for no good secret, `Invalid` for no good request.

    Who has no secret is told so without a turn at writing: anybody may ask.
    """
    with store.look() as work:
        if not work.edges.offered(_hashed(secret), clock.now()):
            raise Refused(("enrolment",))
    with store.work() as work:
        now = clock.now()
        edge = work.edges.enrol(_hashed(secret), now)
        if edge is None:
            raise Refused(("enrolment",))
        issued = authority.certify(request, edge.facility, now)
        work.edges.certify(_remembered(issued, edge, now))
        by = publisher(edge.facility)
        work.audit.append([_written_down(now, by, "edge-enrolled", f"{edge.facility} epoch {edge.epoch}")])
    return Certified(issued.pem, authority.certificate, edge.facility, edge.epoch, now)


def renew(store: Store, clock: Clock, authority: Authority, edge: Edge, request: str) -> Certified:
    """Give an edge another certificate in its epoch; the one it has serves until its end."""
    with store.work() as work:
        now = clock.now()
        issued = authority.certify(request, edge.facility, now)
        work.edges.certify(_remembered(issued, edge, now))
        by = publisher(edge.facility)
        work.audit.append([_written_down(now, by, "edge-renewed", f"{edge.facility} epoch {edge.epoch}")])
    return Certified(issued.pem, authority.certificate, edge.facility, edge.epoch, now)


def recognise(store: Store, clock: Clock, certificate: bytes) -> Edge | None:
    """Say whose edge shows this certificate (DER); none if unknown, over, revoked, or of an old epoch."""
    with store.look() as work:
        found = work.edges.find(hashlib.sha256(certificate).digest())
    if found is None:
        return None
    issued, edge = found
    speaks = issued.epoch == edge.epoch and not edge.revoked_at and clock.now() < issued.expires_at
    return edge if speaks else None


def revoke(store: Store, clock: Clock, requester: Requester, facility: FacilityCode) -> None:
    """End a facility's edge at once; raise `NotFound` if it has none that speaks."""
    with store.work() as work:
        now = clock.now()
        if not work.edges.revoke(facility, now):
            raise NotFound("this facility has no edge that speaks")
        work.audit.append([_written_down(now, requester, "edge-revoked", facility)])


def report(store: Store, clock: Clock, edge: Edge, status: Mapping[str, object]) -> Reported:
    """Keep an edge's report; return the time and what waits for it."""
    now = clock.now()
    with store.work() as work:
        work.contacts.report(edge.facility, json.dumps(status, separators=(",", ":")), now)
        heard(work, edge.facility, str(status.get("run", "")), now)
        waiting = work.tasks.waiting(edge.facility, TASKS_AT_ONCE)
        return Reported(now, waiting, work.seals.last())


def heard(work: UnitOfWork, facility: FacilityCode, run: str, now: int) -> bool:
    """Note which start of an edge's process speaks; say whether there is one of it, as far as is known.

    Every start has a name of its own. One that speaks again after another took its place is a second
    copy: a restored machine, a cloned disk. What the process before the present one still had on the
    way is no copy. Raises `Invalid` for no such name.
    """
    edge = work.edges.of(facility)
    if edge is None or not run or run == edge.run:
        return not (edge and edge.twice_at)
    if len(run) > _LONGEST_RUN or not run.isalnum() or not run.isascii():
        raise Invalid("a start has a short name of letters and digits")
    former = edge.former_runs.split()
    if run not in former:
        former = [*former, edge.run][-FORMER_RUNS:]
        work.contacts.runs(edge._replace(run=run, run_at=now, former_runs=" ".join(former).strip()))
    elif not edge.twice_at and now - edge.run_at > ON_THE_WAY:
        edge = edge._replace(twice_at=now)
        work.contacts.runs(edge)
        work.audit.append([_written_down(now, publisher(facility), "edge-twice", facility)])
    return not edge.twice_at


def clear(store: Store, clock: Clock, requester: Requester, facility: FacilityCode) -> None:
    """Take batches again after a second copy was stopped; raise `NotFound` where none was seen."""
    with store.work() as work:
        edge = work.edges.of(facility)
        if edge is None or not edge.twice_at:
            raise NotFound("no second copy of this facility's edge was seen")
        work.contacts.runs(edge._replace(run="", run_at=0, former_runs="", twice_at=0))
        work.audit.append([_written_down(clock.now(), requester, "edge-cleared", facility)])


def restored(store: Store, clock: Clock, requester: Requester) -> None:
    """Let every edge know that the database was restored: each states again all that it has."""
    with store.work() as work:
        work.edges.begin_anew(int(clock.new_id()[:15], 16))
        work.audit.append([_written_down(clock.now(), requester, "hub-restored", "")])


def finish(store: Store, clock: Clock, edge: Edge, task: str, outcome: str, detail: str) -> None:
    """Note what became of a task; raise `NotFound` if none of this edge waits under that id."""
    if outcome not in OUTCOMES:
        raise Invalid("a task is done or failed")
    with store.work() as work:
        now = clock.now()
        if not work.tasks.finish(edge.facility, task, outcome, detail[:LONGEST_DETAIL], now):
            raise NotFound("no such task waits")
        by = publisher(edge.facility)
        work.audit.append([_written_down(now, by, "edge-task", f"{edge.facility} {task} {outcome}")])


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _remembered(issued: Issued, edge: Edge, now: int) -> Certificate:
    return Certificate(issued.fingerprint, edge.facility, edge.epoch, now, issued.expires_at)


def _written_down(now: int, requester: Requester, action: str, detail: str) -> AuditEvent:
    return AuditEvent(now, requester, action, "done", "", 0, (), 0, detail)
