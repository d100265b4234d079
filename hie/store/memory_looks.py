"""Marks of what was seen, in memory."""

from __future__ import annotations

from collections.abc import Mapping

from hie.exchange.ports.looks import Look, first_look
from hie.record.identifiers import PatientId
from hie.store.memory_tables import MemoryTransaction


class MemoryLooks:
    """Keeps `Looks` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def of(self, account: str) -> Mapping[PatientId, Look]:
        """Return all marks of a person."""
        kept = self._transaction.tables.looks
        return {patient: look for (one, patient), look in kept.items() if one == account}

    def get(self, account: str, patient: PatientId) -> Look | None:
        """Return the mark of one patient."""
        return self._transaction.tables.looks.get((account, patient))

    def note(self, account: str, patient: PatientId, newest: int, at: int) -> None:
        """Note a look at a page that was drawn up to the entry `newest`."""
        former = self.get(account, patient)
        self.put(account, patient, former.moved(newest, at) if former else first_look(newest, at))

    def put(self, account: str, patient: PatientId, look: Look | None) -> None:
        """Set a mark by hand, or take it away."""
        kept = self._transaction.change("looks")
        if look is None:
            kept.pop((account, patient), None)
        else:
            kept[account, patient] = look

    def newest(self) -> int:
        """Return the highest number of an entry."""
        return max(self._transaction.tables.entries, default=0)
