"""The sources of an edge: what looks at each of them and opens single documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from adapters.crawl import Look
from adapters.opening import Source, Where, opened
from hie.edge.settings import PUSHED, EdgeSettings, EdgeSource
from hie.edge.waiting import Attended
from hie.exchange.ports.spool import Found, Journal

_MILLISECOND = 1_000_000
_SECOND = 1_000_000_000
OPEN_SECONDS = 60.0
"""For the opening of a document, after which its source counts as hanging."""
_SLOWEST = 256 * 1024
"""Bytes in a second that a share gives at least."""
_JUST_PUSHED = _SECOND // 5
"""Nanoseconds the last pushed message rests: our own log is written record by record."""


class Origin(Protocol):
    """One source of the hospital."""

    def look(self, now: int, *, sweep: bool, stopping: Callable[[], bool]) -> Look:
        """Bring the journal up to date; as `adapters.opening.Source`, but `now` in milliseconds."""

    def open(self, found: Found, most: int) -> bytes:
        """Return a document's bytes, whole and as it was found; raises as `adapters.opening.Source`.

        Raises `Hung` if the source does not answer at all.
        """

    @property
    def hangs(self) -> bool:
        """Say whether it has not answered in its time, and still does not."""


Origins = Mapping[str, Origin]
"""The sources by their names."""


class JournaledSource:
    """A source and the journal it keeps."""

    def __init__(self, source: Source, journal: Journal) -> None:
        """Keep `journal`; nothing is looked at yet."""
        self._source = source
        self._journal = journal
        self._attended = Attended("opening")

    def look(self, now: int, *, sweep: bool, stopping: Callable[[], bool]) -> Look:
        """Look; a sweep looks at every document."""
        return self._source.look(self._journal, now * _MILLISECOND, sweep=sweep, stopping=stopping)

    def open(self, found: Found, most: int) -> bytes:
        """Read a document."""
        seconds = OPEN_SECONDS + min(found.stat.size, most) / _SLOWEST
        return self._attended.do(lambda: self._source.open(found, most), seconds)

    @property
    def hangs(self) -> bool:
        """Say whether a document is being opened for longer than that may take."""
        return self._attended.hangs


def origins_of(settings: EdgeSettings, journal: Journal) -> dict[str, Origin]:
    """Make what looks at each source of the settings; raises `Misconfigured`."""
    return {
        source.name: JournaledSource(_opened(source, settings.settle_seconds), journal)
        for source in settings.all_sources
    }


def _opened(source: EdgeSource, settle_seconds: float) -> Source:
    settled = _JUST_PUSHED if source.name == PUSHED else int(settle_seconds * _SECOND)
    return opened(source.kind.value, source.name, Where(source.roots, source.transactions), settled)
