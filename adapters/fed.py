"""A standardized storage whose transaction storage says where to look.

What the log names is looked at in the next moment, without asking all other folders; the crawl stays the
truth, and comes round often enough to find what the log did not tell. Nothing is remembered of how far
the log was read: whoever starts crawls first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from adapters.crawl import Crawl, Look
from adapters.listing import AGAIN, SECOND
from hie.exchange.ports.spool import FolderJournal, Found
from hie.record.entry import Format
from ssmix2.layout import patient_folder
from ssmix2.transactions import START, Position, files, read_after

ROUND = 60 * SECOND
"""After so long all folders are asked again."""


class FedCrawl:
    """A crawl that is told where to look; for one thread at a time."""

    def __init__(self, source: str, crawl: Crawl, log: Path, every: int = ROUND) -> None:
        """Look where the transaction storage `log` says, everywhere after `every` nanoseconds."""
        self._source = source
        self._crawl = crawl
        self._log = log
        self._every = every
        self._rounded: int | None = None
        self._position = START
        self._named: set[str] = set()
        """Folders named and not yet seen at rest."""

    @property
    def format(self) -> Format:
        """The format of the documents."""
        return self._crawl.format

    def look(
        self,
        journal: FolderJournal,
        now: int,
        *,
        sweep: bool = False,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Look:
        """Bring the journal up to date; as `adapters.crawl.Crawl.look`."""
        is_due = self._rounded is None or not 0 <= now - self._rounded < self._every
        if sweep or is_due:
            self._position = self._end()
            look = self._crawl.look(journal, now, sweep=sweep, stopping=stopping)
            self._rounded = None if look.away or stopping() else now
            return look
        self._hear(now)
        look = self._crawl.look_at(journal, now, sorted(self._named))
        self._named = {
            folder for folder in self._named if self._crawl.stamp(journal, folder) in {AGAIN, None}
        }
        return look

    def open(self, found: Found, most: int) -> bytes:
        """Return a document's bytes; as `adapters.crawl.Crawl.open`."""
        return self._crawl.open(found, most)

    def _hear(self, now: int) -> None:
        """Note the folders that were named since; a log that is away names none."""
        try:
            for record in read_after(self._log, self._position, settled_before_ns=now):
                self._position = record.position
                if (header := record.header) is not None:
                    patient = patient_folder(header.patient_id)
                    self._named.add(f"{patient}/{header.care_date}/{header.data_kind}")
        except OSError:
            self._rounded = None

    def _end(self) -> Position:
        """Return a position just before the end of the log: what comes later is behind it."""
        try:
            names = files(self._log)
            return Position(names[-1], max(0, (self._log / names[-1]).stat().st_size - 1)) if names else START
        except OSError:
            return START
