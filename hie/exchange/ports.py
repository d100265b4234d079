"""Every promise the outside must keep, as protocols of at most six methods each.

Stores in `hie.store` keep them on memory, SQLite and PostgreSQL and pass one conformance suite
per port (`tests/contract`). All of a `UnitOfWork`'s ports write in one transaction.

Reading a patient's documents takes a `Grant`; there is no other way to ask. Methods that take
none return no clinical content: the directory, links, consents, counts, accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Protocol, Self, overload

from consent.grant import Grant
from consent.model import ConsentEvent
from hie.record.clinical import Coding, MedicationRequest, Observation
from hie.record.entry import (
    DOCUMENT_CLASSES,
    DocumentClass,
    DocumentEntry,
    EntryFacts,
    EntryKey,
    EntryStatus,
    Format,
)
from hie.record.identifiers import ContentHash, EntryId, FacilityCode, LocalPatientId, PatientId
from hie.record.imaging import FiledInstance, ImagingInstance, ImagingStudy
from hie.record.people import Facility, Patient
from hie.record.requester import Requester, Role
from hie.record.times import Day, Period


class Clock(Protocol):
    """The only source of time and of random identifiers."""

    def now(self) -> int:
        """Milliseconds since 1970, UTC."""

    def new_id(self) -> str:
        """Return a new opaque identifier, 32 hexadecimal digits."""


# --- Registry: entries, with the findings index beside them ---------------------------------


class Known(NamedTuple):
    """What the registry already holds under a key."""

    id: EntryId
    status: EntryStatus
    content_hash: ContentHash


class Filing(NamedTuple):
    """One document to be filed: its entry, its findings and its bytes.

    `packed` is the compressed small document and `dictionary` names its dictionary; a large
    document was put into the object store before, and `packed` is empty.
    """

    facts: EntryFacts
    format: Format
    content_hash: ContentHash
    size: int
    packed: bytes
    dictionary: int
    observations: Sequence[Observation]
    medications: Sequence[MedicationRequest]


class EntryLine(NamedTuple):
    """What the calendar needs of an entry; opens no document."""

    id: EntryId
    service_day: Day
    custodian: FacilityCode
    document_class: DocumentClass
    data_kind: str
    item_count: int
    abnormal_count: int
    link: str


_CLASS = EntryLine._fields.index("document_class")


class EntryLines(Sequence[EntryLine]):
    """Lines of a calendar, made from their text when somebody looks at them.

    A busy hub hands the text on to programs as it is, and reading it would be half of that work.
    """

    __slots__ = ("_lines", "_read", "written")

    def __init__(self, written: str, read: Callable[[str], list[list[Any]]]) -> None:
        """Take lines as a JSON array of arrays, in order, and what reads it.

        The class is written as its number in `DOCUMENT_CLASSES`.
        """
        self.written = written
        self._read = read
        self._lines: list[EntryLine] | None = None

    @overload
    def __getitem__(self, index: int) -> EntryLine: ...

    @overload
    def __getitem__(self, index: slice) -> list[EntryLine]: ...

    def __getitem__(self, index: int | slice) -> EntryLine | list[EntryLine]:
        """Return one line, or some."""
        return self._made()[index]

    def __iter__(self) -> Iterator[EntryLine]:
        """Go through the lines."""
        return iter(self._made())

    def __len__(self) -> int:
        """Count the lines."""
        return len(self._made())

    def __eq__(self, other: object) -> bool:
        """Say whether the lines are the same."""
        return isinstance(other, Sequence) and self._made() == list(other)

    def __hash__(self) -> int:
        """Hash the lines."""
        return hash(tuple(self._made()))

    def _made(self) -> list[EntryLine]:
        if self._lines is None:
            rows = self._read(self.written)
            for row in rows:
                row[_CLASS] = DOCUMENT_CLASSES[row[_CLASS]]
            new = tuple.__new__
            self._lines = [new(EntryLine, row) for row in rows]
        return self._lines


class Movement(NamedTuple):
    """An in-patient event, planned or done: the stays of a life are told from these alone."""

    service_day: Day
    data_kind: str
    """`ADT-21` to `ADT-52`."""
    custodian: FacilityCode


class Registry(Protocol):
    """What knows entries (IHE XDS document registry)."""

    def known(self, local_patient: int) -> Mapping[EntryKey, Sequence[Known]]:
        """Return all entries of a local patient by key, for ingest to compare with; no content."""

    def register(self, grant: Grant, local_patient: int, filings: Sequence[Filing]) -> int:
        """File documents under a PUBLISH grant, findings index included; return how many.

        A filing whose facts the grant does not cover raises `Refused`, and nothing is written.
        """

    def amend(self, grant: Grant, statuses: Mapping[EntryId, EntryStatus]) -> None:
        """Change the status of entries: superseded or deleted at the source."""

    def find(self, grant: Grant, period: Period) -> EntryLines:
        """Return approved entries of the grant's patient with a service day in `period`.

        Newest day first, then by custodian and id. Exactly those the grant covers.
        """

    def get(self, grant: Grant, entry: EntryId) -> DocumentEntry:
        """Return one approved entry of the grant's patient, or raise `NotFound`."""

    def movements(self, grant: Grant) -> Sequence[Movement]:
        """Return the covered approved movements of the patient's whole life, newest day first."""


