"""What a facility's own people hand in by themselves: files on their way into the record."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from hie.record.identifiers import FacilityCode, PatientId

LARGEST_UPLOAD = 32 * 1024 * 1024
"""Bytes of one file."""
MOST_UPLOADS = 200
"""Listed at once, and waiting at one facility."""


class UploadKind(StrEnum):
    """What a file is, told by its bytes."""

    PDF = "pdf"
    PHOTO = "photo"
    DICOM = "dicom"
    DISPENSING = "dispensing"
    """A data file of 電子版お薬手帳 (JAHIS)."""
    TABLE = "table"
    """A CSV of many patients."""
    UNKNOWN = "unknown"


class UploadState(StrEnum):
    """How far a file has come."""

    WAITING = "waiting"
    """Looked into; somebody is to see the preview and say yes."""
    FILED = "filed"
    REFUSED = "refused"
    """In quarantine: it stays visible, with its reason, until somebody takes it away."""
    DISCARDED = "discarded"
    UNDONE = "undone"
    """Filed, and taken back on the same day by the same facility."""


class Upload(NamedTuple):
    """One file that somebody handed in; its bytes lie beside it until it is decided."""

    id: str
    facility: FacilityCode
    patient: PatientId
    """Empty for a table of many patients."""
    number: str
    """The facility's own number of the patient; empty for a table."""
    kind: UploadKind
    state: UploadState
    reason: str
    """Why it was refused: a code."""
    file_name: str
    title: str
    document_kind: str
    """LOINC code of what kind of document it is; empty where the file says it itself."""
    day: str
    """`YYYYMMDD` under which it is to be found."""
    version: str
    """17 digits once it is filed: the version of everything it filed."""
    count: int  # type: ignore[assignment]  # the tuple's own method gives way
    """Documents it filed."""
    size: int
    digest: str
    """SHA-256 of the bytes as they are kept, in hex."""
    told: str
    """What was found in it, as JSON: columns of a table, numbers of its patients, pages."""
    received_at: int
    received_by: str
    decided_at: int = 0
    decided_by: str = ""

    def __repr__(self) -> str:
        """Show neither the patient nor a name: a repr may reach a log."""
        return f"Upload({self.id}, {self.kind}, {self.state})"


class Uploads(Protocol):
    """Files handed in, by facility."""

    def add(self, upload: Upload, content: bytes) -> None:
        """Keep a new one and its bytes."""

    def find(self, facility: FacilityCode, number: str) -> Upload | None:
        """Return the one with this id, if it is this facility's."""

    def content(self, number: str) -> bytes:
        """Return its bytes, or raise `NotFound` where they are forgotten."""

    def replace(self, upload: Upload, state: UploadState, *, forget: bool = False) -> bool:
        """Put in the place of the one with this id, if that is still in `state`; say whether it was.

        With `forget` its bytes go: they are filed, or wanted by nobody. In a transaction that said yes,
        nobody else replaces it before the commit.
        """

    def of_patient(self, facility: FacilityCode, patient: PatientId, since: int) -> Sequence[Upload]:
        """Return what a facility handed in for a patient: all that waits or is refused, and newer ones.

        Newest first, at most `MOST_UPLOADS`.
        """

    def tables(self, facility: FacilityCode, limit: int = MOST_UPLOADS) -> Sequence[Upload]:
        """Return a facility's tables, newest first."""

    def waiting(self, facility: FacilityCode) -> int:
        """Count what waits at a facility."""

    def alike(self, facility: FacilityCode, patient: PatientId, digest: str) -> Sequence[Upload]:
        """Return what waits or is filed of a facility for a patient with this digest, oldest first."""

    def filed_since(self, facility: FacilityCode, patient: PatientId, since: int) -> Sequence[Upload]:
        """Return all that is filed of a facility for a patient and was decided since then, oldest first."""

    def expire(self, before: int) -> int:
        """Discard what waits or is refused since before then, with its bytes and names; return how many."""

    def newest_version(self, facility: FacilityCode) -> str:
        """Return the greatest version a facility's uploads were filed under; empty if none was."""
