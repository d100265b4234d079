"""What an edge asks of the adapter of a source: look at what stands there, and open one document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from hie.exchange.ports.spool import Found


class Origin(Protocol):
    """One source of the hospital."""

    @property
    def name(self) -> str:
        """The edge's name of the source."""

    def look(self, now: int, *, sweep: bool) -> int:
        """Bring the journal up to date; return how many documents came, changed or went.

        A sweep looks at every document, a plain look at what shows that it changed. Raises
        `Unavailable` if the source is away; what is known of it stays as it is.
        """

    def open(self, found: Found, most: int) -> bytes:
        """Return a document's bytes, whole and as it was found.

        Raises `NotFound` if it is gone, `Conflict` if it changed since it was found, `Unavailable`
        if it cannot be read now, `Unreadable` if it is larger than `most` bytes.
        """


Origins = Mapping[str, Origin]
"""The sources by their names."""
