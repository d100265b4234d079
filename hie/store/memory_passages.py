"""The words of documents in memory: every text is read for every question; the judge of the SQL one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports import ObjectStore, Packed
from hie.exchange.ports.passages import MOST_TEXTS, Heading, Hit, Unworded
from hie.record.entry import EntryStatus
from hie.record.errors import Unavailable
from hie.record.identifiers import EntryId
from hie.record.times import Period
from hie.record.wording import WORDED, Wording
from hie.store.asking import must_allow
from hie.store.documents import Unpacker, checked, large
from hie.store.memory_documents import covered, must_be_own
from hie.store.memory_tables import FiledEntry, MemoryTransaction
from hie.store.storable import storable


class MemoryPassages:
    """Keeps `Passages` in memory."""

    def __init__(self, transaction: MemoryTransaction, objects: ObjectStore, unpacker: Unpacker) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction
        self._objects = objects
        self._unpacker = unpacker

    def search(self, grant: Grant, words: Sequence[str], period: Period) -> Sequence[Hit]:
        """Return covered documents that hold every word, newest day first, then by custodian and entry."""
        asked = [storable(word) for word in words]
        found = [
            Hit(
                entry.id,
                entry.facts.service_day,
                entry.custodian,
                entry.facts.document_class,
                entry.facts.key.data_kind,
            )
            for entry, filing in covered(self._transaction, grant)
            if filing.text is not None
            and period.start <= entry.facts.service_day <= period.end
            and all(word in storable(filing.text.folded) for word in asked)
        ]
        return sorted(found, key=lambda one: (-one.service_day, one.custodian, one.entry))

    def texts(self, grant: Grant, entries: Sequence[EntryId]) -> Mapping[EntryId, str]:
        """Return the texts of those of some entries that are covered."""
        asked = set(entries[:MOST_TEXTS])
        return {
            entry.id: storable(filing.text.written)
            for entry, filing in covered(self._transaction, grant)
            if entry.id in asked and filing.text is not None
        }

    def headings(self, grant: Grant, period: Period) -> Mapping[EntryId, Heading]:
        """Return the covered headings of a period."""
        return {
            entry.id: Heading(storable(filing.text.title), storable(filing.text.author))
            for entry, filing in covered(self._transaction, grant)
            if filing.text is not None
            and (filing.text.title or filing.text.author)
            and period.start <= entry.facts.service_day <= period.end
        }

    def lacks(self, grant: Grant, local_patient: int, after: EntryId) -> bool:
        """Say whether any document behind `after` has no text here."""
        return bool(self.unworded(grant, local_patient, after, 1))

    def unworded(self, grant: Grant, local_patient: int, after: EntryId, limit: int) -> Sequence[Unworded]:
        """Return approved documents that may hold words and have no text here, by number."""
        must_allow(grant, Action.PUBLISH)
        tables = self._transaction.tables
        link = tables.links.get(local_patient)
        if link is None or link.patient != grant.patient or link.local.facility != grant.requester.facility:
            return []
        waiting = [
            filed
            for number, filed in sorted(tables.entries.items())
            if number > after and self._waits(grant, local_patient, filed)
        ]
        return [Unworded(filed.entry, self._content(filed)) for filed in waiting[:limit]]

    def _waits(self, grant: Grant, local_patient: int, filed: FiledEntry) -> bool:
        (entry, filing), facts = filed, filed.entry.facts
        return (
            entry.local_patient == local_patient
            and facts.status is EntryStatus.APPROVED
            and facts.document_class in WORDED
            and filing.text is None
            and entry.id not in self._transaction.tables.wordless
            and grant.covers(
                entry.custodian, facts.document_class, facts.service_day, facts.confidentiality, facts.labels
            )
        )

    def _content(self, filed: FiledEntry) -> bytes | None:
        filing = filed.filing
        try:
            if filing.packed:
                content = self._unpacker.unpack(Packed(filing.packed, filing.dictionary))
            else:
                content = large(self._objects, filing.content_hash)
            return checked(content, filing.content_hash)
        except Unavailable:
            return None

    def add(self, grant: Grant, local_patient: int, texts: Mapping[EntryId, Wording | None]) -> None:
        """Keep the texts of filed documents."""
        must_be_own(self._transaction, grant, local_patient)
        entries, wordless = self._transaction.change("entries"), self._transaction.change("wordless")
        for number, text in texts.items():
            filed = entries.get(number)
            if filed is None or not self._waits(grant, local_patient, filed):
                continue
            if text is None:
                wordless[number] = True
            else:
                entries[number] = FiledEntry(filed.entry, filed.filing._replace(text=text))
