"""The unit of work: one transaction, and every port on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from hie.exchange.ports import (
    Accounts,
    AuditSeals,
    AuditTrail,
    Cares,
    Codes,
    Complaints,
    ConsentRegister,
    Contacts,
    Densities,
    Devices,
    Directory,
    Duties,
    Edges,
    Emergencies,
    Evidence,
    ExactIndex,
    Feeds,
    FindingsIndex,
    ImagingIndex,
    Invitations,
    LinkCases,
    Links,
    LocalStatements,
    Looks,
    Maintenance,
    Memberships,
    NewsIndex,
    Notices,
    ObjectStore,
    Packer,
    Passkeys,
    PatientIndex,
    Posts,
    Preferences,
    Registrations,
    Registry,
    Repository,
    Roster,
    Sessions,
    Tallies,
    TaskQueue,
    UnitOfWork,
    Witness,
)
from hie.exchange.ports.labels import LabelMarks
from hie.exchange.ports.passages import Passages
from hie.exchange.ports.uploads import Uploads
from hie.record.errors import Unavailable
from hie.store.accounts import SqlAccounts
from hie.store.audit import SqlAuditTrail
from hie.store.audit_seals import SqlAuditSeals, SqlComplaints
from hie.store.care import SqlCares
from hie.store.concepts import Concepts, Vocabulary
from hie.store.consents import SqlConsentRegister
from hie.store.credentials import SqlCodes, SqlPasskeys
from hie.store.densities import SqlDensities
from hie.store.devices import SqlDevices
from hie.store.directory import SqlDirectory
from hie.store.documents import SqlFiledDocuments, Unpacker
from hie.store.edges import SqlContacts, SqlEdges, SqlTaskQueue
from hie.store.emergencies import SqlDuties, SqlEmergencies, SqlNotices
from hie.store.evidence import SqlEvidence
from hie.store.exact import SqlExactIndex
from hie.store.feeds import SqlFeeds
from hie.store.findings import SqlFindingsIndex
from hie.store.imaging import SqlImagingIndex
from hie.store.invitations import SqlInvitations
from hie.store.labels import SqlLabelMarks
from hie.store.lines import DRIVER_ERRORS, Answer, Line, Lines, ReadingLine, trouble
from hie.store.links import SqlLinkCases, SqlLinks, SqlLocalStatements
from hie.store.looks import SqlLooks
from hie.store.maintenance import SqlMaintenance
from hie.store.memberships import KnownRegion, SqlMemberships
from hie.store.news import SqlNewsIndex
from hie.store.passages import SqlPassages
from hie.store.patients import SqlPatientIndex
from hie.store.posts import SqlPosts
from hie.store.preferences import SqlPreferences
from hie.store.registrations import SqlRegistrations
from hie.store.registry import SqlRegistry
from hie.store.roster import SqlRoster
from hie.store.sessions import SqlSessions
from hie.store.tallies import SqlTallies
from hie.store.uploads import SqlUploads


class SqlStore:
    """A database and an object store."""

    def __init__(self, lines: Lines, objects: ObjectStore, packer: Packer, unpacker: Unpacker) -> None:
        """Keep the parts; the schema is up to date."""
        self.objects: ObjectStore = objects
        self.packer: Packer = packer
        self.lines = lines
        self.witnesses: list[Witness] = []
        self.reads_in_place = lines.reads_in_place
        self.unpacker = unpacker
        self.vocabulary = Vocabulary()
        self.known_region = KnownRegion()

    def work(self) -> UnitOfWork:
        """Start a unit of work; safe to call from any thread."""
        return SqlUnitOfWork(self, only_reads=False)

    def look(self) -> UnitOfWork:
        """Start one that only reads and takes no lock."""
        return SqlUnitOfWork(self, only_reads=True)

    def close(self) -> None:
        """Give back connections."""
        self.lines.close()


class SqlUnitOfWork:
    """One transaction, begun by its first statement: until then nobody waits for it.

    After a commit, reads go to a line that holds no lock; the next write begins the next transaction.
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
    registrations: Registrations
    evidence: Evidence
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

    def __init__(self, store: SqlStore, *, only_reads: bool) -> None:
        """Hand every port this transaction."""
        self._lines = store.lines
        self._only_reads = only_reads
        self._reads_apart = only_reads
        self._line: Line | None = None
        self._reader: ReadingLine | None = None
        self._store = store
        self._concepts: Concepts | None = None
        self._filing: SqlRegistry | None = None
        self._trail: SqlAuditTrail | None = None
        self._terms: SqlMemberships | None = None

    def __getattr__(self, name: str) -> object:
        """Make a port when it is first asked for: most units of work use one or two."""
        make = _PORTS.get(name)
        if make is None:
            raise AttributeError(name)
        made = self.__dict__[name] = make(self)
        return made

    # --- what the ports use ---

    @property
    def line(self) -> Line:
        """Return the transaction, begun now if it was not."""
        if self._line is None:
            if self._only_reads:
                raise TypeError("this unit of work only reads")
            self._line = self._lines.begin()
        return self._line

    def read(self, statement: str, parameters: Iterable[object] = ()) -> Answer:
        """Ask in the transaction, or apart from it after a commit."""
        if self._line is None and self._reads_apart:
            if self._reader is None:
                self._reader = self._lines.reading()
            return self._reader.execute(statement, parameters)
        return self.line.execute(statement, parameters)

    def execute(self, statement: str, parameters: Iterable[object] = ()) -> Answer:
        """Run one statement in the transaction."""
        return self.line.execute(statement, parameters)

    @property
    def held(self) -> str:
        """Return what ends a `select` whose rows must stay as they are until the commit."""
        return "" if self._line is None and self._reads_apart else self._lines.held

    def next_number(self, name: str, count: int = 1) -> int:
        """Take `count` numbers and return the first; writers of one kind queue here until they commit."""
        row = self.execute(
            "update counter set value = value + ? where name = ? returning value", (count, name)
        ).fetchone()
        if row is None:
            raise LookupError(f"no counter is called {name}")
        return int(row[0]) - count + 1

    def flush(self) -> None:
        """Write what was filed and waits."""
        if self._filing is not None:
            self._filing.flush()

    def filing(self) -> SqlRegistry:
        """Make the registry, and the concepts it writes."""
        self._concepts = Concepts(self._store.vocabulary, self)
        self._filing = SqlRegistry(self, self._concepts)
        return self._filing

    def terms(self) -> SqlMemberships:
        """Make the log of members, with what the process knows of it."""
        if self._terms is None:
            self._terms = SqlMemberships(self, self._store.known_region)
        return self._terms

    def places(self) -> SqlDirectory:
        """Make the directory."""
        return SqlDirectory(self, self.terms())

    def trail(self) -> SqlAuditTrail:
        """Make the audit trail, whose rows are written last of all."""
        self._trail = SqlAuditTrail(self)
        return self._trail

    def documents(self) -> SqlFiledDocuments:
        """Make the repository."""
        return SqlFiledDocuments(self, self._store.objects, self._store.unpacker, self.flush)

    def words(self) -> SqlPassages:
        """Make what finds documents by their words."""
        return SqlPassages(self, self._store.objects, self._store.unpacker, self.flush)

    # --- what the exchange uses ---

    def commit(self) -> None:
        """Make durable what was written; returns when it is on disk."""
        self.flush()
        if self._trail is not None:
            self._trail.flush()
        line, self._line = self._line, None
        if line is not None:
            line.end(commit=True)
            if self._concepts is not None:
                self._concepts.keep()
        self._reads_apart = True
        self._tell()

    def _tell(self) -> None:
        """Tell who wants to know of audit rows that they are on disk."""
        if self._trail is not None and (rows := self._trail.taken()):
            for told in self._store.witnesses:
                told(rows)

    def __enter__(self) -> Self:
        """Begin; on SQLite the first statement begins immediately writing."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit, or roll back after an error; one about the store's state is raised as `Unavailable`."""
        failed = error
        try:
            if kind is None:
                self.commit()
        except (*DRIVER_ERRORS, Unavailable) as late:
            failed = late
            if instead := trouble(late):
                raise instead from late
            raise
        finally:
            self._end()
            if failed is not None:
                self._lines.relieve(failed)
        if instead := trouble(error):
            raise instead from error

    def _end(self) -> None:
        """Roll back what was not committed, and give back every line."""
        if self._filing is not None and self._concepts is not None:
            self._filing.forget()
            self._concepts.forget()
        if self._trail is not None:
            self._trail.forget()
        line, self._line = self._line, None
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.give_back()
        if line is not None:
            line.end(commit=False)


