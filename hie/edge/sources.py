"""What an edge asks of the adapter of a source: look at what stands there, and open one document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from adapters.crawl import Crawl, Volume
from adapters.opening import SHAPES
from hie.edge.settings import EdgeSettings, EdgeSource
from hie.exchange.ports.spool import Found, Journal

_MILLISECOND = 1_000_000
_SECOND = 1_000_000_000
_VOLUMES = "volumes "
"""Stands in the crawl's words where a whole root is away, or another folder than it was."""


class Looked(NamedTuple):
    """What a look at a source gave."""

    changed: int
    """Documents that came, changed, moved or went."""
    trouble: str = ""
    """What could not be looked at, without names."""
    away: bool = False
    """Whether a whole root of it is not there."""


class Origin(Protocol):
    """One source of the hospital."""

    def look(self, now: int, *, sweep: bool, stopping: Callable[[], bool]) -> Looked:
        """Bring the journal up to date; `now` in milliseconds since 1970.

        A sweep looks at every document, a plain look at what shows that it changed. What cannot be
        looked at stays as it is known. Raises `Unavailable` if the journal cannot be written.
        """

    def open(self, found: Found, most: int) -> bytes:
        """Return a document's bytes, whole and as it was found.

        Raises `NotFound` if it is gone, `Conflict` if it changed since it was found, `Unavailable`
        if it cannot be read now, `Unreadable` if it is larger than `most` bytes.
        """


Origins = Mapping[str, Origin]
"""The sources by their names."""


class FolderSource:
    """A source made of folders that are crawled."""

    def __init__(self, source: EdgeSource, journal: Journal, settle_seconds: float) -> None:
        """Crawl the folders of `source`; nothing is looked at yet."""
        volumes = [Volume(label, root) for label, root in source.roots.items()]
        shape = SHAPES[source.kind.value]()
        self._crawl = Crawl(source.name, shape, volumes, int(settle_seconds * _SECOND))
        self._journal = journal

    def look(self, now: int, *, sweep: bool, stopping: Callable[[], bool]) -> Looked:
        """Crawl; a sweep looks at every file."""
        look = self._crawl.look(self._journal, now * _MILLISECOND, sweep=sweep, stopping=stopping)
        return Looked(look.changed, look.trouble, _VOLUMES in look.trouble)

    def open(self, found: Found, most: int) -> bytes:
        """Read a document."""
        return self._crawl.open(found, most)


def origins_of(settings: EdgeSettings, journal: Journal) -> dict[str, Origin]:
    """Make what looks at each source of the settings."""
    return {
        source.name: FolderSource(source, journal, settings.settle_seconds) for source in settings.sources
    }
