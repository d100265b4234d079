"""What knows entries, and the findings index beside it (IHE XDS document registry)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, overload

from consent.grant import Grant
from hie.record.clinical import Coding, Encounter, MedicationRequest, Observation
from hie.record.entry import (
    DOCUMENT_CLASSES,
    DocumentClass,
    DocumentEntry,
    EntryFacts,
    EntryKey,
    EntryStatus,
    Format,
)
from hie.record.identifiers import ContentHash, EntryId, FacilityCode
from hie.record.times import UNKNOWN_DAY, Day, Period
from hie.record.wording import Wording


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
    encounter: Encounter | None = None
    """What an in-patient event says, for the stays."""
    text: Wording | None = None
    """The words that it is searched by; none where nobody wrote any."""


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
    department: str = ""
    """SS-MIX2 統一診療科コード, or empty."""


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


MOVEMENTS = frozenset(
    {"ADT-21", "ADT-22", "ADT-31", "ADT-32", "ADT-41", "ADT-42", "ADT-51", "ADT-52"},
)
"""Data kinds of in-patient events (fact sheet §2.1); a vendor's own, such as `ADT-33`, is none."""


class Movement(NamedTuple):
    """One file of an in-patient event, planned or done: the stays of a life are told from these alone."""

    service_day: Day
    data_kind: str
    """One of `MOVEMENTS`."""
    custodian: FacilityCode
    moment: str = ""
    """Digits of when it happens, empty where only the day is known."""
    version: str = ""
    """When the file was written (発生日時): of two files about one moment the later decides."""
    status: EntryStatus = EntryStatus.APPROVED
    """A superseded file may be an event of its own: two transfers of a day share their key (§1.5)."""
    department: str = ""
    ward: str = ""
    expected: str = ""
    """Digits of when the patient is to be back from leave, or to be discharged once admitted."""


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

    def find(
        self, grant: Grant, period: Period, classes: Collection[DocumentClass] = frozenset()
    ) -> EntryLines:
        """Return approved entries of the grant's patient with a service day in `period`.

        Newest day first, then by custodian and id. Exactly those the grant covers; of these only
        `classes`, or all where that is empty.
        """

    def get(self, grant: Grant, entry: EntryId) -> DocumentEntry:
        """Return one approved entry of the grant's patient, or raise `NotFound`."""

    def movements(self, grant: Grant) -> Sequence[Movement]:
        """Return the covered movements of the patient's whole life, in whatever state, oldest day first."""


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


class Issue(NamedTuple):
    """One drug of one document: a prescription, an injection, or what a pharmacy handed out."""

    entry: EntryId
    custodian: FacilityCode
    service_day: Day
    document_class: DocumentClass
    drug: Coding
    """As written; its text is never empty where the source named the drug at all."""
    dose: str = ""
    """Single dose as written, without its unit; `3/d` where only the day's is said."""
    unit: str = ""
    usage: str = ""
    """Text of the usage with what adds to it; only what adds where `usage_code` says the rest."""
    quantity: str = ""
    """Total amount as written; with its unit where that is not `unit`."""
    start: Day = UNKNOWN_DAY
    days: int = 0
    """Days supplied; 0 where the source does not say."""
    kind: int = 0
    """RXE-27 (fact sheet §4.9): 21 internal, 22 when needed, 23 external, 24 self-injection; 0 not said."""
    cancelled: bool = False
    """The source took the order back (ORC-1 CA) and left the file current."""
    usage_code: str = ""
    """Code of the usage where the source wrote no text."""


class FindingsIndex(Protocol):
    """Observations and medications across documents; rebuildable, opens no document."""

    def observations(
        self,
        grant: Grant,
        period: Period,
        codes: frozenset[str],
        fronts: frozenset[str] = frozenset(),
        classes: frozenset[DocumentClass] = frozenset(),
        newest: int = 0,
    ) -> Sequence[DatedObservation]:
        """Return covered observations, oldest first; an empty `codes` means all, so does any other empty set.

        `fronts` are beginnings of five characters: what JLAC10 calls the analyte. `classes` are those of
        the documents; of what is left, the `newest` so many, or all where that is 0.
        """

    def newest_of_each(self, grant: Grant, fronts: frozenset[str], many: int) -> Sequence[DatedObservation]:
        """Return the newest covered observations of analytes, oldest first.

        At most so `many` of those that have one code, one name, one unit and one range.
        """

    def medications(
        self, grant: Grant, period: Period, classes: frozenset[DocumentClass] = frozenset()
    ) -> Sequence[Issue]:
        """Return covered lines by service day and entry, in order written; empty `classes` mean all."""
