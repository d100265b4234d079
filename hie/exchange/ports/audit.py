"""What was done, by whom and why: rows that are chained, sealed, and never changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from hie.record.entry import NO_LABELS
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester

Fields = tuple[str | int, ...]
"""What a row says, in the order of `COLUMNS`; what its hash is made of."""

COLUMNS = (
    *(
        "recorded_at",
        "account",
        "name",
        "facility",
        "role",
        "purpose",
        "action",
        "outcome",
        "patient",
        "entry",
    ),
    *("reasons", "consent_position", "detail", "kind", "custodian", "labels"),
    *("request", "device", "address", "assurance"),
)
"""The names of a row's fields. The order is part of the chain: append only, and never between."""


class AuditEvent(NamedTuple):
    """Who did what to whose data, under which decision (IHE ATNA, BALP; security F.1)."""

    at: int
    requester: Requester
    action: str
    """`view`, `open`, `search`, `listed`, `publish`, `sign-in`, …: all of them in `audit_words`."""
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
    kind: str = ""
    """Class of the entry, where it is known."""
    custodian: FacilityCode = FacilityCode("")
    """Whose document it is, where it is known."""
    labels: int = NO_LABELS
    """Bits of `Label` of the entry, where they are known: such a row is not shown to everybody."""


class AuditRow(NamedTuple):
    """A row as it was written down."""

    sequence: int
    """1, 2, 3, … without a gap."""
    event: AuditEvent


class ChainRow(NamedTuple):
    """A row as it is proved: not interpreted, for whoever changed it may have written anything."""

    sequence: int
    fields: Fields
    hash: bytes
    """SHA-256 over the hash of the row before and this row (`hie.exchange.trail.auditing`)."""


class AuditHead(NamedTuple):
    """Where the chain ends."""

    sequence: int
    hash: bytes


class AuditQuery(NamedTuple):
    """Which rows are looked for; what is empty does not matter."""

    since: int = 0
    until: int = 2**62
    """First moment that is not looked for any more."""
    patient: str = ""
    facility: FacilityCode = FacilityCode("")
    account: str = ""
    actions: tuple[str, ...] = ()
    custodian: FacilityCode = FacilityCode("")
    concerning: FacilityCode = FacilityCode("")
    """Of whose staff, whose documents, or whose patients (linked there now); not what is another
    facility's own business: a row about a document of another custodian."""
    request: str = ""
    before: int = 2**62
    """Only rows with a smaller number: the next page."""
    after: int = 0
    """Only rows with a greater number."""


Witness = Callable[[Sequence[ChainRow]], None]
"""Is told of rows right after the commit that made them durable, in the same thread; raises nothing."""


class AuditTrail(Protocol):
    """Append-only; a row is on disk before the first byte is shown.

    What is appended waits for the commit, so that nobody holds the end of the chain for longer than
    that; reading in the same unit of work writes it first.
    """

    def append(self, events: Sequence[AuditEvent]) -> None:
        """Add rows in order, at the commit."""

    def find(self, patient: PatientId, limit: int) -> Sequence[AuditEvent]:
        """Return the newest rows about a person, newest first."""

    def count(self) -> int:
        """Return how many rows there are."""

    def head(self) -> AuditHead:
        """Return where the chain ends; of an empty one sequence 0."""

    def chain(self, after: int, limit: int) -> Sequence[ChainRow]:
        """Return rows with a greater number, in order, as they stand there."""

    def search(self, query: AuditQuery, limit: int) -> Sequence[AuditRow]:
        """Return the newest rows that a query is about, newest first."""

    def within(self, query: AuditQuery) -> AuditQuery:
        """Return a query with the numbers of the rows of its days, for who asks for page after page."""


class Seal(NamedTuple):
    """A signed statement where the chain ended at a moment."""

    number: int
    """1, 2, 3, … without a gap, of one database."""
    sequence: int
    hash: bytes
    at: int
    key: bytes
    """Public key, Ed25519, 32 bytes."""
    signature: bytes


class AuditSeals(Protocol):
    """Seals of the chain; they are copied to places the hub cannot reach."""

    def add(self, seal: Seal) -> None:
        """Keep one; `Conflict` where its number is taken."""

    def after(self, number: int) -> Sequence[Seal]:
        """Return those with a greater number, oldest first."""

    def last(self) -> Seal | None:
        """Return the newest."""


class Complaint(NamedTuple):
    """A patient says of a row: this looks wrong; somebody has to answer."""

    id: str
    row: int
    """Number of the audit row."""
    patient: PatientId
    facility: FacilityCode
    """Whose act it is about: whose privacy officer answers."""
    filed_at: int
    filed_by: str
    answered_at: int = 0
    """0 while it waits."""
    answered_by: str = ""
    answer: str = ""


class Complaints(Protocol):
    """Questions of patients about who looked."""

    def file(self, complaint: Complaint) -> bool:
        """Keep one; say no where the patient has one about this row already."""

    def answer(self, complaint: str, at: int, by: str, answer: str) -> bool:
        """Answer one that waits; say no where none does."""

    def of_patient(self, patient: PatientId) -> Sequence[Complaint]:
        """Return a person's, newest first."""

    def waiting(self, facility: FacilityCode | None = None) -> Sequence[Complaint]:
        """Return those that wait, oldest first, of a facility or of all."""
