"""What keeps and answers for bytes: objects, small documents, images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple, Protocol

from consent.grant import Grant
from hie.record.entry import DocumentEntry
from hie.record.identifiers import ContentHash, EntryId
from hie.record.imaging import FiledInstance, ImagingInstance, ImagingStudy
from hie.record.times import Period


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
        """Return covered instances by series and instance number; empty if there are none.

        A publisher sees those of studies that were taken back too: it compares with its own.
        """

    def study_entry(self, grant: Grant, image: FiledInstance) -> EntryId:
        """Return the newest entry of an image's study, 0 where there is none; for the record of a look."""

    def standing(self, local_patient: int, hashes: Sequence[ContentHash]) -> set[ContentHash]:
        """Return those of `hashes` that are images of a local patient and not taken back; no content."""
