"""Where time and random names come from."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """The only source of time and of random identifiers."""

    def now(self) -> int:
        """Milliseconds since 1970, UTC."""

    def new_id(self) -> str:
        """Return a new opaque identifier, 32 hexadecimal digits."""
