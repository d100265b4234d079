"""The unit of work: one transaction, and every port on it."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from hie.exchange.ports import (
    Accounts,
    AuditTrail,
    ConsentRegister,
    Directory,
    Feeds,
    FindingsIndex,
    ImagingIndex,
    ObjectStore,
    Packer,
    PatientIndex,
    Registry,
    Repository,
)
from hie.store.accounts import SqlAccounts
from hie.store.audit import SqlAuditTrail
from hie.store.concepts import Concepts, Vocabulary
from hie.store.consents import SqlConsentRegister
from hie.store.directory import SqlDirectory
from hie.store.documents import SqlFiledDocuments, Unpacker
from hie.store.feeds import SqlFeeds
from hie.store.findings import SqlFindingsIndex
from hie.store.imaging import SqlImagingIndex
from hie.store.lines import Answer, Line, Lines
from hie.store.patients import SqlPatientIndex
from hie.store.registry import SqlRegistry


class SqlStore:
    """A database and an object store."""

    def __init__(self, lines: Lines, objects: ObjectStore, packer: Packer, unpacker: Unpacker) -> None:
        """Keep the parts; the schema is up to date."""
        self.objects: ObjectStore = objects
        self.packer: Packer = packer
        self.lines = lines
        self.unpacker = unpacker
        self.vocabulary = Vocabulary()

    def work(self) -> SqlUnitOfWork:
        """Start a unit of work; safe to call from any thread."""
        return SqlUnitOfWork(self)

    def close(self) -> None:
        """Give back connections."""
        self.lines.close()


class SqlUnitOfWork:
    """One transaction, begun by the first statement: until then nobody waits for it."""

    registry: Registry
    findings: FindingsIndex
    imaging: ImagingIndex
    repository: Repository
    patients: PatientIndex
    consents: ConsentRegister
    audit: AuditTrail
    accounts: Accounts
    directory: Directory
    feeds: Feeds

    def __init__(self, store: SqlStore) -> None:
        """Hand every port this transaction."""
        self._store = store
        self._line: Line | None = None
        self.concepts = Concepts(store.vocabulary, self)
        registry = SqlRegistry(self, self.concepts)
        self.registry = registry
        self._written = registry.flush
        self._forgotten = registry.forget
        self.findings = SqlFindingsIndex(self, registry.flush)
        self.imaging = SqlImagingIndex(self)
        self.repository = SqlFiledDocuments(self, store.objects, store.unpacker, registry.flush)
        self.patients = SqlPatientIndex(self)
        self.consents = SqlConsentRegister(self)
        self.audit = SqlAuditTrail(self)
        self.accounts = SqlAccounts(self)
        self.directory = SqlDirectory(self)
        self.feeds = SqlFeeds(self)

    # --- what the ports use ---

    @property
    def line(self) -> Line:
        """Return the transaction, begun now if it was not."""
        if self._line is None:
            self._line = self._store.lines.begin()
        return self._line

    def execute(self, statement: str, parameters: Iterable[object] = ()) -> Answer:
        """Run one statement."""
        return (self._line or self.line).execute(statement, parameters)

    def next_number(self, name: str, count: int = 1) -> int:
        """Take `count` numbers and return the first; writers of one kind queue here until they commit."""
        row = self.execute(
            "update counter set value = value + ? where name = ? returning value", (count, name)
        )
        found = row.fetchone()
        if found is None:
            raise LookupError(f"no counter is called {name}")
        return int(found[0]) - count + 1

    # --- what the exchange uses ---

    def commit(self) -> None:
        """Make durable what was written; returns when it is on disk."""
        self._written()
        line, self._line = self._line, None
        if line is not None:
            line.end(commit=True)
            self.concepts.keep()

    def __enter__(self) -> Self:
        """Begin; on SQLite the first statement begins immediately writing."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit, or roll back after an error."""
        if kind is None:
            try:
                self.commit()
            except BaseException:
                self._roll_back()
                raise
        else:
            self._roll_back()

    def _roll_back(self) -> None:
        self._forgotten()
        self.concepts.forget()
        line, self._line = self._line, None
        if line is not None:
            line.end(commit=False)
