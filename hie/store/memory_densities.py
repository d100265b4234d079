"""How full each month is, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from consent.grant import Grant
from hie.exchange.ports.densities import Density, Month
from hie.exchange.ports.looks import Unseen
from hie.record.identifiers import FacilityCode
from hie.store.codes import CLASS_CODES, CLASSES
from hie.store.memory_documents import covered
from hie.store.memory_tables import MemoryTransaction


class MemoryDensities:
    """Keeps `Densities` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read in `transaction`."""
        self._transaction = transaction

    def of(self, grant: Grant, unseen: Unseen) -> Sequence[Density]:
        """Return counts of exactly the entries that the grant covers, newest month first."""
        counts: dict[tuple[int, FacilityCode, int, str], list[int]] = {}
        for entry, _ in covered(self._transaction, grant):
            facts = entry.facts
            key = (
                -(facts.service_day // 100),
                entry.custodian,
                CLASS_CODES[facts.document_class],
                facts.department,
            )
            count = counts.setdefault(key, [0, 0, 0])
            count[0] += 1
            count[1] += facts.abnormal_count > 0
            count[2] += unseen.holds(entry.id, facts.service_day)
        return [
            Density(-month, facility, CLASSES[code], department, *counts[month, facility, code, department])
            for month, facility, code, department in sorted(counts)
        ]

    def months(self, grant: Grant, unseen: Unseen) -> Sequence[Month]:
        """Return the same by month alone, newest first."""
        counts: dict[int, list[int]] = {}
        for one in self.of(grant, unseen):
            count = counts.setdefault(one.month, [0, 0])
            count[0] += one.entries
            count[1] += one.new
        return [Month(month, *counts[month]) for month in sorted(counts, reverse=True)]
