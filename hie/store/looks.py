"""Marks of what was seen, in SQL: one short row for each person and patient."""

from __future__ import annotations

from collections.abc import Mapping

from hie.exchange.ports.looks import Look, first_look
from hie.record.identifiers import PatientId
from hie.store.transaction import Transaction

_OF = "select patient, seen, shown, looked_at, quiet_until from look where account = ?"
_GET = "select seen, shown, looked_at, quiet_until from look where account = ? and patient = ?"
_PUT = (
    "insert into look (account, patient, seen, shown, looked_at, quiet_until) values (?, ?, ?, ?, ?, ?)"
    " on conflict (account, patient) do update set seen = excluded.seen, shown = excluded.shown,"
    " looked_at = excluded.looked_at, quiet_until = excluded.quiet_until"
)
_FORGET = "delete from look where account = ? and patient = ?"


class SqlLooks:
    """Keeps `Looks` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def of(self, account: str) -> Mapping[PatientId, Look]:
        """Return all marks of a person: one range of the table."""
        rows = self._transaction.read(_OF, (account,)).fetchall()
        return {PatientId(patient): Look(*mark) for patient, *mark in rows}

    def get(self, account: str, patient: PatientId) -> Look | None:
        """Return the mark of one patient."""
        row = self._transaction.read(_GET, (account, patient)).fetchone()
        return None if row is None else Look(*row)

    def note(self, account: str, patient: PatientId, newest: int, at: int) -> None:
        """Note a look; of two at once by one person the later written counts, which shows as much."""
        former = self.get(account, patient)
        self.put(account, patient, former.moved(newest, at) if former else first_look(newest, at))

    def put(self, account: str, patient: PatientId, look: Look | None) -> None:
        """Set a mark by hand, or take it away."""
        if look is None:
            self._transaction.execute(_FORGET, (account, patient))
        else:
            self._transaction.execute(_PUT, (account, patient, *look))

    def newest(self) -> int:
        """Return the last number given to an entry."""
        row = self._transaction.read("select value from counter where name = 'entry'").fetchone()
        return int(row[0]) if row else 0
