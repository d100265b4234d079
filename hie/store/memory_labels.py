"""Labels put on by hand, in memory."""

from __future__ import annotations

from collections.abc import Mapping

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports.labels import Mark, MarkEvent, Named, folded
from hie.record.entry import DocumentEntry, Format
from hie.record.errors import Refused
from hie.store.asking import must_allow
from hie.store.memory_tables import FiledEntry, MemoryTransaction


class MemoryLabelMarks:
    """Keeps `LabelMarks` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def record(self, event: MarkEvent) -> None:
        """Append."""
        log = self._transaction.change("labels")
        log[len(log) + 1] = event._replace(sequence=len(log) + 1)

    def of(self, local_patient: int) -> Mapping[Named, Mark]:
        """Return what the log says now of a local patient's documents."""
        events: dict[Named, list[MarkEvent]] = {}
        for event in self._transaction.tables.labels.values():
            if event.local_patient == local_patient:
                events.setdefault(event.document, []).append(event)
        return {document: folded(those) for document, those in events.items()}

    def apply(self, grant: Grant, entry: DocumentEntry, labels: int) -> None:
        """Let an entry of the requester's own facility, and everything of it, bear `labels` from now on."""
        must_allow(grant, Action.VIEW)
        if entry.custodian != grant.requester.facility:
            raise Refused(("own-facility",))
        entries = self._transaction.change("entries")
        kept, filing = entries[entry.id]
        entries[entry.id] = FiledEntry(kept._replace(facts=kept.facts._replace(labels=labels)), filing)
        if entry.format is Format.DICOM:
            images = self._transaction.change("instances")
            for place, filed in list(images.items()):
                if place[:2] == (entry.local_patient, entry.facts.key.order_number):
                    images[place] = filed._replace(instance=filed.instance._replace(labels=labels))
