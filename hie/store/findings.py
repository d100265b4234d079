"""The findings index in SQL: observations and medications, filtered by the same boxes as entries."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Callable, Sequence

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports import DatedObservation, Issue
from hie.record.clinical import Coding
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId
from hie.record.times import ALWAYS, Period
from hie.store.asking import must_allow
from hie.store.codes import APPROVED, CLASS_CODES, CLASSES
from hie.store.lines import Row
from hie.store.moments import bounds, text_of
from hie.store.scope_sql import predicate
from hie.store.transaction import Transaction

_SEEN = (
    "select e.entry, l.facility, e.service_day, c.code, c.text, c.system, e.value, e.value_text, c.unit,"
    " c.reference_range, e.flag, e.moment, e.precision"
)
_OF_A_PATIENT = (
    " from local_patient l join observation e on e.local_patient = l.id join concept c on c.id = e.concept"
    f" where l.patient = ? and e.status = {APPROVED} and e.moment between ? and ? and "
)
_OBSERVATIONS = _SEEN + _OF_A_PATIENT
_IN_TIME = " order by e.moment, e.entry, e.sequence"
_NEWEST = " order by e.moment desc, e.entry desc, e.sequence desc limit ?"
# Only keys are sorted; what they stand for is read of the few that are left.
_PLACED = (
    "select e.local_patient, e.moment, e.entry, e.sequence, row_number() over (partition by e.concept"
    " order by e.moment desc, e.entry desc, e.sequence desc) as place" + _OF_A_PATIENT
)
_OF_EACH = (
    f"{_SEEN} from ({_PLACED}{{gate}}) f join observation e on e.local_patient = f.local_patient"
    " and e.moment = f.moment and e.entry = f.entry and e.sequence = f.sequence"
    " join local_patient l on l.id = e.local_patient join concept c on c.id = e.concept"
    f" where f.place <= ?{_IN_TIME}"
)
_MEDICATIONS = (
    "select e.entry, l.facility, e.service_day, e.class_code, c.code, c.text, c.system, e.dose, c.unit,"
    " coalesce(u.text, ''), e.quantity, e.start, e.days, e.kind, e.cancelled,"
    " coalesce(u.code, '')"
    " from local_patient l join medication e on e.local_patient = l.id join concept c on c.id = e.concept"
    " left join concept u on u.id = e.usage"
    f" where l.patient = ? and e.status = {APPROVED} and e.service_day between ? and ? and "
)
_AS_WRITTEN = " order by e.service_day, e.entry, e.sequence"

ANALYTE = 5
"""Characters with which JLAC10 names what is measured."""


class _Codings(dict[tuple[str, str, str], Coding]):
    """Codings of one answer: thousands of rows name a handful."""

    def __missing__(self, written: tuple[str, str, str]) -> Coding:
        """Make one that was not made before."""
        made = self[written] = Coding(*written)
        return made


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
        classes: frozenset[DocumentClass] = frozenset(),
        newest: int = 0,
    ) -> Sequence[DatedObservation]:
        """Return covered observations of the period's days, oldest first; empty sets mean all."""
        must_allow(grant, Action.VIEW)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        named = f" and c.code in ({', '.join('?' * len(codes))})" if codes else ""
        if fronts:
            named += f" and substr(c.code, 1, {ANALYTE}) in ({', '.join('?' * len(fronts))})"
        if classes:
            named += f" and e.class_code in ({', '.join('?' * len(classes))})"
        kinds, most = sorted(CLASS_CODES[one] for one in classes), [newest] if newest else []
        rows = self._transaction.read(
            _OBSERVATIONS + gate.text + named + (_NEWEST if newest else _IN_TIME),
            (
                *(grant.patient, *bounds(period), *gate.parameters),
                *(*sorted(codes), *sorted(fronts), *kinds, *most),
            ),
        ).fetchall()
        if newest:
            rows.reverse()
        return _dated(rows)

    def newest_of_each(self, grant: Grant, fronts: frozenset[str], many: int) -> Sequence[DatedObservation]:
        """Return the newest so many of those that are called alike, oldest first."""
        must_allow(grant, Action.VIEW)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        named = f" and substr(c.code, 1, {ANALYTE}) in ({', '.join('?' * len(fronts))})" if fronts else ""
        return _dated(
            self._transaction.read(
                _OF_EACH.format(gate=gate.text + named),
                (grant.patient, *bounds(ALWAYS), *gate.parameters, *sorted(fronts), many),
            ).fetchall()
        )

    def medications(
        self, grant: Grant, period: Period, classes: frozenset[DocumentClass] = frozenset()
    ) -> Sequence[Issue]:
        """Return covered lines by service day and entry, in order written; empty `classes` mean all."""
        must_allow(grant, Action.VIEW)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        codes = sorted(CLASS_CODES[one] for one in classes)
        named = f" and e.class_code in ({', '.join('?' * len(codes))})" if codes else ""
        rows = self._transaction.read(
            _MEDICATIONS + gate.text + named + _AS_WRITTEN,
            (grant.patient, period.start, period.end, *gate.parameters, *codes),
        ).fetchall()
        coding = _Codings()
        return [
            Issue(
                EntryId(entry),
                custodian,
                day,
                CLASSES[class_code],
                coding[code, text, system],
                dose,
                unit,
                usage,
                quantity,
                start,
                days,
                kind,
                bool(cancelled),
                usage_code,
            )
            for entry, custodian, day, class_code, code, text, system, dose, unit, usage, *rest in rows
            for quantity, start, days, kind, cancelled, usage_code in (rest,)
        ]


def _dated(rows: Sequence[Row]) -> list[DatedObservation]:
    coding = _Codings()
    return [
        DatedObservation(
            entry,
            custodian,
            day,
            coding[code, text, system],
            shown or value,
            unit,
            reference_range,
            flag,
            text_of(moment, precision),
        )
        for entry, custodian, day, code, text, system, value, shown, unit, reference_range, *rest in rows
        for flag, moment, precision in (rest,)
    ]
