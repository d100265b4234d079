"""What a port of the SQL store may do with its unit of work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from hie.store.lines import Answer, Line


class Transaction(Protocol):
    """The open transaction, begun by its first statement."""

    @property
    def line(self) -> Line:
        """Return the driver's line, begun now if it was not."""

    def read(self, statement: str, parameters: Iterable[object] = ()) -> Answer:
        """Ask with `?` for each parameter; after a commit this holds no lock."""

    def execute(self, statement: str, parameters: Iterable[object] = ()) -> Answer:
        """Run one statement that writes, or that must see what no other writer can change."""

    @property
    def held(self) -> str:
        """Return what ends a `select` whose rows must stay as they are until the commit; empty in a look."""

    def next_number(self, name: str, count: int = 1) -> int:
        """Take `count` numbers of the counter `name` and return the first."""
