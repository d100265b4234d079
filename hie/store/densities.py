"""How full each month is, in SQL: one grouped range of the clustered table, the gate inside."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import orjson

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports.densities import Density, Month
from hie.exchange.ports.looks import Unseen
from hie.store.asking import must_allow
from hie.store.codes import APPROVED, CLASSES
from hie.store.scope_sql import predicate
from hie.store.transaction import Transaction

# One row, which the database writes itself, as for the lines of the calendar.
_OF = (
    "select group_concat(line, ',') from (select cast(json_array(month, facility, class_code, department,"
    " entries, abnormal, new) as text) as line from"
    " (select e.service_day / 100 as month, l.facility as facility, e.class_code as class_code,"
    " e.department as department, count(*) as entries,"
    " sum(case when e.abnormal_count > 0 then 1 else 0 end) as abnormal,"
    " sum(case when e.id > ? and e.service_day >= ? then 1 else 0 end) as new"
    " from local_patient l join entry e on e.local_patient = l.id"
    f" where l.patient = ? and e.status = {APPROVED} and "
)
_GROUPED = (
    " group by e.service_day / 100, l.facility, e.class_code, e.department) as counted"
    " order by month desc, facility, class_code, department) as found"
)


# One row as well: to group entries cost the database three times as much as to name their months.
_MONTHS = (
    "select group_concat(cast(e.service_day / 100 as text), ','),"
    " group_concat(case when e.id > ? and e.service_day >= ? then cast(e.service_day / 100 as text) end, ',')"
    " from local_patient l join entry e on e.local_patient = l.id"
    f" where l.patient = ? and e.status = {APPROVED} and "
)


class SqlDensities:
    """Keeps `Densities` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction, flush: Callable[[], None]) -> None:
        """Read in `transaction`; `flush` writes what waits to be filed."""
        self._transaction = transaction
        self._flush = flush

    def of(self, grant: Grant, unseen: Unseen) -> Sequence[Density]:
        """Return counts of exactly the entries that the grant covers, newest month first."""
        must_allow(grant, Action.VIEW)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        row = self._transaction.read(
            f"{_OF}{gate.text}{_GROUPED}", (*unseen, grant.patient, *gate.parameters)
        ).fetchone()
        rows = orjson.loads(f"[{(row and row[0]) or ''}]")
        return [Density(month, facility, CLASSES[code], *counts) for month, facility, code, *counts in rows]

    def months(self, grant: Grant, unseen: Unseen) -> Sequence[Month]:
        """Return the same by month alone, newest first."""
        must_allow(grant, Action.VIEW)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        row = self._transaction.read(
            f"{_MONTHS}{gate.text}", (*unseen, grant.patient, *gate.parameters)
        ).fetchone()
        if row is None or not row[0]:
            return []
        entries, new = Counter(row[0].split(",")), Counter(row[1].split(",") if row[1] else ())
        found = [Month(int(month), number, new[month]) for month, number in entries.items()]
        return sorted(found, reverse=True)
