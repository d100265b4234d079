"""Labels put on by hand, in SQL: a log, folded when it is read."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Mapping

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports.labels import Mark, MarkEvent, Named, folded
from hie.record.entry import DocumentEntry, Format
from hie.record.errors import Refused
from hie.store.asking import must_allow
from hie.store.storable import storable
from hie.store.transaction import Transaction

_COLUMNS = "local_patient, care_date, data_kind, order_number, kind, label, recorded_by, recorded_at"
_RECORD = f"insert into label_event ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)"
_OF = f"select sequence, {_COLUMNS} from label_event where local_patient = ? order by sequence"

_ENTRY = "where local_patient = ? and service_day = ? and"


class SqlLabelMarks:
    """Keeps `LabelMarks` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def record(self, event: MarkEvent) -> None:
        """Append."""
        names = (storable(part) for part in event.document)
        what = (event.kind, event.label, storable(event.recorded_by), event.recorded_at)
        self._transaction.execute(_RECORD, (event.local_patient, *names, *what))

    def of(self, local_patient: int) -> Mapping[Named, Mark]:
        """Return what the log says now of a local patient's documents."""
        rows = self._transaction.read(_OF, (local_patient,)).fetchall()
        events: dict[Named, list[MarkEvent]] = {}
        for sequence, local, date, kind, number, *what in rows:
            document = Named(date, kind, number)
            events.setdefault(document, []).append(MarkEvent(sequence, local, document, *what))
        return {document: folded(those) for document, those in events.items()}

    def apply(self, grant: Grant, entry: DocumentEntry, labels: int) -> None:
        """Let an entry of the requester's own facility, and everything of it, bear `labels` from now on."""
        must_allow(grant, Action.VIEW)
        if entry.custodian != grant.requester.facility:
            raise Refused(("own-facility",))
        execute, local = self._transaction.execute, entry.local_patient
        place = (local, entry.facts.service_day, entry.id)
        execute(f"update entry set labels = ? {_ENTRY} id = ?", (labels, *place))
        for table in ("medication", "movement"):
            execute(f"update {table} set labels = ? {_ENTRY} entry = ?", (labels, *place))
        execute(
            "update observation set labels = ? where local_patient = ? and entry = ?",
            (labels, local, entry.id),
        )
        if entry.format is Format.DICOM:
            execute(
                "update imaging_instance set labels = ? where local_patient = ? and study_instance_uid = ?",
                (labels, local, entry.facts.key.order_number),
            )
