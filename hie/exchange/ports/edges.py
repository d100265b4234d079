"""What the hub remembers of the edges: who they are, how far they have spoken, what they shall do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

from consent.grant import MaintenanceGrant
from hie.record.entry import EntryKey
from hie.record.identifiers import ContentHash, FacilityCode


class Edge(NamedTuple):
    """A facility's edge, as it was last enrolled."""

    facility: FacilityCode
    epoch: int
    """Grows with every enrolment: a new edge fences the one before it out."""
    number: int
    """The greatest batch number of this epoch."""
    enrolled_at: int
    revoked_at: int
    """0 while it may speak."""
    contacted_at: int
    """When it last sent a batch or a report; 0 if never."""
    status: str
    """Its last report, as JSON; empty before the first."""
    reported_at: int
    run: str = ""
    """Which start of its process spoke last: a random name."""
    run_at: int = 0
    """When that one was first heard."""
    former_runs: str = ""
    """Starts before it, with spaces between, the oldest first."""
    twice_at: int = 0
    """When one of those spoke again, so that there are two of it; 0 if there is one."""


class Certificate(NamedTuple):
    """A client certificate that the region issued."""

    fingerprint: bytes
    """SHA-256 of its DER bytes."""
    facility: FacilityCode
    epoch: int
    issued_at: int
    expires_at: int


class Edges(Protocol):
    """Enrolment: tokens, epochs, certificates."""

    def offer(self, facility: FacilityCode, secret: bytes, expires_at: int) -> None:
        """Keep the hash of a one-time secret; the facility's earlier ones end."""

    def offered(self, secret: bytes, now: int) -> bool:
        """Say whether `enrol` would take this secret now; asks without the writer's turn."""

    def enrol(self, secret: bytes, now: int) -> Edge | None:
        """Use a secret up, by its hash: begin the next epoch of its facility, batches from 0 again.

        Return none where there is no such secret or its time is over.
        """

    def certify(self, certificate: Certificate) -> None:
        """Remember a certificate that is about to be handed out."""

    def find(self, fingerprint: bytes) -> tuple[Certificate, Edge] | None:
        """Return a certificate with its facility's edge as it is now."""

    def revoke(self, facility: FacilityCode, now: int) -> bool:
        """End the edge's leave to speak, and secrets not yet used; say whether it had one."""

    def all(self) -> Sequence[Edge]:
        """Return all edges, by facility."""

    def of(self, facility: FacilityCode) -> Edge | None:
        """Return a facility's edge, none if it never enrolled one."""

    def incarnation(self) -> int:
        """Return the random number by which edges tell this database from one restored in its place."""

    def begin_anew(self, incarnation: int) -> None:
        """Be another database from now on."""


class Contacts(Protocol):
    """How far an edge has spoken."""

    def fence(self, edge: Edge, number: int, now: int) -> bool:
        """Take a batch number in this transaction; say whether it may file.

        It may not below the greatest number so far, in another epoch, or when revoked. Until the
        commit no other transaction of the facility gets an answer.
        """

    def report(self, facility: FacilityCode, status: str, now: int) -> None:
        """Keep an edge's report instead of the one before."""

    def runs(self, edge: Edge) -> None:
        """Keep which starts of an edge have spoken, and whether two of them do."""


class EdgeTask(NamedTuple):
    """Something an edge is asked to do."""

    id: str
    facility: FacilityCode
    kind: str
    body: str
    """JSON."""
    asked_at: int
    asked_by: str
    """Account, or who acted at the machine."""
    finished_at: int = 0
    outcome: str = ""
    """`done`, `failed`, or empty while it waits."""
    detail: str = ""


class TaskQueue(Protocol):
    """What waits for edges, and what became of it."""

    def put(self, task: EdgeTask) -> None:
        """Add a task."""

    def waiting(self, facility: FacilityCode, limit: int) -> Sequence[EdgeTask]:
        """Return tasks that are not finished, oldest first."""

    def finish(self, facility: FacilityCode, task: str, outcome: str, detail: str, now: int) -> bool:
        """Note what became of a waiting task of this facility; say whether there was one."""

    def recent(self, facility: FacilityCode, limit: int) -> Sequence[EdgeTask]:
        """Return the newest tasks, newest first."""


class TakenBack(NamedTuple):
    """What became of entries that were to be withdrawn."""

    taken: int
    """How many stand no more."""
    spared: frozenset[EntryKey] = frozenset()
    """Keys of those that the grant does not cover: they stand."""


class Maintenance(Protocol):
    """What is done with entries although nobody asks for their patient's sake."""

    def withdraw(
        self,
        grant: MaintenanceGrant,
        number: str,
        keys: Collection[EntryKey] | None = None,
        hashes: Collection[ContentHash] = (),
    ) -> TakenBack:
        """Withdraw what the grant covers of a facility's own number.

        All of it, or with `keys` what stands under one of them or has one of the `hashes`; the
        hash of an image names its study, whose images are hidden with it. The number must be the
        grant's patient's, or nobody's where the grant names nobody; else nothing is withdrawn.
        """
