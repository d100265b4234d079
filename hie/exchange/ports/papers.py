"""What opens files that strangers may have made: each a limited process of the hub, none inside it.

Papers and pictures that lie filed are drawn for readers; scans and uploads are looked into before anything
of them is kept. Whoever asks has passed the gate before.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from hie.record.errors import Invalid, Unavailable
from hie.record.identifiers import ContentHash


class Drawable(Protocol):
    """Bytes that a picture can be made of, and their name."""

    @property
    def digest(self) -> ContentHash:
        """The name under which a drawn picture is remembered."""

    @property
    def content(self) -> bytes:
        """The bytes."""


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
    """Draws the pages of a file that travels with a document."""

    def counted(self, file: Drawable) -> Counted:
        """Count the pages; raise `Unavailable` where the file cannot be opened in bounds."""

    def page(self, file: Drawable, number: int, side: int) -> bytes:
        """Draw a page, from 1, as a PNG of at most `side` pixels a side; raise `Unavailable` if it cannot."""


class Examined(NamedTuple):
    """What the limited process says of a file."""

    pages: int
    codes: tuple[str, ...]
    """Text of the QR code of each page; empty where none was read."""


class Inspected(NamedTuple):
    """What the limited process says of a file that is to become a document."""

    pages: int
    acts: bool
    """Whether it would run something or carries files."""


class ScanReader(Protocol):
    """Looks into scans of forms, and into what is to become a document."""

    def examine(self, content: bytes, account: str = "") -> Examined:
        """Count the pages and read their codes; raise `Invalid` where it cannot be opened in bounds.

        Raise `Unavailable` where too many wait, or `account` has asked for too long.
        """

    def inspect(self, content: bytes, account: str = "") -> Inspected:
        """Say how many pages a file has and whether it acts; raise as `examine` does."""

    def picture(self, content: bytes, page: int, side: int, account: str = "") -> bytes:
        """Draw a page as a PNG of at most `side` pixels a side.

        Raise `Invalid` where it cannot be drawn, `Unavailable` as `examine` does.
        """


class NoPapers:
    """`PaperReader` of a door without one: it draws nothing."""

    def counted(self, file: Drawable) -> Counted:  # noqa: ARG002
        """Refuse."""
        raise Unavailable("no pages are drawn here")

    def page(self, file: Drawable, number: int, side: int) -> bytes:  # noqa: ARG002
        """Refuse."""
        raise Unavailable("no pages are drawn here")


class NoScans:
    """`ScanReader` of a door without one: it opens nothing."""

    def examine(self, content: bytes, account: str = "") -> Examined:  # noqa: ARG002
        """Refuse."""
        raise Invalid("no scans are read here")

    def inspect(self, content: bytes, account: str = "") -> Inspected:  # noqa: ARG002
        """Refuse."""
        raise Invalid("no files are opened here")

    def picture(self, content: bytes, page: int, side: int, account: str = "") -> bytes:  # noqa: ARG002
        """Refuse."""
        raise Invalid("no scans are drawn here")


NO_PAPERS: PaperReader = NoPapers()
NO_SCANS: ScanReader = NoScans()
