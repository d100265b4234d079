"""What an adapter hands in, and what a reader makes of it."""

from __future__ import annotations

from typing import NamedTuple

from hie.record.clinical import Record
from hie.record.entry import EntryFacts
from hie.record.findings import Finding
from hie.record.identifiers import ContentHash
from hie.record.people import PatientFacts


class Submission(NamedTuple):
    """One document of a source, named and not yet read."""

    locator: str
    """Where the source finds it again, relative to its root, with `/`; private to the source."""
    name: str
    """The last part of the locator."""
    local_patient_value: str
    """The patient the source files it under (level-3 folder of SS-MIX2); empty if unknown."""
    digest: ContentHash | None = None
    """The name of its bytes, where the source knows it before they are read and answers for it."""


class Reading(NamedTuple):
    """What a reader made of one document."""

    patient: PatientFacts | None
    """Whom the bytes name (PID), or none if they do not say."""
    facts: EntryFacts
    records: tuple[Record, ...]
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        """Show the entry's key only."""
        return f"Reading({self.facts.key.data_kind}, {len(self.records)} records)"
