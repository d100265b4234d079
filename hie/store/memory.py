"""Every port in memory: for tests and demonstrations, and the judge of the other keepers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO, Self

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
from hie.record.errors import NotFound
from hie.record.identifiers import ContentHash, content_hash
from hie.store.documents import Unpacker
from hie.store.lines import PATIENCE
from hie.store.memory_audit import MemoryAuditSeals, MemoryAuditTrail, MemoryComplaints
from hie.store.memory_care import MemoryCares
from hie.store.memory_densities import MemoryDensities
from hie.store.memory_documents import (
    MemoryFiledDocuments,
    MemoryFindingsIndex,
    MemoryImagingIndex,
    MemoryRegistry,
)
from hie.store.memory_edges import MemoryContacts, MemoryEdges, MemoryMaintenance, MemoryTaskQueue
from hie.store.memory_emergencies import MemoryDuties, MemoryEmergencies, MemoryNotices
from hie.store.memory_exact import MemoryExactIndex
from hie.store.memory_inviting import MemoryInvitations, MemoryRoster
from hie.store.memory_labels import MemoryLabelMarks
from hie.store.memory_links import MemoryLinkCases, MemoryLinks, MemoryLocalStatements
from hie.store.memory_looks import MemoryLooks
from hie.store.memory_memberships import MemoryDirectory, MemoryMemberships
from hie.store.memory_news import MemoryNewsIndex
from hie.store.memory_passages import MemoryPassages
from hie.store.memory_people import (
    MemoryAccounts,
    MemoryConsentRegister,
    MemoryFeeds,
    MemoryPatientIndex,
    MemoryPosts,
)
from hie.store.memory_preferences import MemoryPreferences
from hie.store.memory_registrations import MemoryEvidence, MemoryRegistrations
from hie.store.memory_sessions import MemoryCodes, MemoryDevices, MemoryPasskeys, MemorySessions
from hie.store.memory_tables import Committed, MemoryTransaction
from hie.store.memory_tallies import MemoryTallies
from hie.store.memory_uploads import MemoryUploads


class MemoryObjects:
    """Keeps `ObjectStore` in a dictionary."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: dict[ContentHash, bytes] = {}

    def put(self, content: bytes) -> ContentHash:
        """Keep `content`; the same twice is kept once."""
        name = content_hash(content)
        self._kept.setdefault(name, content)
        return name

    def open(self, name: ContentHash) -> BinaryIO:
        """Open for reading, or raise `NotFound`."""
        return io.BytesIO(self._content(name))

    def range(self, name: ContentHash, start: int, length: int) -> bytes:
        """Return `length` bytes from `start`, fewer at the end, or raise `NotFound`."""
        return self._content(name)[start : start + length]

    def exists(self, name: ContentHash) -> bool:
        """Say whether it is kept."""
        return name in self._kept

    def delete(self, name: ContentHash, before: int | None = None) -> None:
        """Forget it; not where its age counts, for ages are not kept."""
        if before is None:
            self._kept.pop(name, None)

    def older(self, than: int) -> Iterator[ContentHash]:  # noqa: ARG002  ages are not kept
        """Name nothing: no age is known here, and nothing is left by a process that ended."""
        yield from ()

    def _content(self, name: ContentHash) -> bytes:
        if name not in self._kept:
            raise NotFound("no such object")
        return self._kept[name]


class MemoryStore:
    """Tables in memory and an object store."""

    reads_in_place = True

    def __init__(self, objects: ObjectStore, packer: Packer, unpacker: Unpacker) -> None:
        """Start empty."""
        self.objects: ObjectStore = objects
        self.packer: Packer = packer
        self.unpacker = unpacker
        self.witnesses: list[Witness] = []
        self._committed = Committed(PATIENCE)

    def work(self) -> UnitOfWork:
        """Start a unit of work; safe to call from any thread."""
        return MemoryUnitOfWork(self, MemoryTransaction(self._committed, only_reads=False))

    def look(self) -> UnitOfWork:
        """Start one that only reads and takes no lock."""
        return MemoryUnitOfWork(self, MemoryTransaction(self._committed, only_reads=True))

    def close(self) -> None:
        """Nothing to give back."""


class MemoryUnitOfWork:
    """One transaction in memory."""

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

    def __init__(self, store: MemoryStore, transaction: MemoryTransaction) -> None:  # noqa: PLR0915  a port each
        """Hand every port this transaction."""
        self._transaction = transaction
        self._store = store
        self.registry = MemoryRegistry(transaction)
        self.findings = MemoryFindingsIndex(transaction)
        self.imaging = MemoryImagingIndex(transaction)
        self.repository = MemoryFiledDocuments(transaction, store.objects, store.unpacker)
        self.patients = MemoryPatientIndex(transaction)
        self.links = MemoryLinks(transaction)
        self.link_cases = MemoryLinkCases(transaction)
        self.local_statements = MemoryLocalStatements(transaction)
        self.consents = MemoryConsentRegister(transaction)
        self.audit = self._trail = MemoryAuditTrail(transaction)
        self.seals = MemoryAuditSeals(transaction)
        self.complaints = MemoryComplaints(transaction)
        self.accounts = MemoryAccounts(transaction)
        self.posts = MemoryPosts(transaction)
        self.sessions = MemorySessions(transaction)
        self.devices = MemoryDevices(transaction)
        self.passkeys = MemoryPasskeys(transaction)
        self.codes = MemoryCodes(transaction)
        self.memberships = MemoryMemberships(transaction)
        self.directory = MemoryDirectory(transaction, self.memberships)
        self.roster = MemoryRoster(transaction)
        self.invitations = MemoryInvitations(transaction)
        self.feeds = MemoryFeeds(transaction)
        self.edges = MemoryEdges(transaction)
        self.contacts = MemoryContacts(transaction)
        self.tasks = MemoryTaskQueue(transaction)
        self.maintenance = MemoryMaintenance(transaction)
        self.labels = MemoryLabelMarks(transaction)
        self.emergencies = MemoryEmergencies(transaction)
        self.registrations = MemoryRegistrations(transaction)
        self.evidence = MemoryEvidence(transaction)
        self.duties = MemoryDuties(transaction)
        self.notices = MemoryNotices(transaction)
        self.exact = MemoryExactIndex(transaction)
        self.cares = MemoryCares(transaction)
        self.tallies = MemoryTallies(transaction)
        self.passages = MemoryPassages(transaction, store.objects, store.unpacker)
        self.looks = MemoryLooks(transaction)
        self.news = MemoryNewsIndex(transaction)
        self.preferences = MemoryPreferences(transaction)
        self.densities = MemoryDensities(transaction)
        self.uploads = MemoryUploads(transaction)

    def commit(self) -> None:
        """Show everybody what was written so far."""
        self._trail.flush()
        self._transaction.commit()
        if rows := self._trail.taken():
            for told in self._store.witnesses:
                told(rows)

    def __enter__(self) -> Self:
        """Begin; the first statement takes the turn."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit, or roll back after an error."""
        if kind is None:
            self.commit()
        else:
            self._trail.forget()
            self._transaction.roll_back()
