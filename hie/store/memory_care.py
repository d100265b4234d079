"""The index of started care in memory: the reach of every log, made anew."""

from __future__ import annotations

from collections.abc import Sequence

from consent.model import ConsentEvent, decisions_of
from hie.record.identifiers import FacilityCode, PatientId
from hie.store.care import MOST
from hie.store.memory_tables import MemoryTransaction
from hie.store.reach import reaches


class MemoryCares:
    """Keeps `Cares` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read in `transaction`."""
        self._transaction = transaction

    def ending(self, facility: FacilityCode, after: int, before: int) -> Sequence[PatientId]:
        """Return persons with something in force for a facility that ends between two moments."""
        logs: dict[PatientId, list[ConsentEvent]] = {}
        for event in self._transaction.tables.consents.values():
            logs.setdefault(event.patient, []).append(event)
        found = {
            patient: min(ends, default=0)
            for patient, log in logs.items()
            for ends in [
                [
                    one.ends_at
                    for one in reaches(decisions_of(log))
                    if one.recipient == facility and after < one.ends_at < before
                ]
            ]
        }
        return sorted((one for one in found if found[one]), key=lambda one: (found[one], one))[:MOST]
