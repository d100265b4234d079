"""Exact search in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from hie.record.folding import folded
from hie.record.identifiers import PatientId
from hie.record.people import Sex
from hie.record.times import Day
from hie.store.storable import storable
from hie.store.transaction import Transaction

AT_MOST = 2
_BY_NAME = (
    "select p.id from patient_key k join patient p on p.id = k.patient"
    " where k.key = ? and p.kana_key = ? and p.birth_day = ? and (? = '' or p.sex = ?) order by p.id limit ?"
)


class SqlExactIndex:
    """Keeps `ExactIndex` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def by_name(self, kana: str, birth_day: Day, sex: Sex | None = None) -> Sequence[PatientId]:
        """Return persons read exactly so, born that day and of that sex; at most two."""
        key, kind = folded(storable(kana)), sex.value if sex else ""
        if not key or not birth_day:
            return []
        rows = self._transaction.read(_BY_NAME, (key, key, birth_day, kind, kind, AT_MOST)).fetchall()
        return [PatientId(row[0]) for row in rows]

    def tries(self, account: str, since: int, add: int | None = None) -> int:
        """Count a person's exact searches since a moment; with `add`, add one and forget those before."""
        if add is not None:
            self._transaction.execute("delete from exact_search where searched_at < ?", (since,))
            self._transaction.execute(
                "insert into exact_search (account, searched_at) values (?, ?)", (account, add)
            )
        row = self._transaction.read(
            "select count(*) from exact_search where account = ? and searched_at >= ?", (account, since)
        ).fetchone()
        return int(row[0]) if row else 0
