"""The whole: units of work and where they come from."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

from hie.exchange.ports.audit import AuditSeals, AuditTrail, Complaints, Witness
from hie.exchange.ports.care import Cares
from hie.exchange.ports.decisions import (
    ConsentRegister,
    PatientIndex,
)
from hie.exchange.ports.densities import Densities
from hie.exchange.ports.documents import ImagingIndex, ObjectStore, Packer, Repository
from hie.exchange.ports.edges import Contacts, Edges, Maintenance, TaskQueue
from hie.exchange.ports.emergencies import Duties, Emergencies, Notices
from hie.exchange.ports.exact import ExactIndex
from hie.exchange.ports.feeds import Feeds
from hie.exchange.ports.inviting import Invitations, Roster
from hie.exchange.ports.labels import LabelMarks
from hie.exchange.ports.links import LinkCases, Links, LocalStatements
from hie.exchange.ports.looks import Looks
from hie.exchange.ports.news import NewsIndex
from hie.exchange.ports.passages import Passages
from hie.exchange.ports.people import Accounts, Directory, Memberships, Posts
from hie.exchange.ports.preferences import Preferences
from hie.exchange.ports.registrations import Evidence, Registrations
from hie.exchange.ports.registry import FindingsIndex, Registry
from hie.exchange.ports.sessions import Codes, Devices, Passkeys, Sessions
from hie.exchange.ports.tallies import Tallies
from hie.exchange.ports.uploads import Uploads


class UnitOfWork(AbstractContextManager["UnitOfWork"], Protocol):
    """One transaction. Leaving it commits, an exception rolls back; all ports share it.

    `commit` makes what was written so far durable and starts the next transaction.
    """

    registry: Registry
    findings: FindingsIndex
    imaging: ImagingIndex
    repository: Repository
    patients: PatientIndex
    links: Links
    link_cases: LinkCases
    local_statements: LocalStatements
    consents: ConsentRegister
    audit: AuditTrail
    seals: AuditSeals
    complaints: Complaints
    accounts: Accounts
    posts: Posts
    sessions: Sessions
    devices: Devices
    passkeys: Passkeys
    codes: Codes
    directory: Directory
    memberships: Memberships
    roster: Roster
    invitations: Invitations
    feeds: Feeds
    edges: Edges
    contacts: Contacts
    tasks: TaskQueue
    maintenance: Maintenance
    labels: LabelMarks
    emergencies: Emergencies
    duties: Duties
    notices: Notices
    exact: ExactIndex
    cares: Cares
    tallies: Tallies
    passages: Passages
    looks: Looks
    news: NewsIndex
    preferences: Preferences
    densities: Densities
    uploads: Uploads
    registrations: Registrations
    evidence: Evidence

    def commit(self) -> None:
        """Make durable what was written; returns when it is on disk.

        Reads after it see what is committed and hold no lock: the next transaction begins with
        the next write.
        """

    def __enter__(self) -> Self:
        """Begin: immediately writing on SQLite, read committed on PostgreSQL."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit, or roll back after an error."""


class Store(Protocol):
    """Where units of work come from: memory, SQLite and a folder, or PostgreSQL and a bucket."""

    objects: ObjectStore
    packer: Packer
    witnesses: list[Witness]
    """Who is told of audit rows once they are on disk; filled while the hub is wired."""
    reads_in_place: bool
    """Whether `look` waits for nobody, so that an event loop may read without handing it to a thread."""

    def work(self) -> UnitOfWork:
        """Start a unit of work; safe to call from any thread."""

    def look(self) -> UnitOfWork:
        """Start one that only reads: it takes no lock, and a write in it is a defect."""

    def close(self) -> None:
        """Give back connections."""
