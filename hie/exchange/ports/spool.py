"""What an edge remembers: where its sources stood, and how far each document has come.

A document is a row of the spool, not a copy: its bytes stay where the hospital keeps them. The
states are asked of the world again whenever somebody doubts them: the file says what it is, the
consent list whether it may leave, the hub what it holds.

    SEEN -> HELD <-> PUBLISHABLE -> FILED
      |       ^                      |
      v       |                      v
    UNREADABLE                 RECALLED -> WITHDRAWN
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import NamedTuple, Protocol

from hie.record.entry import Confidentiality, DocumentClass, Format
from hie.record.identifiers import ContentHash
from hie.record.times import Day


class ItemState(StrEnum):
    """How far a document of a source has come."""

    SEEN = "seen"
    """Named; new or changed since it was last read."""
    HELD = "held"
    """May not leave: no consent, or none that covers it. Without any it is not even read."""
    PUBLISHABLE = "publishable"
    """Read, and to be sent."""
    FILED = "filed"
    """The hub said that it is on disk there."""
    UNREADABLE = "unreadable"
    """In quarantine, here or at the hub, with its reason."""
    RECALLED = "recalled"
    """At the hub, and to be taken back before anything else is sent."""
    WITHDRAWN = "withdrawn"
    """Taken back; the hub said so."""


class Stat(NamedTuple):
    """What the file system says of a file; for a record of a log its place and length."""

    inode: int
    size: int
    modified: int
    """Nanoseconds since 1970."""
    changed: int
    """Nanoseconds since 1970 (ctime): moves with a rename."""


class Found(NamedTuple):
    """A document as a source names it; nothing of it was read but, for DICOM, whose it is."""

    locator: str
    name: str
    patient: str
    """The facility's own number, or empty where nothing says whose it is."""
    thing: str
    """What its versions have in common: the logical key as text; for DICOM the locator."""
    stat: Stat
    reason: str = ""
    """Rule id of what its name alone breaks: such a document goes into quarantine unread."""
    message: str = ""


class KnownFolder(NamedTuple):
    """A folder as it was when it was last listed."""

    path: str
    """Below the root, with `/`; empty for the root."""
    modified: int
    """Nanoseconds since 1970; 0 where its listing is not to be trusted for long."""


class Item(NamedTuple):
    """One document of a source in the spool."""

    id: int
    source: str
    found: Found
    state: ItemState
    revision: int
    """Grows whenever the file changed; an answer about an older revision changes nothing."""
    content_hash: ContentHash
    """Empty before it was read."""
    document_class: DocumentClass
    service_day: Day
    confidentiality: Confidentiality
    labels: int
    """Bits of `Label`. All four as the reader said; `unknown` values before."""
    reason: str
    message: str
    changed_at: int
    """Milliseconds since 1970: when the state last changed."""
    at_hub: bool = False
    """Whether the hub said that it has these very bytes: they need not travel again."""
    former: tuple[ContentHash, ...] = ()
    """Hashes of other bytes that the hub may have of it: an image is not replaced by its next version."""


class Examined(NamedTuple):
    """What reading a document gave."""

    item: int
    revision: int
    state: ItemState
    content_hash: ContentHash
    document_class: DocumentClass
    service_day: Day
    confidentiality: Confidentiality
    labels: int
    reason: str = ""
    message: str = ""


class Answered(NamedTuple):
    """What the hub said of a document that was sent or recalled."""

    item: int
    revision: int
    state: ItemState
    reason: str = ""
    message: str = ""


class Thing(NamedTuple):
    """Everything that stands at the source of one logical key and may leave."""

    source: str
    format: Format
    patient: str
    items: tuple[Item, ...]
    """Those PUBLISHABLE and those FILED: a parcel restates the thing."""


class FolderJournal(Protocol):
    """Where a tree stood when it was last looked at; kept for the adapters that crawl.

    A folder is remembered after all that is below it, so whoever died in between begins where it
    stopped: what is not remembered was not listed.
    """

    def folders(self, source: str) -> Iterator[KnownFolder]:
        """Yield all known folders in the order of their paths, without holding them in memory.

        One whose name alone is known, because something below it was listed, has `modified` -1.
        """

    def known(self, source: str, folder: str) -> KnownFolder | None:
        """Return one known folder, or none."""

    def below(self, source: str, folder: str) -> Sequence[str]:
        """Return the paths of the known folders directly in a folder."""

    def standing(self, source: str, folder: str) -> Sequence[Found]:
        """Return the documents known to stand in a folder, by name."""

    def listed(self, source: str, folder: KnownFolder, found: Sequence[Found], now: int) -> int:
        """Remember what stands in a folder now; return how many documents came, changed, moved or went.

        A document under a new name with the old thing, inode, size and time of modification keeps what
        was known of its bytes. A change makes all versions of its thing SEEN, but those RECALLED or
        WITHDRAWN; what changed while it was RECALLED is taken back first. `now` is in milliseconds.
        """

    def gone(self, source: str, folder: str, now: int) -> int:
        """Forget a folder and all below it; return how many documents went with it.

        Of a document that may be at the hub a row stays until it is recalled: RECALLED where its patient
        no longer consents.
        """

    def turn(self) -> AbstractContextManager[None]:
        """Hold everything of a `with` block together in one durable transaction."""


