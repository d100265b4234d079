"""The audit trail, its seals and complaints about it, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports.audit import (
    AuditEvent,
    AuditHead,
    AuditQuery,
    AuditRow,
    ChainRow,
    Complaint,
    Seal,
)
from hie.exchange.trail.auditing import GENESIS
from hie.record.errors import Conflict
from hie.record.identifiers import FacilityCode, PatientId
from hie.store.audit import chained, event_of
from hie.store.memory_tables import MemoryTransaction


class MemoryAuditTrail:
    """Keeps `AuditTrail` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction
        self._waiting: list[AuditEvent] = []
        self._written: list[ChainRow] = []

    def append(self, events: Sequence[AuditEvent]) -> None:
        """Add rows in order, at the commit."""
        self._waiting.extend(events)

    def find(self, patient: PatientId, limit: int) -> Sequence[AuditEvent]:
        """Return the newest rows about a person, newest first."""
        newest = (event_of(row.fields) for row in reversed(self._rows().values()))
        return [event for event in newest if event.patient == patient][:limit]

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self._rows())

    def head(self) -> AuditHead:
        """Return where the chain ends; of an empty one sequence 0."""
        rows = self._rows()
        return AuditHead(len(rows), rows[len(rows)].hash if rows else GENESIS)

    def chain(self, after: int, limit: int) -> Sequence[ChainRow]:
        """Return rows with a greater number, in order, as they stand there."""
        rows = self._rows()
        return [rows[number] for number in range(after + 1, min(after + limit, len(rows)) + 1)]

    def search(self, query: AuditQuery, limit: int) -> Sequence[AuditRow]:
        """Return the newest rows that a query is about, newest first."""
        links = self._transaction.tables.links.values()
        of_theirs = {
            link.patient for link in links if link.patient and link.local.facility == query.concerning
        }
        newest = (AuditRow(row.sequence, event_of(row.fields)) for row in reversed(self._rows().values()))
        return [row for row in newest if _is_asked(row, query, of_theirs)][:limit]

    def within(self, query: AuditQuery) -> AuditQuery:
        """Return the query as it is: all rows are looked at in any case."""
        return query

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            trail: dict[int, ChainRow] = self._transaction.change("audit")
            before = trail[len(trail)].hash if trail else GENESIS
            rows = chained(before, len(trail), waiting)
            trail.update((row.sequence, row) for row in rows)
            self._written += rows

    def taken(self) -> Sequence[ChainRow]:
        """Return what was written since the last time, once."""
        written, self._written = self._written, []
        return written

    def forget(self) -> None:
        """Let go of what was not committed."""
        self._waiting, self._written = [], []

    def _rows(self) -> dict[int, ChainRow]:
        self.flush()
        return self._transaction.tables.audit


def _is_asked(row: AuditRow, query: AuditQuery, of_theirs: set[PatientId]) -> bool:
    event = row.event
    who = event.requester
    wanted = (
        (query.patient, event.patient),
        (query.facility, who.facility),
        (query.account, who.user),
        (query.custodian, event.custodian),
        (query.request, who.origin.request),
    )
    return (
        query.since <= event.at < query.until
        and query.after < row.sequence < query.before
        and all(not asked or asked == found for asked, found in wanted)
        and (not query.actions or event.action in query.actions)
        and (
            not query.concerning
            or query.concerning in {who.facility, event.custodian}
            or (not event.custodian and event.patient in of_theirs)
        )
    )


class MemoryAuditSeals:
    """Keeps `AuditSeals` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, seal: Seal) -> None:
        """Keep one; `Conflict` where its number is taken."""
        seals = self._transaction.change("audit_seals")
        if seal.number in seals:
            raise Conflict("somebody else has just sealed")
        seals[seal.number] = seal

    def after(self, number: int) -> Sequence[Seal]:
        """Return those with a greater number, oldest first."""
        return sorted(one for one in self._transaction.tables.audit_seals.values() if one.number > number)

    def last(self) -> Seal | None:
        """Return the newest."""
        return max(self._transaction.tables.audit_seals.values(), default=None)


class MemoryComplaints:
    """Keeps `Complaints` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def file(self, complaint: Complaint) -> bool:
        """Keep one; say no where the patient has one about this row already."""
        kept = self._transaction.change("complaints")
        if any((one.patient, one.row) == (complaint.patient, complaint.row) for one in kept.values()):
            return False
        kept[complaint.id] = complaint
        return True

    def answer(self, complaint: str, at: int, by: str, answer: str) -> bool:
        """Answer one that waits; say no where none does."""
        kept = self._transaction.change("complaints")
        if complaint not in kept or kept[complaint].answered_at:
            return False
        kept[complaint] = kept[complaint]._replace(answered_at=at, answered_by=by, answer=answer)
        return True

    def of_patient(self, patient: PatientId) -> Sequence[Complaint]:
        """Return a person's, newest first."""
        found = [one for one in self._transaction.tables.complaints.values() if one.patient == patient]
        return sorted(found, key=lambda one: (-one.filed_at, one.id))

    def waiting(self, facility: FacilityCode | None = None) -> Sequence[Complaint]:
        """Return those that wait, oldest first, of a facility or of all."""
        found = [
            one
            for one in self._transaction.tables.complaints.values()
            if not one.answered_at and facility in {None, one.facility}
        ]
        return sorted(found, key=lambda one: (one.filed_at, one.id))
