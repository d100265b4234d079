"""The audit trail in SQL: rows are added, never changed."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import AuditEvent
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.store.lines import Row
from hie.store.storable import storable
from hie.store.transaction import Transaction

_COLUMNS = (
    "recorded_at, account, name, facility, role, purpose, action, outcome, patient, entry, reasons,"
    " consent_position, detail"
)
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_APPEND = {
    rows: f"insert into audit_event ({_COLUMNS}) values {', '.join([_ROW] * rows)}" for rows in (64, 16, 4, 1)
}
"""One statement for so many rows, most first: a batch of decisions is written at once."""
_FIND = f"select {_COLUMNS} from audit_event where patient = ? order by sequence desc limit ?"


class SqlAuditTrail:
    """Keeps `AuditTrail` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Write in `transaction`: the decision and its record commit together."""
        self._transaction = transaction

    def append(self, events: Sequence[AuditEvent]) -> None:
        """Add rows in order."""
        start = 0
        for size, statement in _APPEND.items():
            while len(events) - start >= size:
                some = events[start : start + size]
                self._transaction.execute(statement, [value for event in some for value in _row(event)])
                start += size

    def find(self, patient: PatientId, limit: int) -> Sequence[AuditEvent]:
        """Return the newest rows about a person, newest first."""
        rows = self._transaction.read(_FIND, (patient, limit)).fetchall()
        return [_event(row) for row in rows]

    def count(self) -> int:
        """Return how many rows there are."""
        row = self._transaction.read("select count(*) from audit_event").fetchone()
        return int(row[0]) if row else 0


def _row(event: AuditEvent) -> Row:
    at, (user, name, facility, role, purpose, *_), action, outcome = event[:4]
    patient, entry, reasons, position, detail = event[4:]
    who = (at, storable(user), storable(name), facility, role.value, purpose.value)
    return (*who, action, outcome, storable(patient), entry, " ".join(reasons), position, storable(detail))


def _event(row: Row) -> AuditEvent:
    at, user, name, facility, role, purpose, action, outcome, patient, entry, reasons, position, detail = row
    who = Requester(user, name, FacilityCode(facility), Role(role), Purpose(purpose))
    return AuditEvent(at, who, action, outcome, patient, entry, tuple(reasons.split()), position, detail)
