"""The index of started care in SQL: what `consent_reach` says of a facility."""

from __future__ import annotations

from collections.abc import Sequence

from hie.record.identifiers import FacilityCode, PatientId
from hie.store.transaction import Transaction

MOST = 500
_ENDING = (
    "select patient, min(ends_at) from consent_reach where recipient = ? and ends_at > ? and ends_at < ?"
    " group by patient order by min(ends_at), patient limit ?"
)


class SqlCares:
    """Keeps `Cares` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read in `transaction`."""
        self._transaction = transaction

    def ending(self, facility: FacilityCode, after: int, before: int) -> Sequence[PatientId]:
        """Return persons with something in force for a facility that ends between two moments."""
        rows = self._transaction.read(_ENDING, (facility, after, before, MOST)).fetchall()
        return [PatientId(row[0]) for row in rows]
