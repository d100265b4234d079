"""What ingest asks of a source: one patient's documents at a time, named before they are opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hie.record.submission import Submission


class PatientSource(Protocol):
    """All that a source holds of one of its patients. Adapters keep this promise."""

    @property
    def patient(self) -> str:
        """The number under which the source files it."""

    @property
    def locator(self) -> str:
        """What all locators of this patient begin with, or empty if they have nothing in common."""

    def submissions(self) -> Sequence[Submission]:
        """Name the documents, sorted by name, without opening one; system files are left out.

        Raises `Unavailable` if they cannot be listed.
        """

    def read(self, submission: Submission) -> bytes:
        """Return the bytes.

        Raises `NotFound` (gone meanwhile), `Unavailable` (cannot be read), or `Unreadable` (can never
        be one document: a content folder beyond its limits).
        """
