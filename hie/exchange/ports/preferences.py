"""How each person wants the screen: what they chose last, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

LONGEST_NAME = 40
LONGEST_VALUE = 400
MOST_PREFERENCES = 50
"""Of one account."""


class Preferences(Protocol):
    """Choices of an account: small texts by name; no clinical content, no name of a patient."""

    def of(self, account: str) -> Mapping[str, str]:
        """Return all that an account chose; empty for one that chose nothing."""

    def put(self, account: str, name: str, value: str) -> None:
        """Keep a choice in the place of the one before; an empty value forgets it.

        Raise `Invalid` for a name or a value that is too long, and for more than `MOST_PREFERENCES`.
        """
