"""Bounded memory of parsed field text.

A hospital repeats its item names, units and usages in every message: looking the raw text up is
ten times cheaper than parsing it again, and the records share one object. Nothing that names
a patient is kept here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LIMIT = 20_000
"""Entries after which a memo starts anew; a hospital's vocabulary is far smaller."""

LONGEST = 200
"""Characters above which a text is no vocabulary and is not remembered."""


class Memo(dict[str, T]):
    """`memo[raw]` is `parse(raw)`, computed once while it is remembered."""

    def __init__(self, parse: Callable[[str], T]) -> None:
        """Start empty."""
        super().__init__()
        self._parse = parse

    def __missing__(self, raw: str) -> T:
        """Parse and remember."""
        parsed = self._parse(raw)
        if len(raw) <= LONGEST:
            if len(self) >= LIMIT:
                self.clear()
            self[raw] = parsed
        return parsed
