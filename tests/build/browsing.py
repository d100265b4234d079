"""How browser tests ask for a page."""

from typing import Protocol

from playwright.sync_api import Page


class NewPage(Protocol):
    """Opens a page of a size, with or without JavaScript."""

    def __call__(self, width: int = 1366, height: int = 768, *, scripts: bool = True) -> Page:
        """Return the page."""
