"""What draws the pages of a file that travels with a document: a port of its own, kept by the hub."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from hie.exchange.records.retrieve import Drawable
from hie.record.errors import Unavailable


class PageSize(NamedTuple):
    """How wide and how high a page is, in units of its own."""

    width: int
    height: int


class Counted(NamedTuple):
    """The pages of a file."""

    pages: int
    sizes: tuple[PageSize, ...]
    """Of the pages that can be drawn: the first ones."""


class PaperReader(Protocol):
    """Looks into files that strangers may have made; whoever asks has passed the gate before."""

    def counted(self, file: Drawable) -> Counted:
        """Count the pages; raise `Unavailable` where the file cannot be opened in bounds."""

    def page(self, file: Drawable, number: int, side: int) -> bytes:
        """Draw a page, from 1, as a PNG of at most `side` pixels a side; raise `Unavailable` if it cannot."""


class NoPapers:
    """`PaperReader` of a door without one: it draws nothing."""

    def counted(self, file: Drawable) -> Counted:  # noqa: ARG002
        """Refuse."""
        raise Unavailable("no pages are drawn here")

    def page(self, file: Drawable, number: int, side: int) -> bytes:  # noqa: ARG002
        """Refuse."""
        raise Unavailable("no pages are drawn here")


NO_PAPERS: PaperReader = NoPapers()