class DatedObservation(NamedTuple):
    """An observation of the findings index with where it came from."""

    entry: EntryId
    custodian: FacilityCode
    service_day: Day
    code: Coding
    value: str
    unit: str
    reference_range: str
    flag: str
    observed_at: str


class FindingsIndex(Protocol):
    """Observations and medications across documents; rebuildable, opens no document."""

    def observations(self, grant: Grant, period: Period, codes: frozenset[str]) -> Sequence[DatedObservation]:
        """Return covered observations, oldest first; an empty `codes` means all."""

    def medication_names(self, grant: Grant, period: Period) -> Sequence[tuple[EntryId, str]]:
        """Return (entry, drug name) of covered prescriptions and injections, in order written."""


# --- Documents -------------------------------------------------------------------------------


class ObjectStore(Protocol):
    """Large bytes by hash: a folder or a bucket. `put` returns when they are on disk."""

    def put(self, content: bytes) -> ContentHash:
        """Keep `content`; putting the same twice keeps it once."""

    def open(self, name: ContentHash) -> BinaryIO:
        """Open for reading, or raise `NotFound`."""

    def range(self, name: ContentHash, start: int, length: int) -> bytes:
        """Return `length` bytes from `start`, fewer at the end, or raise `NotFound`."""

    def exists(self, name: ContentHash) -> bool:
        """Say whether it is kept."""

    def delete(self, name: ContentHash, before: int | None = None) -> None:
        """Forget it, if it was last put before a moment where one is given; twice is no error."""

    def older(self, than: int) -> Iterator[ContentHash]:
        """Name what was last put before a moment; what is left of interrupted puts of then is removed."""


class Repository(Protocol):
    """What answers for documents (IHE XDS document repository)."""

    def retrieve(self, grant: Grant, entry: DocumentEntry) -> bytes:
        """Return the original bytes, their hash checked; raise `NotFound` or `Unavailable`."""

    def unreferenced(self, names: Sequence[ContentHash]) -> set[ContentHash]:
        """Return those to which no entry and no image of whatever status points; at most 500 at once."""


class Packed(NamedTuple):
    """A small document, compressed."""

    body: bytes
    dictionary: int


class Packer(Protocol):
    """Compresses small documents before they reach the store; picklable, for worker processes."""

    def pack(self, data_kind: str, content: bytes) -> Packed:
        """Compress with the dictionary of the kind, or without one."""


class ImagingIndex(Protocol):
    """Studies, series and instances by header."""

    def register(
        self, grant: Grant, local_patient: int, instances: Sequence[tuple[ImagingInstance, ContentHash, int]]
    ) -> int:
        """Keep header facts of instances whose bytes are in the object store; return how many were new."""

    def studies(self, grant: Grant, period: Period) -> Sequence[ImagingStudy]:
        """Return covered studies, newest first."""

    def instances(self, grant: Grant, study_instance_uid: str) -> Sequence[FiledInstance]:
        """Return covered instances by series and instance number; empty if there are none."""


# --- Decisions: people, links, consents, audit, accounts ---------------------------------------


class PatientLine(NamedTuple):
    """One line of "my patients"."""

    patient: Patient
    own_number: str
    """The asking facility's own number of the patient, or empty."""
    facilities: int
    """How many facilities have a number of this patient."""


class PatientFile(NamedTuple):
    """A person and the live links to their numbers."""

    patient: Patient
    numbers: tuple[LocalPatientId, ...]


class PatientIndex(Protocol):
    """Persons and the links of local numbers to them (IHE PIX, PDQ)."""

    def enrol(self, patient: Patient) -> None:
        """Remember a person, or what is newly known of one."""

    def link(self, local: LocalPatientId, patient: PatientId, by: str, at: int) -> int:
        """Record that `local` is `patient`; return the surrogate. `Conflict` if linked elsewhere."""

    def unlink(self, local: LocalPatientId, by: str, at: int) -> None:
        """End the link; its history stays."""

    def resolve(self, facility: FacilityCode, values: Sequence[str]) -> Mapping[str, tuple[int, PatientId]]:
        """Return surrogate and person of the linked ones among a facility's numbers.

        In a unit of work that writes, nobody else links them or files for them before its commit;
        ask for many in one call, sorted, so that two writers never wait for each other.
        """

    def files(self, patients: Sequence[PatientId]) -> Mapping[PatientId, PatientFile]:
        """Return the persons among these that are known, with their live links."""

    def reachable(self, facility: FacilityCode, words: str, now: int) -> Sequence[PatientLine]:
        """Return persons `facility` may ask about (linked there, or consented to it), found by `words`.

        `words` match the front of kana or kanji names, a local number or a birth date (digits,
        `1970-01-15` or `S45.1.15`), each word on its own; empty finds all. At most 200, by kana.
        """


