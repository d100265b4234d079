"""Exact search in memory."""

from __future__ import annotations

from collections.abc import Sequence

from hie.record.folding import folded
from hie.record.identifiers import PatientId
from hie.record.people import Sex
from hie.record.times import Day
from hie.store.exact import AT_MOST
from hie.store.memory_tables import MemoryTransaction
from hie.store.storable import storable


class MemoryExactIndex:
    """Keeps `ExactIndex` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def by_name(self, kana: str, birth_day: Day, sex: Sex | None = None) -> Sequence[PatientId]:
        """Return persons read exactly so, born that day and of that sex; at most two."""
        key = folded(storable(kana))
        if not key or not birth_day:
            return []
        found = [
            one.id
            for one in self._transaction.tables.patients.values()
            if folded(one.name.kana) == key and one.birth_day == birth_day and (sex is None or one.sex is sex)
        ]
        return sorted(found)[:AT_MOST]

    def tries(self, account: str, since: int, add: int | None = None) -> int:
        """Count a person's exact searches since a moment; with `add`, add one and forget those before."""
        if add is not None:
            kept = self._transaction.change("exact_searches")
            number = max(kept, default=0) + 1
            for old in [old for old, (_, at) in kept.items() if at < since]:
                del kept[old]
            kept[number] = (account, add)
        rows = self._transaction.tables.exact_searches.values()
        return sum(1 for who, at in rows if who == account and at >= since)