_PORTS: dict[str, Callable[[SqlUnitOfWork], object]] = {
    "registry": SqlUnitOfWork.filing,
    "findings": lambda work: SqlFindingsIndex(work, work.flush),
    "imaging": SqlImagingIndex,
    "repository": SqlUnitOfWork.documents,
    "patients": SqlPatientIndex,
    "links": lambda work: SqlLinks(work, work.flush),
    "link_cases": SqlLinkCases,
    "local_statements": SqlLocalStatements,
    "consents": SqlConsentRegister,
    "audit": SqlUnitOfWork.trail,
    "seals": SqlAuditSeals,
    "complaints": SqlComplaints,
    "accounts": SqlAccounts,
    "posts": SqlPosts,
    "sessions": SqlSessions,
    "devices": SqlDevices,
    "passkeys": SqlPasskeys,
    "codes": SqlCodes,
    "directory": SqlUnitOfWork.places,
    "memberships": SqlUnitOfWork.terms,
    "roster": SqlRoster,
    "invitations": SqlInvitations,
    "feeds": SqlFeeds,
    "edges": SqlEdges,
    "contacts": SqlContacts,
    "tasks": SqlTaskQueue,
    "labels": lambda work: SqlLabelMarks(work, work.flush),
    "maintenance": lambda work: SqlMaintenance(work, work.flush),
    "emergencies": SqlEmergencies,
    "registrations": SqlRegistrations,
    "evidence": SqlEvidence,
    "duties": SqlDuties,
    "notices": SqlNotices,
    "exact": SqlExactIndex,
    "cares": SqlCares,
    "looks": SqlLooks,
    "news": lambda work: SqlNewsIndex(work, work.flush),
    "preferences": SqlPreferences,
    "densities": lambda work: SqlDensities(work, work.flush),
    "uploads": SqlUploads,
    "passages": SqlUnitOfWork.words,
    "tallies": lambda work: SqlTallies(work, work.flush),
}
"""How each port is made of its unit of work."""
