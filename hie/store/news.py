"""What came in of many persons, in SQL: persons whose grants open the same are asked about together."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports import Movement
from hie.exchange.ports.news import Arrived, Numbered
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.times import Day, Period
from hie.store.asking import must_allow
from hie.store.codes import APPROVED, CLASS_CODES, CLASSES, STATUSES
from hie.store.scope_sql import Predicate, predicate
from hie.store.transaction import Transaction
from ssmix2.documentkind import REFERRAL

_AT_ONCE = 400
_MINE = (
    "select c.patient from (select patient from local_patient where facility = ? and patient <> ''"
    " union select patient from consent_reach where recipient = ? and starts_at <= ? and ? < ends_at) c"
    " left join look k on k.account = ? and k.patient = c.patient"
    " order by coalesce(k.looked_at, 0) desc, c.patient limit ?"
)
_REFERRAL = (
    f"case when e.class_code = {CLASS_CODES[DocumentClass.DOCUMENT]} and e.data_kind like ? then 1 else 0 end"
)
_FRESH = (
    "case when coalesce(k.shown, 0) > 0 then case when e.id > k.shown then 1 else 0 end"
    " when e.service_day >= ? then 1 else 0 end"
)
_ARRIVED = (
    "select patient, facility, class_code, referral, sum(fresh), sum(fresh * abnormal_count),"
    " max(fresh * id), max(fresh * service_day), max(service_day) from (select l.patient, l.facility,"
    f" e.class_code, e.abnormal_count, e.id, e.service_day, {_REFERRAL} as referral, {_FRESH} as fresh"
    " from local_patient l join entry e on e.local_patient = l.id"
    " left join look k on k.account = ? and k.patient = l.patient"
    f" where e.status = {APPROVED} and e.service_day between ? and ?"
)
_BY_CLASS = ") as found group by patient, facility, class_code, referral order by 1, 2, 3, 4"
_MOVES = (
    "select l.patient, e.entry, e.service_day, e.data_kind, l.facility, e.moment, e.version, e.status,"
    " e.department, e.ward, e.expected from local_patient l join movement e on e.local_patient = l.id"
    " where e.service_day >= ?"
)
_LATER = (
    "select 1 from local_patient l join entry e on e.local_patient = l.id"
    f" where l.patient = ? and e.id > ? and e.status = {APPROVED} and "
)


class SqlNewsIndex:
    """Keeps `NewsIndex` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction, flush: Callable[[], None]) -> None:
        """Read in `transaction`; `flush` writes what was filed in it and waits."""
        self._transaction = transaction
        self._flush = flush

    def mine(self, account: str, facility: FacilityCode, now: int, limit: int) -> Sequence[PatientId]:
        """Return candidates for "my patients", those last whom this person never looked at."""
        rows = self._transaction.read(_MINE, (facility, facility, now, now, account, limit)).fetchall()
        return [PatientId(row[0]) for row in rows]

    def arrived(
        self, grants: Sequence[Grant], account: str, period: Period, fresh_from: Day
    ) -> Mapping[PatientId, Sequence[Arrived]]:
        """Tell what the grants cover, one statement for each shape of grant."""
        self._flush()
        found: dict[PatientId, list[Arrived]] = {}
        first = (f"%{REFERRAL}%", fresh_from, account, period.start, period.end)
        for gate in _together(grants):
            rows = self._transaction.read(
                f"{_ARRIVED}{gate.text}{_BY_CLASS}", (*first, *gate.parameters)
            ).fetchall()
            for patient, facility, code, referral, *counted in rows:
                documents, abnormal, newest, newest_day, last_day = map(int, counted)
                one = Arrived(
                    FacilityCode(facility),
                    CLASSES[code],
                    bool(referral),
                    documents,
                    abnormal,
                    newest,
                    Day(newest_day),
                    Day(last_day),
                )
                found.setdefault(PatientId(patient), []).append(one)
        return found

    def moves(self, grants: Sequence[Grant], since: Day) -> Mapping[PatientId, Sequence[Numbered]]:
        """Return covered movements, one statement for each shape of grant."""
        self._flush()
        found: dict[PatientId, list[Numbered]] = {}
        for gate in _together(grants):
            rows = self._transaction.read(_MOVES + gate.text, (since, *gate.parameters)).fetchall()
            for patient, entry, day, kind, facility, moment, version, status, *where in rows:
                movement = Movement(
                    Day(day), kind, FacilityCode(facility), moment, version, STATUSES[status], *where
                )
                found.setdefault(PatientId(patient), []).append(Numbered(entry, movement))
        return {patient: sorted(some) for patient, some in found.items()}

    def later(self, grant: Grant, entry: int) -> bool:
        """Say whether the grant covers an approved entry with a greater number than this."""
        must_allow(grant, Action.VIEW)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        asked = self._transaction.read(
            f"{_LATER}{gate.text} limit 1", (grant.patient, entry, *gate.parameters)
        )
        return asked.fetchone() is not None


def _together(grants: Sequence[Grant]) -> Iterator[Predicate]:
    """Gather persons of whom the same is opened, a few hundred to a statement.

    Each condition names its persons and what is opened of them: no other pair is ever asked about.
    """
    alike: dict[tuple[object, object], list[Grant]] = {}
    for grant in grants:
        must_allow(grant, Action.VIEW)
        alike.setdefault((grant.opened, grant.closed), []).append(grant)
    for some in alike.values():
        gate = predicate(some[0].opened, some[0].closed)
        for start in range(0, len(some), _AT_ONCE):
            persons = [grant.patient for grant in some[start : start + _AT_ONCE]]
            marks = ", ".join("?" * len(persons))
            yield Predicate(f" and l.patient in ({marks}) and {gate.text}", (*persons, *gate.parameters))
