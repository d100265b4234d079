"""Counts of documents in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hie.exchange.ports import Tally
from hie.record.entry import NO_LABELS, EntryStatus
from hie.record.identifiers import PatientId
from hie.store.codes import CLASS_CODES, CONFIDENTIALITIES
from hie.store.memory_tables import MemoryTransaction


class MemoryTallies:
    """Keeps `Tallies` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read in `transaction`."""
        self._transaction = transaction

    def of(self, patient: PatientId) -> Sequence[Tally]:
        """Count a person's current documents under live links, by custodian, class, day, confidentiality."""
        tables = self._transaction.tables
        counted = Counter(
            (
                entry.custodian,
                entry.facts.document_class,
                entry.facts.service_day,
                entry.facts.confidentiality,
            )
            for entry, _ in tables.entries.values()
            if tables.links[entry.local_patient].patient == patient
            and entry.facts.status is EntryStatus.APPROVED
            and entry.facts.labels == NO_LABELS
        )
        found = [Tally(*key, count) for key, count in counted.items()]
        return sorted(
            found,
            key=lambda one: (
                *(one.custodian, CLASS_CODES[one.document_class], one.service_day),
                CONFIDENTIALITIES.index(one.confidentiality),
            ),
        )
