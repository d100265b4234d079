"""Choices of the screen in memory."""

from __future__ import annotations

from collections.abc import Mapping

from hie.store.memory_tables import MemoryTransaction
from hie.store.preferences import checked


class MemoryPreferences:
    """Keeps `Preferences` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def of(self, account: str) -> Mapping[str, str]:
        """Return all that an account chose."""
        kept = self._transaction.tables.preferences
        return {name: kept[owner, name] for owner, name in sorted(kept) if owner == account}

    def put(self, account: str, name: str, value: str) -> None:
        """Keep a choice in the place of the one before; an empty value forgets it."""
        checked(self.of(account), name, value)
        kept = self._transaction.change("preferences")
        if value:
            kept[account, name] = value
        else:
            kept.pop((account, name), None)
