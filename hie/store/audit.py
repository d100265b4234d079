"""The audit trail in SQL: rows are added at the commit, each hashed behind the one before, never changed."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports.audit import (
    COLUMNS,
    AuditEvent,
    AuditHead,
    AuditQuery,
    AuditRow,
    ChainRow,
    Fields,
)
from hie.exchange.trail.auditing import linked
from hie.record.errors import Unavailable
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Origin, Purpose, Requester, Role
from hie.store.lines import Row
from hie.store.storable import storable
from hie.store.transaction import Transaction

_COLUMNS = ", ".join(COLUMNS)
_ROW = f"(?, ?{', ?' * len(COLUMNS)})"
_APPEND = {
    rows: f"insert into audit_event (sequence, hash, {_COLUMNS}) values {', '.join([_ROW] * rows)}"
    for rows in (64, 16, 4, 1)
}
"""One statement for so many rows, most first: a batch of decisions is written at once."""
_HEAD = "select sequence, hash from audit_head where id = 1"
_MOVE = "update audit_head set sequence = ?, hash = ? where id = 1"
_FIND = f"select {_COLUMNS} from audit_event where patient = ? order by sequence desc limit ?"
_CHAIN = f"select sequence, hash, {_COLUMNS} from audit_event where sequence > ? order by sequence limit ?"
_SEARCH = f"select sequence, {_COLUMNS} from audit_event where"
_WITHIN = "select min(sequence), max(sequence) from audit_event where recorded_at >= ? and recorded_at < ?"
_CONCERNING = (
    "(facility = ? or custodian = ? or custodian = ''"
    " and patient in (select patient from local_patient where facility = ? and patient <> ''))"
)


class SqlAuditTrail:
    """Keeps `AuditTrail` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Write in `transaction`: the decision and its record commit together."""
        self._transaction = transaction
        self._waiting: list[AuditEvent] = []
        self._written: list[ChainRow] = []

    def append(self, events: Sequence[AuditEvent]) -> None:
        """Add rows in order, at the commit."""
        self._waiting.extend(events)

    def find(self, patient: PatientId, limit: int) -> Sequence[AuditEvent]:
        """Return the newest rows about a person, newest first."""
        self.flush()
        rows = self._transaction.read(_FIND, (storable(patient), limit)).fetchall()
        return [event_of(row) for row in rows]

    def count(self) -> int:
        """Return how many rows there are."""
        self.flush()
        row = self._transaction.read("select count(*) from audit_event").fetchone()
        return int(row[0]) if row else 0

    def head(self) -> AuditHead:
        """Return where the chain ends; of an empty one sequence 0."""
        self.flush()
        return _head(self._transaction.read(_HEAD).fetchone())

    def chain(self, after: int, limit: int) -> Sequence[ChainRow]:
        """Return rows with a greater number, in order, as they stand there."""
        self.flush()
        rows = self._transaction.read(_CHAIN, (after, limit)).fetchall()
        return [ChainRow(row[0], tuple(row[2:]), bytes(row[1])) for row in rows]

    def search(self, query: AuditQuery, limit: int) -> Sequence[AuditRow]:
        """Return the newest rows that a query is about, newest first."""
        self.flush()
        where, parameters = _conditions(query)
        rows = self._transaction.read(
            f"{_SEARCH} {where} order by sequence desc limit ?", (*parameters, limit)
        ).fetchall()
        return [AuditRow(row[0], event_of(row[1:])) for row in rows]

    def within(self, query: AuditQuery) -> AuditQuery:
        """Return a query with the numbers of the rows of its days, for who asks for page after page."""
        has_index = query.patient or query.account or query.custodian
        if has_index or (not query.since and query.until >= AuditQuery().until):
            return query
        self.flush()
        row = self._transaction.read(_WITHIN, (query.since, query.until)).fetchone()
        first, last = row if row and row[0] is not None else (1, 0)
        return query._replace(after=max(query.after, first - 1), before=min(query.before, last + 1))

    # --- what the unit of work does with it ---

    def flush(self) -> None:
        """Write what waits: one statement takes the head, one writes the rows, one moves the head.

        The head is held until the commit: who writes audit rows queues there.
        """
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        execute = self._transaction.line.execute
        head = _head(execute(f"{_HEAD}{self._transaction.held}").fetchone())
        rows = chained(head.hash, head.sequence, waiting)
        start = 0
        for size, statement in _APPEND.items():
            while len(rows) - start >= size:
                values: list[object] = []
                for sequence, fields, digest in rows[start : start + size]:
                    values += (sequence, digest, *fields)
                execute(statement, values)
                start += size
        execute(_MOVE, (rows[-1].sequence, rows[-1].hash))
        self._written += rows

    def taken(self) -> Sequence[ChainRow]:
        """Return what was written since the last time, once."""
        written, self._written = self._written, []
        return written

    def forget(self) -> None:
        """Let go of what was not committed."""
        self._waiting, self._written = [], []


def _head(row: Row | None) -> AuditHead:
    if row is None:
        raise Unavailable("the audit trail has lost its head", retry_after=60.0)
    return AuditHead(int(row[0]), bytes(row[1]))


def chained(before: bytes, last: int, events: Sequence[AuditEvent]) -> list[ChainRow]:
    """Number and hash events behind the row with the number `last` and the hash `before`."""
    rows = []
    for sequence, event in enumerate(events, last + 1):
        fields = fields_of(event)
        before = linked(before, sequence, fields)
        rows.append(ChainRow(sequence, fields, before))
    return rows


def fields_of(event: AuditEvent) -> Fields:
    """Return an event as it is stored and hashed, in the order of `COLUMNS`."""
    at, (user, name, facility, role, purpose, _, origin), action, outcome = event[:4]
    patient, entry, reasons, position, detail, kind, custodian, labels = event[4:]
    request, device, address, assurance = origin
    return (
        *(at, storable(user), storable(name), facility, role.value, purpose.value, action, outcome),
        *(storable(patient), entry, " ".join(reasons), position, storable(detail), kind, custodian),
        *(int(labels), storable(request), storable(device), storable(address), assurance),
    )


def event_of(fields: Fields) -> AuditEvent:
    """Read an event from its stored fields."""
    at, user, name, facility, role, purpose, action, outcome, patient, entry = fields[:10]
    reasons, position, detail, kind, custodian, labels, request, device, address, assurance = fields[10:]
    who = Requester(
        str(user),
        str(name),
        FacilityCode(str(facility)),
        Role(str(role)),
        Purpose(str(purpose)),
        origin=Origin(str(request), str(device), str(address), int(assurance)),
    )
    return AuditEvent(
        at=int(at),
        requester=who,
        action=str(action),
        outcome=str(outcome),
        patient=str(patient),
        entry=int(entry),
        reasons=tuple(str(reasons).split()),
        position=int(position),
        detail=str(detail),
        kind=str(kind),
        custodian=FacilityCode(str(custodian)),
        labels=int(labels),
    )


def _conditions(query: AuditQuery) -> tuple[str, list[object]]:
    """Write a query down as conditions and their parameters.

    `+ 0` keeps the database from sorting a stretch of time again for every page of it.
    """
    conditions = ["recorded_at + 0 >= ?", "recorded_at + 0 < ?", "sequence > ?", "sequence < ?"]
    parameters: list[object] = [query.since, query.until, query.after, query.before]
    for column in ("patient", "facility", "account", "custodian", "request"):
        if wanted := getattr(query, column):
            conditions.append(f"{column} = ?")
            parameters.append(storable(wanted))
    if query.actions:
        conditions.append(f"action in ({', '.join('?' * len(query.actions))})")
        parameters += query.actions
    if query.concerning:
        conditions.append(_CONCERNING)
        parameters += [query.concerning] * 3
    return " and ".join(conditions), parameters
