"""The findings index in SQL: observations and medications, filtered by the same boxes as entries."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Callable, Sequence

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports import DatedObservation
from hie.record.clinical import Coding
from hie.record.identifiers import EntryId
from hie.record.times import Period
from hie.store.asking import must_allow
from hie.store.codes import APPROVED
from hie.store.moments import bounds, text_of
from hie.store.scope_sql import predicate
from hie.store.transaction import Transaction

_OBSERVATIONS = (
    "select e.entry, l.facility, e.service_day, c.code, c.text, c.system, e.value, e.value_text, c.unit,"
    " c.reference_range, e.flag, e.moment, e.precision"
    " from local_patient l join observation e on e.local_patient = l.id join concept c on c.id = e.concept"
    f" where l.patient = ? and e.status = {APPROVED} and e.moment between ? and ? and "
)
_IN_TIME = " order by e.moment, e.entry, e.sequence"
_MEDICATIONS = (
    "select e.entry, c.text"
    " from local_patient l join medication e on e.local_patient = l.id join concept c on c.id = e.concept"
    f" where l.patient = ? and e.status = {APPROVED} and e.service_day between ? and ? and "
)
_AS_WRITTEN = " order by e.service_day, e.entry, e.sequence"

ANALYTE = 5
"""Characters with which JLAC10 names what is measured."""


class SqlFindingsIndex:
    """Keeps `FindingsIndex` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction, flush: Callable[[], None]) -> None:
        """Read in `transaction`, after `flush` has written what waits."""
        self._transaction = transaction
        self._flush = flush

    def observations(
        self,
        grant: Grant,
        period: Period,
        codes: frozenset[str],
        fronts: frozenset[str] = frozenset(),
    ) -> Sequence[DatedObservation]:
        """Return covered observations of the period's days, oldest first; empty sets mean all."""
        must_allow(grant, Action.VIEW)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        named = f" and c.code in ({', '.join('?' * len(codes))})" if codes else ""
        if fronts:
            named += f" and substr(c.code, 1, {ANALYTE}) in ({', '.join('?' * len(fronts))})"
        rows = self._transaction.read(
            _OBSERVATIONS + gate.text + named + _IN_TIME,
            (grant.patient, *bounds(period), *gate.parameters, *sorted(codes), *sorted(fronts)),
        ).fetchall()
        return [
            DatedObservation(
                entry,
                custodian,
                day,
                Coding(code, text, system),
                shown or value,
                unit,
                reference_range,
                flag,
                text_of(moment, precision),
            )
            for entry, custodian, day, code, text, system, value, shown, unit, reference_range, *rest in rows
            for flag, moment, precision in (rest,)
        ]

    def medication_names(self, grant: Grant, period: Period) -> Sequence[tuple[EntryId, str]]:
        """Return (entry, drug name) of covered orders by service day, in order written."""
        must_allow(grant, Action.VIEW)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        rows = self._transaction.read(
            _MEDICATIONS + gate.text + _AS_WRITTEN,
            (grant.patient, period.start, period.end, *gate.parameters),
        ).fetchall()
        return [(EntryId(entry), name) for entry, name in rows]
