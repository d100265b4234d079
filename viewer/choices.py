"""What a filter offers, wherever a page has one: as a link, a button, a box to tick, a line of a list."""

from __future__ import annotations

from typing import NamedTuple


class Choice(NamedTuple):
    """One value of a filter: what an address or a form says for it, its name, whether it is chosen."""

    value: str
    text: str
    chosen: bool = False
    entries: int = 0
    """How many it would show."""
    address: str = ""
    """Where it leads, where it is a link."""
