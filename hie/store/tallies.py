"""Counts of documents in SQL."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Callable, Sequence

from hie.exchange.ports import Tally
from hie.record.entry import NO_LABELS
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.times import Day
from hie.store.codes import APPROVED, CLASSES, CONFIDENTIALITIES
from hie.store.transaction import Transaction

_OF = (
    "select l.facility, e.class_code, e.service_day, e.confidentiality, count(*)"
    " from local_patient l join entry e on e.local_patient = l.id"
    f" where l.patient = ? and e.status = {APPROVED} and e.labels = {NO_LABELS}"
    " group by l.facility, e.class_code, e.service_day, e.confidentiality order by 1, 2, 3, 4"
)


class SqlTallies:
    """Keeps `Tallies` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction, flush: Callable[[], None]) -> None:
        """Read in `transaction`, after `flush` has written what waits."""
        self._transaction = transaction
        self._flush = flush

    def of(self, patient: PatientId) -> Sequence[Tally]:
        """Count a person's current documents under live links, by custodian, class, day, confidentiality."""
        self._flush()
        return [
            Tally(FacilityCode(facility), CLASSES[kind], Day(day), CONFIDENTIALITIES[secret], count)
            for facility, kind, day, secret, count in self._transaction.read(_OF, (patient,)).fetchall()
        ]
