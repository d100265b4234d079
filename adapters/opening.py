"""One opening for all sources of an edge: the kind's word, the roots, and out comes what looks and reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from adapters.crawl import SETTLED, Crawl, Look, Volume
from adapters.fed import FedCrawl
from adapters.shapes import ClinicShape, DicomShape, ExtendedShape, Shape, StandardShape
from adapters.ssmix2_transactions import TransactionLog
from hie.exchange.ports.spool import Found, Journal
from hie.record.entry import Format
from hie.record.errors import Misconfigured

TRANSACTIONS = "ssmix2-transactions"
SHAPES: Mapping[str, type[Shape]] = {
    "ssmix2-standard": StandardShape,
    "ssmix2-extended": ExtendedShape,
    "dicom-folder": DicomShape,
    "clinic-folder": ClinicShape,
}
"""The kinds of sources that are trees of folders."""


class Source(Protocol):
    """What looks at a source and reads its documents; for one thread at a time."""

    @property
    def format(self) -> Format:
        """The format of the documents."""

    def look(
        self,
        journal: Journal,
        now: int,
        *,
        sweep: bool = False,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Look:
        """Bring the journal up to date; `now` in nanoseconds since 1970.

        A sweep looks at every document, a plain look at what shows that it changed. Ends early when
        `stopping` says so. What cannot be looked at stays as it is known, and is told as trouble.
        Raises `Unavailable` if the journal cannot be written.
        """

    def open(self, found: Found, most: int) -> bytes:
        """Return a document's bytes, whole and as it was found.

        Raises `NotFound` if it is gone, `Conflict` if it changed since it was found, `Unavailable`
        if it cannot be read now, `Unreadable` if it is larger than `most` bytes.
        """


class Where(NamedTuple):
    """Where a source lies."""

    roots: Mapping[str, Path]
    """Its volumes by label; a single one may have an empty label."""
    log: Path | None = None
    """A transaction storage that tells what changes in it."""


def opened(kind: str, source: str, where: Where, settled: int = SETTLED) -> Source:
    """Open a source of a kind under the edge's name for it; nothing is looked at yet.

    `settled` in nanoseconds: what was written to more recently waits. Raises `Misconfigured`.
    """
    roots = where.roots
    if not roots or ("" in roots and len(roots) > 1) or any("/" in label for label in roots):
        raise Misconfigured("several volumes of a source need a label each, without a slash")
    if kind == TRANSACTIONS:
        if set(roots) != {""} or where.log:
            raise Misconfigured("a transaction storage has one folder and no other log")
        return TransactionLog(source, roots[""], settled)
    if kind not in SHAPES:
        raise Misconfigured(f"there is no kind of source {kind}")
    if where.log and kind != "ssmix2-standard":
        raise Misconfigured("a transaction storage tells of a standardized storage only")
    crawl = Crawl(source, SHAPES[kind](), [Volume(label, root) for label, root in roots.items()], settled)
    return FedCrawl(source, crawl, where.log) if where.log else crawl
