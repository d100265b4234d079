"""What an edge sends the hub: batches of parcels, as one stream of bytes.

A parcel speaks of one patient of one source. Of each *thing* in it (a logical key of SS-MIX2, an
instance of DICOM) it names every version that stands at the source, so that a parcel is a
restatement: taken twice, or after a crash, it leaves the hub as it was. The bytes of a document
travel only where the edge does not know the hub to have them; the hub answers `wanted` for others.

A batch is `TSU1`, the length of a JSON head in four bytes (big endian), the head, and behind it the
bytes of the documents that are sent along, in the order in which the head names them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, BinaryIO, NamedTuple

from hie.record.entry import ALL_LABELS, NO_LABELS, Format
from hie.record.errors import Invalid
from hie.record.identifiers import ContentHash

MAGIC = b"TSU1"
HEAD_MOST = 2 * 1024 * 1024
"""Bytes a head may have: read at once, it takes some thirty times as much memory."""
PARCELS_MOST = 5_000
DOCUMENTS_MOST = 20_000
"""Of all parcels of a batch together."""
_HASH_BYTES = 32


class ParcelDocument(NamedTuple):
    """One version of a thing, as it stands at the source."""

    locator: str
    """Where the source finds it again."""
    name: str
    """File or content-folder name, flag included; for DICOM the file's name."""
    content_hash: ContentHash
    size: int
    sent: bool
    """Whether its bytes are in the batch."""


class Parcel(NamedTuple):
    """All versions of some things of one patient, or the wish to take documents back."""

    source: str
    """The edge's name of the source."""
    format: Format
    patient: str
    """The facility's own number."""
    documents: tuple[ParcelDocument, ...]
    recall: bool = False
    """Take these documents back: consent no longer lets them stand; none named means all of them."""
    labels: int = NO_LABELS
    """Bits of `Label` that every document of the source bears: the hub adds its own, and takes none away."""


class Batch(NamedTuple):
    """What is sent at once."""

    number: int
    """Grows with every attempt to send, also with one that repeats; the hub takes none below the last."""
    policy: int
    """Position of the consent list it was made under; the hub takes it only under the present one."""
    parcels: tuple[Parcel, ...]
    incarnation: int = 0
    """Which database of the hub the edge has spoken with; 0 if it does not know."""
    acknowledged: int = 0
    """The greatest number that database answered: one that knows only lower ones was restored."""
    run: str = ""
    """Random name of this start of the edge's process."""


class Fate(StrEnum):
    """What became of a document at the hub."""

    FILED = "filed"
    """On disk there, now or before."""
    HELD = "held"
    """The hub's gate let it not in; its bytes were dropped."""
    QUARANTINED = "quarantined"
    WANTED = "wanted"
    """The hub has not these bytes: send them along."""
    RECALLED = "recalled"
    """Taken back, or never there."""
    STANDS = "stands"
    """Not taken back: the hub's gate lets it stand."""


class Receipt(NamedTuple):
    """The hub's word on one document, or on a recall of all (an empty locator)."""

    source: str
    patient: str
    locator: str
    fate: Fate
    reason: str = ""
    """Rule id of what put it into quarantine."""
    message: str = ""


def head_of(batch: Batch) -> bytes:
    """Write everything of a batch that stands before the documents' bytes."""
    head = json.dumps(
        {
            "number": batch.number,
            "policy": batch.policy,
            "incarnation": batch.incarnation,
            "acknowledged": batch.acknowledged,
            "run": batch.run,
            "parcels": [
                {
                    "source": parcel.source,
                    "format": parcel.format.value,
                    "patient": parcel.patient,
                    "recall": parcel.recall,
                    "labels": parcel.labels,
                    "documents": [
                        [one.locator, one.name, one.content_hash.hex(), one.size, one.sent]
                        for one in parcel.documents
                    ],
                }
                for parcel in batch.parcels
            ],
        },
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode("utf-8", "surrogatepass")
    return MAGIC + len(head).to_bytes(4, "big") + head


def read_head(stream: BinaryIO) -> Batch:
    """Read a batch up to its documents' bytes; raises `Invalid` for anything else than a batch."""
    start = stream.read(len(MAGIC) + 4)
    if len(start) != len(MAGIC) + 4 or not start.startswith(MAGIC):
        raise Invalid("this is no batch")
    length = int.from_bytes(start[len(MAGIC) :], "big")
    if length > HEAD_MOST:
        raise Invalid("the head of the batch is too long")
    head = stream.read(length)
    if len(head) != length:
        raise Invalid("the batch ends in its head")
    try:
        content = json.loads(head.decode("utf-8", "surrogatepass"))
        _count(content["parcels"])
        return Batch(
            int(content["number"]),
            int(content["policy"]),
            tuple(_parcel(one) for one in content["parcels"]),
            int(content.get("incarnation", 0)),
            int(content.get("acknowledged", 0)),
            str(content.get("run", "")),
        )
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Invalid("the head of the batch does not follow its form") from error


def head_there(stream: BinaryIO) -> Batch | None:
    """Read the head of a batch that is still coming in, none if it is not there yet; raises `Invalid`.

    The stream stands at its end, before and after.
    """
    end = stream.tell()
    stream.seek(0)
    try:
        start = stream.read(len(MAGIC) + 4)
        if len(start) == len(MAGIC) + 4 and start.startswith(MAGIC):
            length = int.from_bytes(start[len(MAGIC) :], "big")
            if length <= HEAD_MOST and end < len(start) + length:
                return None
        elif len(start) < len(MAGIC) + 4 and MAGIC.startswith(start[: len(MAGIC)]):
            return None
        stream.seek(0)
        return read_head(stream)
    finally:
        stream.seek(end)


def write_receipts(receipts: Iterable[Receipt]) -> list[list[str]]:
    """Turn receipts into what JSON can say."""
    return [list(receipt) for receipt in receipts]


def read_receipts(rows: Sequence[Sequence[str]]) -> list[Receipt]:
    """Read what `write_receipts` wrote; raises `Invalid` for anything else."""
    try:
        return [
            Receipt(source, patient, locator, Fate(fate), reason, message)
            for source, patient, locator, fate, reason, message in rows
        ]
    except (ValueError, TypeError) as error:
        raise Invalid("these are no receipts") from error


def _count(parcels: Sequence[dict[str, Any]]) -> None:
    """Raise `Invalid` if there is more in a batch than an edge puts there."""
    if len(parcels) > PARCELS_MOST or sum(len(one["documents"]) for one in parcels) > DOCUMENTS_MOST:
        raise Invalid("there are too many parcels or documents in the batch")


def _parcel(content: dict[str, Any]) -> Parcel:
    return Parcel(
        str(content["source"]),
        Format(content["format"]),
        str(content["patient"]),
        tuple(_document(*one) for one in content["documents"]),
        bool(content["recall"]),
        _labels(content.get("labels", NO_LABELS)),
    )


def _labels(bits: object) -> int:
    """Read labels; what this hub does not know closes the batch, not its eyes."""
    if not isinstance(bits, int) or bits & ~ALL_LABELS:
        raise ValueError
    return bits


def _document(locator: str, name: str, digest: str, size: int, sent: bool) -> ParcelDocument:  # noqa: FBT001  a row
    made = ContentHash(bytes.fromhex(digest))
    if len(made) != _HASH_BYTES or size < 0:
        raise ValueError
    return ParcelDocument(str(locator), str(name), made, int(size), bool(sent))
