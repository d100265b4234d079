"""Labels put on by hand, in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports.labels import Mark, MarkEvent, Named, folded, named
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

    def hold(self, local_patient: int) -> None:
        """Do nothing: one transaction writes at a time."""

    def apply(self, grant: Grant, entry: DocumentEntry, mark: Mark) -> None:
        """Put `mark` on every version of a document of the requester's own facility."""
        must_allow(grant, Action.VIEW)
        if entry.custodian != grant.requester.facility:
            raise Refused(("own-facility",))
        entries, document = self._transaction.change("entries"), named(entry.facts.key)
        for number, (kept, filing) in list(entries.items()):
            if kept.local_patient == entry.local_patient and named(kept.facts.key) == document:
                facts = kept.facts._replace(labels=mark.applied(kept.facts.labels))
                entries[number] = FiledEntry(kept._replace(facts=facts), filing)
        if entry.format is Format.DICOM:
            images = self._transaction.change("instances")
            for place, filed in list(images.items()):
                if place[:2] == (entry.local_patient, document.order_number):
                    labels = mark.applied(filed.instance.labels)
                    images[place] = filed._replace(instance=filed.instance._replace(labels=labels))

    def without(self, entries: Collection[int], labels: int) -> frozenset[int]:
        """Return those of some entries whose document bears none of `labels` now."""
        kept = [one.entry for one in self._transaction.tables.entries.values()]
        bearing = {(one.local_patient, named(one.facts.key)) for one in kept if one.facts.labels & labels}
        for local in {one.local_patient for one in kept}:
            marks = self.of(local).items()
            bearing |= {(local, document) for document, mark in marks if mark.on & labels}
        return frozenset(
            one.id
            for one in kept
            if one.id in entries and (one.local_patient, named(one.facts.key)) not in bearing
        )
