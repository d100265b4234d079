"""What finds documents by the words in them; rebuildable, opens no document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from consent.grant import Grant
from hie.record.entry import DocumentClass, DocumentEntry
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import Day, Period
from hie.record.wording import Wording

MOST_TEXTS = 500
"""Texts read at once."""


class Hit(NamedTuple):
    """A document that holds every word that was asked for."""

    entry: EntryId
    service_day: Day
    custodian: FacilityCode
    document_class: DocumentClass
    data_kind: str


class Heading(NamedTuple):
    """What a document is called, and who wrote it; either may be empty."""

    title: str
    author: str

    def __repr__(self) -> str:
        """Show nothing clinical."""
        return f"Heading({len(self.title)}, {len(self.author)})"


class Unworded(NamedTuple):
    """A document whose words were never taken down, and its original bytes."""

    entry: DocumentEntry
    content: bytes | None
    """None where the bytes are lost or damaged."""


class Passages(Protocol):
    """The words of a patient's documents, filed in the entry's transaction (`Filing.text`)."""

    def search(self, grant: Grant, words: Sequence[str], period: Period) -> Sequence[Hit]:
        """Return covered approved documents that hold every one of the folded words, in any piece of theirs.

        Newest day first, then by custodian and entry. Without words: every covered one that has a text.
        """

    def texts(self, grant: Grant, entries: Sequence[EntryId]) -> Mapping[EntryId, str]:
        """Return the texts, as written, of those of some entries that are covered; at most `MOST_TEXTS`."""

    def headings(self, grant: Grant, period: Period) -> Mapping[EntryId, Heading]:
        """Return what covered approved documents of a period are called; none that says neither."""

    def lacks(self, grant: Grant, local_patient: int, after: EntryId) -> bool:
        """Say whether `unworded` would give any; opens no document."""

    def unworded(self, grant: Grant, local_patient: int, after: EntryId, limit: int) -> Sequence[Unworded]:
        """Return approved documents that may hold words and have no text here, under leave to file them.

        By number, from the one behind `after` on.
        """

    def add(self, grant: Grant, local_patient: int, texts: Mapping[EntryId, Wording | None]) -> None:
        """Keep the texts of filed documents, under leave to file them; None says that there are no words."""
