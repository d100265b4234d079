"""Scans of signed forms in SQL: rows of the database, compressed, so that one backup holds them too."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

import zlib
from collections.abc import Sequence

from hie.exchange.ports import LARGEST_SCAN, Scan, ScanPage
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode
from hie.store.storable import storable
from hie.store.transaction import Transaction

MOST_PAGES = 500
_SCAN = "digest, media_type, size, pages, stored_at, stored_by, facility"
_PAGE = "registration, digest, page, facility, filed_at, filed_by"
_KEEP = (
    f"insert into evidence ({_SCAN}, content) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (digest) do nothing"
)
_FILE = (
    f"insert into evidence_page ({_PAGE}) values (?, ?, ?, ?, ?, ?)"
    " on conflict (registration, digest, page) do nothing"
)
_TAKE = "delete from evidence_page where registration = ? and digest = ? and page = ?"
_ORDER = " order by filed_at, digest, page"


class SqlEvidence:
    """Keeps `Evidence` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def keep(self, scan: Scan, content: bytes) -> None:
        """Keep a file under its digest; the same file twice is kept once."""
        self._transaction.execute(_KEEP, (*scan, zlib.compress(content)))

    def scan(self, digest: str) -> Scan | None:
        """Return what is known of a file."""
        row = self._transaction.read(
            f"select {_SCAN} from evidence where digest = ?", (storable(digest),)
        ).fetchone()
        return Scan(*row) if row else None

    def content(self, digest: str) -> bytes:
        """Return a file's bytes, or raise `NotFound`."""
        row = self._transaction.read(
            "select content from evidence where digest = ?", (storable(digest),)
        ).fetchone()
        if row is None:
            raise NotFound("no such scan")
        return zlib.decompressobj().decompress(bytes(row[0]), LARGEST_SCAN)

    def file(self, page: ScanPage, instead_of: str | None = None) -> None:
        """Lay a page with a registration or in the tray; where it lay before, it does not any more."""
        if instead_of is not None and instead_of != page.registration:
            self._transaction.execute(_TAKE, (instead_of, page.digest, page.page))
        self._transaction.execute(_FILE, page)

    def pages(self, registration: str) -> Sequence[ScanPage]:
        """Return the pages of a registration, in the order in which they were filed."""
        return self._pages("registration = ?", (storable(registration),)) if registration else []

    def tray(self, facility: FacilityCode | None = None) -> Sequence[ScanPage]:
        """Return what lies in the tray of a facility, or in all; oldest first."""
        if facility is None:
            return self._pages("registration = ''", ())
        return self._pages("registration = '' and facility = ?", (facility,))

    def _pages(self, where: str, values: Sequence[object]) -> list[ScanPage]:
        rows = self._transaction.read(
            f"select {_PAGE} from evidence_page where {where}{_ORDER} limit {MOST_PAGES}", values
        ).fetchall()
        return [ScanPage(*row) for row in rows]