class LogJournal(Protocol):
    """How far a log was followed; kept for the adapters that tail."""

    def position(self, source: str) -> str:
        """Return how far a log was followed, or empty."""

    def versions(self, source: str, things: Collection[str]) -> Sequence[Found]:
        """Return the records known of these things, in the order in which they were remembered."""

    def followed(
        self, source: str, position: str, found: Sequence[Found], replaced: Sequence[Found], now: int
    ) -> None:
        """Remember records of a log and how far it was followed, in one transaction.

        What is found under a known locator and another name was superseded or deleted by a later
        record; what is `replaced` was written again and stands no more.
        """

    def logs(self, source: str) -> Sequence[str]:
        """Return the files of a log of which records are known, sorted."""

    def waiting_in(self, source: str, file: str) -> Sequence[str]:
        """Name the patients, once each, of whose records in a file of a log some are SEEN or PUBLISHABLE."""

    def gone(self, source: str, folder: str, now: int) -> int:
        """Forget a file of a log and its records; return how many documents went with it."""


class Journal(FolderJournal, LogJournal, Protocol):
    """Where a source stood when it was last looked at."""


class Spool(Protocol):
    """Documents on their way; every method is one durable transaction."""

    def to_examine(
        self, patients: Iterable[str], limit: int, sources: Collection[str] | None = None
    ) -> Sequence[Item]:
        """Return SEEN documents of these patients, newest care dates first; of some sources or of all."""

    def examined(self, results: Sequence[Examined], now: int) -> None:
        """Remember what reading gave; what changed meanwhile stays SEEN."""

    def to_send(self, documents: int, size: int) -> Sequence[Thing]:
        """Return things with PUBLISHABLE documents, small formats first, newest service day first.

        As many as hold at most so many documents and bytes, at least one. A thing with a SEEN document
        waits until that is read. What is returned counts as perhaps at the hub from now on.
        """

    def to_recall(self, limit: int, after: int = 0) -> Sequence[Item]:
        """Return RECALLED documents by number, those behind `after`."""

    def answered(self, answers: Sequence[Answered], now: int) -> None:
        """Remember what the hub said; what changed meanwhile stays as it is."""

    def regated(self, patient: str, may_leave: Callable[[Item], bool] | None, now: int) -> None:
        """Ask again which documents of a patient may leave; `None` where the patient has no consent.

        HELD of a patient with consent become SEEN where they were never read, PUBLISHABLE where
        `may_leave`. What may not leave becomes RECALLED if it, or an earlier revision, may be at the hub,
        and else HELD. RECALLED and WITHDRAWN that may leave again become PUBLISHABLE with their bytes to
        be sent along.
        """

    def ask_held(self, now: int) -> int:
        """Make what the hub held, although it may leave, PUBLISHABLE once more; return how many."""

    def restate(self, now: int) -> int:
        """Let the hub be told of everything again; return of how many documents.

        FILED become PUBLISHABLE, without their bytes unless the hub wants them; WITHDRAWN whose bytes
        are known become RECALLED.
        """


class SpoolDesk(Protocol):
    """What the operator asks and the edge remembers beside its documents."""

    def counts(self) -> Mapping[tuple[str, ItemState], int]:
        """Count documents by source and state; flat cost however many there are."""

    def left_at_hub(self) -> Mapping[str, int]:
        """Count by source the documents of which nothing stands there any more and the hub has them."""

    def states(self, items: Collection[int]) -> Mapping[int, ItemState]:
        """Return how far these documents have come; those that are no more at the source are not there."""

    def oldest_unsent(self) -> int:
        """Return since when the longest waiting PUBLISHABLE document waits; 0 if none does."""

    def unreadable(self, limit: int) -> Sequence[Item]:
        """Return what stands in quarantine, newest first."""

    def replay(self, source: str, locators: Sequence[str], now: int) -> int:
        """Make quarantined documents SEEN again, all of the source if none is named; return how many."""

    def next_number(self) -> int:
        """Return a batch number greater than all before, durably."""

    def note(self, key: str, value: str | None = None) -> str:
        """Return a remembered text, empty if there is none; with `value`, remember it instead."""