class ConsentRegister(Protocol):
    """The append-only log of consents."""

    def record(self, event: ConsentEvent) -> ConsentEvent:
        """Append; return it with its sequence."""

    def events(self, patients: Sequence[PatientId]) -> Mapping[PatientId, Sequence[ConsentEvent]]:
        """Return the logs of these persons, each in order."""

    def changes(self, after: int) -> Sequence[ConsentEvent]:
        """Return events with a greater sequence, in order; at most 1,000."""


class AuditEvent(NamedTuple):
    """Who did what to whose data, under which decision (IHE ATNA, BALP; security F.1)."""

    at: int
    requester: Requester
    action: str
    """`view`, `open`, `search`, `listed`, `publish`, `sign-in`, `sign-out`, `sign-in-failed`, …"""
    outcome: str
    """`granted`, `refused`, `done`, or `absent`: granted, but nothing the grant covers is there."""
    patient: str
    """The person's opaque number, or empty."""
    entry: int
    """The entry, or 0."""
    reasons: tuple[str, ...]
    position: int
    """Sequence of the last consent event considered, or 0."""
    detail: str
    """Counts, periods, listed ids; never clinical text."""


class AuditTrail(Protocol):
    """Append-only; a row is on disk before the first byte is shown."""

    def append(self, events: Sequence[AuditEvent]) -> None:
        """Add rows in order."""

    def find(self, patient: PatientId, limit: int) -> Sequence[AuditEvent]:
        """Return the newest rows about a person."""

    def count(self) -> int:
        """Return how many rows there are."""


class Account(NamedTuple):
    """A person who may sign in."""

    id: str
    login: str
    name: str
    facility: FacilityCode
    role: Role
    password_hash: str


class Session(NamedTuple):
    """A signed-in browser, as the store keeps it: the token by hash only."""

    token_hash: bytes
    account: str
    csrf_token: str
    opened_at: int
    expires_at: int


class Accounts(Protocol):
    """People and their sessions."""

    def add(self, account: Account) -> None:
        """Add a person, or replace the one with the same login."""

    def find(self, login: str) -> Account | None:
        """Return the account with this login."""

    def open_session(self, session: Session) -> None:
        """Keep a session."""

    def session(self, token_hash: bytes, now: int) -> tuple[Session, Account] | None:
        """Return the live session with this token, or none; an account without a password has none."""

    def close_session(self, token_hash: bytes) -> None:
        """End a session at once."""

    def failures(self, guesser: bytes, since: int, add: int | None = None) -> int:
        """Count failed sign-ins since a moment; with `add`, add one and forget all that were before.

        `guesser` is a hash that names who is counted together.
        """


class Directory(Protocol):
    """The facilities of the region."""

    def add(self, facility: Facility) -> None:
        """Add a facility, or replace the one with the same code."""

    def all(self) -> Sequence[Facility]:
        """Return all, by code."""


# --- Feeds: what came, what was held back --------------------------------------------------------


class Quarantined(NamedTuple):
    """A document that could not be filed, and why. The bytes stay at the source."""

    facility: FacilityCode
    locator: str
    reason: str
    """Rule id of the finding, e.g. `JIS-01`, `ID-01`."""
    message: str
    seen_at: int


class FeedRun(NamedTuple):
    """One run of ingest: counts only, so that nothing of withheld patients is kept."""

    facility: FacilityCode
    started_at: int
    finished_at: int
    seen: int
    indexed: int
    unchanged: int
    withheld: int
    quarantined: int


class Feeds(Protocol):
    """Runs and quarantine of each source."""

    def quarantine(self, items: Iterable[Quarantined]) -> int:
        """Keep each with its reason, the same facility and locator once; return how many were new."""

    def release(self, facility: FacilityCode, locators: Sequence[str]) -> None:
        """Forget quarantined locators that could be filed now."""

    def quarantined(self, facility: FacilityCode) -> Sequence[Quarantined]:
        """Return what stands in quarantine, newest first."""

    def finished(self, run: FeedRun) -> None:
        """Record a run."""

    def runs(self, facility: FacilityCode, limit: int) -> Sequence[FeedRun]:
        """Return the newest runs."""


# --- The whole ---------------------------------------------------------------------------------


class UnitOfWork(AbstractContextManager["UnitOfWork"], Protocol):
    """One transaction. Leaving it commits, an exception rolls back; all ports share it.

    `commit` makes what was written so far durable and starts the next transaction.
    """

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
    reads_in_place: bool
    """Whether `look` waits for nobody, so that an event loop may read without handing it to a thread."""

    def work(self) -> UnitOfWork:
        """Start a unit of work; safe to call from any thread."""

    def look(self) -> UnitOfWork:
        """Start one that only reads: it takes no lock, and a write in it is a defect."""

    def close(self) -> None:
        """Give back connections."""
