"""Whose number is whose, as people decided it: the log of links, the queue of doubts, what facilities said.

A number is named by its surrogate, which never changes and says nothing. Nothing here opens a record:
only `PatientIndex.link` makes a number somebody's, and `PatientIndex.unlink` ends that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple, Protocol

from hie.record.identifiers import EntryId, LocalPatientId, PatientId
from hie.record.people import PersonFacts


class LinkKind(StrEnum):
    """What happened to a number."""

    PROPOSED = "proposed"
    REJECTED = "rejected"
    HELD = "held"
    """Somebody looked and put it off."""
    LINKED = "linked"
    CONTESTED = "contested"
    """Doubted: hidden from that moment, until two people settle it."""
    UNLINKED = "unlinked"
    CHANGED = "changed"
    """The facility says something else of its patient than before; the link stands."""
    ACCEPTED = "accepted"
    """Somebody found the change to be the same person's."""


class LinkEvent(NamedTuple):
    """One line of the log of links, numbered together with the consents."""

    sequence: int
    patient: PatientId
    kind: LinkKind
    by: str
    """Account of who did it; `ingest` where a message did, which can only close."""
    at: int
    reason: str = ""
    """A code, or a sentence somebody wrote; no value of a person."""
    agreement: str = ""
    """Verdict and reason of each attribute, as `Likeness.summary` says it: no values."""
    surrogate: int = 0


class LocalNumber(NamedTuple):
    """A facility's number, and whose it is now."""

    surrogate: int
    local: LocalPatientId
    patient: PatientId
    """Empty where it is nobody's."""


class LinkCase(NamedTuple):
    """What somebody must decide about a number; a number has one at most."""

    surrogate: int
    local: LocalPatientId
    patient: PatientId
    """The person the number is proposed for, was linked to, or is linked to."""
    kind: LinkKind
    """`PROPOSED`, `CONTESTED` or `CHANGED`."""
    by: str
    at: int
    score: int = 0
    agreement: str = ""
    reason: str = ""
    held: bool = False


class Statement(NamedTuple):
    """What a facility once said of the patient behind one of its numbers."""

    surrogate: int
    facts: PersonFacts
    source: str
    """`desk`, `table` or `ADT-00`."""
    at: int

    @property
    def digest(self) -> bytes:
        """Name what is said, so that the same said again is seen at once."""
        name, day, sex, phone, _, former = self.facts
        said = "\x1f".join((*name, str(day), sex.value, phone, *former))
        return sha256(said.encode("utf-8", "replace")).digest()


class Links(Protocol):
    """The append-only log of links, and numbers by their surrogates."""

    def note(self, local: LocalPatientId, event: LinkEvent) -> LinkEvent:
        """Append what happened without changing whose the number is; return it numbered.

        The number gets its surrogate if it had none.
        """

    def turn(self) -> int:
        """Wait for every other writer of consents, links or memberships, until the commit.

        Return the moment of the last of them, in milliseconds since 1970; 0 where there is none.
        """

    def history(self, surrogate: int) -> Sequence[LinkEvent]:
        """Return what happened to a number, oldest first."""

    def of_person(self, patient: PatientId) -> Sequence[LinkEvent]:
        """Return what happened between any number and a person, oldest first."""

    def number(self, surrogate: int) -> LocalNumber | None:
        """Return a number by its surrogate."""

    def find(self, local: LocalPatientId) -> LocalNumber | None:
        """Return a number that is or was somebody's, or is proposed."""

    def filed(self, surrogate: int, entries: Sequence[EntryId]) -> Mapping[EntryId, str]:
        """Return those of the entries that lie under a number, with their data kind and no more."""


class LinkCases(Protocol):
    """The queue of what somebody must decide."""

    def open(self, case: LinkCase) -> None:
        """Put a case into the queue, in place of an older one of the same number."""

    def close(self, surrogate: int) -> bool:
        """Take a number's case out, and say whether there was one; of two who try, one does."""

    def find(self, surrogate: int) -> LinkCase | None:
        """Return a number's case."""

    def all(self, facility: str, most: int) -> Sequence[LinkCase]:
        """Return cases of a facility's numbers, or of all where it is empty; contested and old ones first."""


class LocalStatements(Protocol):
    """What facilities said of the patients behind their numbers."""

    def add(self, statements: Sequence[Statement]) -> None:
        """Keep what is said; the same said again becomes the newest and is not kept twice."""

    def of(self, surrogates: Sequence[int]) -> Mapping[int, Sequence[Statement]]:
        """Return what was said of these numbers, newest first."""

    def newest(self, surrogates: Sequence[int], source: str) -> Mapping[int, bytes]:
        """Return the digest of what `source` said last of each of these numbers."""

    def alike(self, keys: Sequence[str], most: int) -> Sequence[PatientId]:
        """Return persons who have one of the keys of `likeness.keys_of`, or a linked number of whom does.

        At most `most`, those with the most keys first.
        """
