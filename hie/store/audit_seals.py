"""Seals of the audit trail and complaints about its rows, in SQL."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports.audit import Complaint, Seal
from hie.record.errors import Conflict
from hie.record.identifiers import FacilityCode, PatientId
from hie.store.lines import Row
from hie.store.storable import storable
from hie.store.transaction import Transaction

_SEAL = "number, sequence, hash, sealed_at, key, signature"
_COMPLAINT = "id, row, patient, facility, filed_at, filed_by, answered_at, answered_by, answer"


class SqlAuditSeals:
    """Keeps `AuditSeals` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Write in `transaction`."""
        self._transaction = transaction

    def add(self, seal: Seal) -> None:
        """Keep one; `Conflict` where its number is taken."""
        added = self._transaction.execute(
            f"insert into audit_seal ({_SEAL}) values (?, ?, ?, ?, ?, ?) on conflict do nothing", seal
        )
        if added.rowcount != 1:
            raise Conflict("somebody else has just sealed")

    def after(self, number: int) -> Sequence[Seal]:
        """Return those with a greater number, oldest first."""
        rows = self._transaction.read(
            f"select {_SEAL} from audit_seal where number > ? order by number", (number,)
        ).fetchall()
        return [_seal(row) for row in rows]

    def last(self) -> Seal | None:
        """Return the newest."""
        row = self._transaction.read(
            f"select {_SEAL} from audit_seal order by number desc limit 1"
        ).fetchone()
        return _seal(row) if row else None


class SqlComplaints:
    """Keeps `Complaints` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Write in `transaction`."""
        self._transaction = transaction

    def file(self, complaint: Complaint) -> bool:
        """Keep one; say no where the patient has one about this row already."""
        added = self._transaction.execute(
            f"insert into audit_complaint ({_COMPLAINT}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict do nothing",
            complaint,
        )
        return added.rowcount == 1

    def answer(self, complaint: str, at: int, by: str, answer: str) -> bool:
        """Answer one that waits; say no where none does."""
        changed = self._transaction.execute(
            "update audit_complaint set answered_at = ?, answered_by = ?, answer = ?"
            " where id = ? and answered_at = 0",
            (at, storable(by), storable(answer), storable(complaint)),
        )
        return changed.rowcount == 1

    def of_patient(self, patient: PatientId) -> Sequence[Complaint]:
        """Return a person's, newest first."""
        rows = self._transaction.read(
            f"select {_COMPLAINT} from audit_complaint where patient = ? order by filed_at desc, id",
            (storable(patient),),
        ).fetchall()
        return [_complaint(row) for row in rows]

    def waiting(self, facility: FacilityCode | None = None) -> Sequence[Complaint]:
        """Return those that wait, oldest first, of a facility or of all."""
        rows = self._transaction.read(
            f"select {_COMPLAINT} from audit_complaint where answered_at = 0"
            " and (facility = ? or ? = 1) order by filed_at, id",
            (facility or "", int(facility is None)),
        ).fetchall()
        return [_complaint(row) for row in rows]


def _seal(row: Row) -> Seal:
    number, sequence, digest, at, key, signature = row
    return Seal(number, sequence, bytes(digest), at, bytes(key), bytes(signature))


def _complaint(row: Row) -> Complaint:
    return Complaint(*row)
