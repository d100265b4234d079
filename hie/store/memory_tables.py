"""Tables in memory with transactions: a writer works on copies, readers keep what is committed."""

from __future__ import annotations

from secrets import randbits, token_bytes
from typing import Any, NamedTuple

from consent.model import ConsentEvent
from hie.exchange.ports import (
    Account,
    Certificate,
    ChainRow,
    Complaint,
    Device,
    Edge,
    EdgeTask,
    Familiar,
    FeedRun,
    Filing,
    Invitation,
    LinkCase,
    LinkEvent,
    Look,
    MembershipEvent,
    Notice,
    OneTimeSecret,
    Passkey,
    Post,
    Quarantined,
    RecoveryCode,
    Registration,
    Reviewed,
    Scan,
    ScanPage,
    Seal,
    Session,
    Statement,
)
from hie.exchange.ports.labels import MarkEvent
from hie.exchange.ports.uploads import Upload
from hie.record.entry import DocumentEntry
from hie.record.identifiers import EntryId, FacilityCode, LocalPatientId, PatientId
from hie.record.imaging import FiledInstance
from hie.record.people import Facility, Patient
from hie.record.requester import Role
from hie.store.turns import Turns


class FiledEntry(NamedTuple):
    """An entry with what was filed beside it."""

    entry: DocumentEntry
    filing: Filing


class Link(NamedTuple):
    """A local patient, by its surrogate."""

    local: LocalPatientId
    patient: PatientId | None
    history: tuple[LinkEvent, ...]


class Tables:
    """All tables: dictionaries of immutable values, each copied before a writer changes it."""

    def __init__(self) -> None:  # noqa: PLR0915  a table each
        """Start empty."""
        self.entries: dict[EntryId, FiledEntry] = {}
        self.wordless: dict[EntryId, bool] = {}
        """Documents that were looked through for words and have none."""
        self.instances: dict[tuple[int, str, str, str], FiledInstance] = {}
        self.patients: dict[PatientId, Patient] = {}
        self.links: dict[int, Link] = {}
        self.link_cases: dict[int, LinkCase] = {}
        self.local_statements: dict[tuple[int, bytes], Statement] = {}
        self.consents: dict[int, ConsentEvent] = {}
        self.decided: dict[str, int] = {}
        self.labels: dict[int, MarkEvent] = {}
        self.audit: dict[int, ChainRow] = {}
        self.audit_seals: dict[int, Seal] = {}
        self.complaints: dict[str, Complaint] = {}
        self.accounts: dict[str, Account] = {}
        self.posts: dict[tuple[str, FacilityCode, Role, int], Post] = {}
        self.sessions: dict[bytes, Session] = {}
        self.devices: dict[str, Device] = {}
        self.familiar: dict[tuple[str, str], Familiar] = {}
        self.passkeys: dict[bytes, Passkey] = {}
        self.secrets: dict[str, OneTimeSecret] = {}
        self.codes: dict[tuple[str, bytes], RecoveryCode] = {}
        self.challenges: dict[bytes, int] = {}
        self.failures: dict[int, tuple[bytes, int]] = {}
        self.facilities: dict[FacilityCode, Facility] = {}
        self.memberships: dict[int, MembershipEvent] = {}
        self.invitations: dict[str, Invitation] = {}
        self.key = token_bytes(32)
        """Never changed, so no transaction copies it."""
        self.quarantined: dict[tuple[FacilityCode, str], Quarantined] = {}
        self.runs: dict[int, FeedRun] = {}
        self.incarnation: dict[str, int] = {"is": randbits(62)}
        self.edges: dict[FacilityCode, Edge] = {}
        self.edge_certificates: dict[bytes, Certificate] = {}
        self.edge_secrets: dict[bytes, tuple[FacilityCode, int]] = {}
        self.edge_tasks: dict[str, EdgeTask] = {}
        self.emergencies: dict[str, Reviewed] = {}
        self.registrations: dict[str, Registration] = {}
        self.evidence: dict[str, tuple[Scan, bytes]] = {}
        self.evidence_pages: dict[tuple[str, str, int], ScanPage] = {}
        self.duties: dict[int, tuple[FacilityCode, bool, str, int]] = {}
        self.notices: dict[str, Notice] = {}
        self.looks: dict[tuple[str, PatientId], Look] = {}
        self.preferences: dict[tuple[str, str], str] = {}
        self.uploads: dict[str, tuple[Upload, bytes | None]] = {}
        self.exact_searches: dict[int, tuple[str, int]] = {}

    def copy(self) -> Tables:
        """Copy the names of the tables, not the tables."""
        made = Tables.__new__(Tables)
        made.__dict__.update(self.__dict__)
        return made


class Committed:
    """What all threads see, and whose turn it is to change it."""

    def __init__(self, patience: float) -> None:
        """Start empty."""
        self.tables = Tables()
        self.turns = Turns(patience)


class MemoryTransaction:
    """One unit of work's view: committed tables, or its own copy once it holds the turn."""

    def __init__(self, committed: Committed, *, only_reads: bool) -> None:
        """Begin with the first question, as the others do."""
        self._committed = committed
        self._only_reads = only_reads
        self._reads_apart = only_reads
        self._own: Tables | None = None
        self._copied: set[str] = set()

    @property
    def tables(self) -> Tables:
        """Return the tables to read."""
        if self._own is not None:
            return self._own
        if self._reads_apart:
            return self._committed.tables
        return self._begin()

    def change(self, name: str) -> dict[Any, Any]:
        """Return the table `name` to write to."""
        own = self._own or self._begin()
        if name not in self._copied:
            setattr(own, name, dict(getattr(own, name)))
            self._copied.add(name)
        table: dict[Any, Any] = getattr(own, name)
        return table

    def next_decision(self) -> int:
        """Number a consent or a link: both logs have one order."""
        decided = self.change("decided")
        decided["last"] = decided.get("last", 0) + 1
        return int(decided["last"])

    def commit(self) -> None:
        """Show everybody what was changed."""
        if self._own is not None:
            self._committed.tables = self._own
            self._end()
        self._reads_apart = True

    def roll_back(self) -> None:
        """Forget what was changed."""
        if self._own is not None:
            self._end()

    def _begin(self) -> Tables:
        if self._only_reads:
            raise TypeError("this unit of work only reads")
        self._committed.turns.take()
        self._own = self._committed.tables.copy()
        return self._own

    def _end(self) -> None:
        self._own = None
        self._copied.clear()
        self._committed.turns.give()
