"""Labels put on by hand, in SQL: a log, folded when it is read."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports.labels import Mark, MarkEvent, Named, folded, named
from hie.record.entry import DocumentEntry, Format
from hie.record.errors import Refused
from hie.store.asking import must_allow
from hie.store.storable import storable
from hie.store.transaction import Transaction

_COLUMNS = "local_patient, care_date, data_kind, order_number, kind, label, recorded_by, recorded_at"
_RECORD = f"insert into label_event ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)"
_OF = f"select sequence, {_COLUMNS} from label_event where local_patient = ? order by sequence"

_HOLD = "select id from local_patient where id = ?"
_VERSIONS = (
    "select id, service_day from entry"
    " where local_patient = ? and care_date = ? and data_kind = ? and order_number = ?"
)
_NAMES = "select id, local_patient, care_date, data_kind, order_number from entry where id in "
_BEARING = "select care_date, data_kind, order_number from entry where local_patient = ? and labels & ? <> 0"
_ENTRY = "where local_patient = ? and service_day = ? and"
_BITS = "set labels = (labels | ?) & ?"


def marks_of(transaction: Transaction, local_patient: int) -> dict[Named, Mark]:
    """Return what the log says now of a local patient's documents; for who files them, too."""
    rows = transaction.read(_OF, (local_patient,)).fetchall()
    events: dict[Named, list[MarkEvent]] = {}
    for sequence, local, date, kind, number, *what in rows:
        document = Named(date, kind, number)
        events.setdefault(document, []).append(MarkEvent(sequence, local, document, *what))
    return {document: folded(those) for document, those in events.items()}


class SqlLabelMarks:
    """Keeps `LabelMarks` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction, flush: Callable[[], None]) -> None:
        """Read and write in `transaction`, after `flush` has written what waits."""
        self._transaction = transaction
        self._flush = flush

    def record(self, event: MarkEvent) -> None:
        """Append."""
        names = (storable(part) for part in event.document)
        what = (event.kind, event.label, storable(event.recorded_by), event.recorded_at)
        self._transaction.execute(_RECORD, (event.local_patient, *names, *what))

    def of(self, local_patient: int) -> Mapping[Named, Mark]:
        """Return what the log says now of a local patient's documents."""
        return marks_of(self._transaction, local_patient)

    def hold(self, local_patient: int) -> None:
        """Hold the row of the local patient until the commit, as who files does."""
        self._transaction.execute(f"{_HOLD}{self._transaction.held}", (local_patient,)).fetchone()

    def apply(self, grant: Grant, entry: DocumentEntry, mark: Mark) -> None:
        """Put `mark` on every version of a document of the requester's own facility."""
        must_allow(grant, Action.VIEW)
        if entry.custodian != grant.requester.facility:
            raise Refused(("own-facility",))
        self._flush()
        execute, local = self._transaction.execute, entry.local_patient
        bits, document = (mark.on, ~mark.off), named(entry.facts.key)
        for number, day in execute(_VERSIONS, (local, *map(storable, document))).fetchall():
            place = (*bits, local, day, number)
            execute(f"update entry {_BITS} {_ENTRY} id = ?", place)
            for table in ("medication", "movement", "passage"):
                execute(f"update {table} {_BITS} {_ENTRY} entry = ?", place)
            execute(
                f"update observation {_BITS} where local_patient = ? and entry = ?", (*bits, local, number)
            )
        if entry.format is Format.DICOM:
            execute(
                f"update imaging_instance {_BITS} where local_patient = ? and study_instance_uid = ?",
                (*bits, local, document.order_number),
            )

    def without(self, entries: Collection[int], labels: int) -> frozenset[int]:
        """Return those of some entries whose document bears none of `labels` now."""
        self._flush()
        read, asked = self._transaction.read, sorted(set(entries))
        rows = read(f"{_NAMES}({', '.join('?' * len(asked))})", asked).fetchall() if asked else []
        bearing = {local: self._bearing(local, labels) for local in {row[1] for row in rows}}
        return frozenset(row[0] for row in rows if Named(*row[2:]) not in bearing[row[1]])

    def _bearing(self, local_patient: int, labels: int) -> set[Named]:
        rows = self._transaction.read(_BEARING, (local_patient, labels)).fetchall()
        by_hand = marks_of(self._transaction, local_patient).items()
        return {Named(*row) for row in rows} | {document for document, mark in by_hand if mark.on & labels}
