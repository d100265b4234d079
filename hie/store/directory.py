"""The directory of facilities in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from consent.model import Region
from hie.exchange.ports import MembershipEvent, MembershipKind
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.store.memberships import SqlMemberships
from hie.store.storable import storable
from hie.store.transaction import Transaction

_ADD = (
    "insert into facility (code, name, kind, short_name, mark, labels) values (?, ?, ?, ?, ?, ?)"
    " on conflict (code) do update set name = excluded.name, kind = excluded.kind,"
    " short_name = excluded.short_name, mark = excluded.mark, labels = excluded.labels"
)


class SqlDirectory:
    """Keeps `Directory` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction, memberships: SqlMemberships) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction
        self._memberships = memberships

    def add(self, facility: Facility, at: int = 0) -> None:
        """Add a facility, or replace the one with the same code; who never took part does from `at` on."""
        code, name, kind, short_name, mark, labels = facility
        self._transaction.execute(
            _ADD, (code, storable(name), kind.value, storable(short_name), mark, labels)
        )
        if not self._memberships.events(code):
            self._memberships.record(MembershipEvent(0, code, MembershipKind.JOINED, at, at, "", ""))

    def all(self) -> Sequence[Facility]:
        """Return all, by code."""
        rows = self._transaction.read(
            "select code, name, kind, short_name, mark, labels from facility order by code"
        ).fetchall()
        return [
            Facility(FacilityCode(code), name, FacilityKind(kind), short_name, mark, labels)
            for code, name, kind, short_name, mark, labels in rows
        ]

    def region(self) -> Region:
        """Return who takes part and took part, as the log says."""
        return self._memberships.region()
