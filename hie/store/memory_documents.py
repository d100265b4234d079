"""Registry, findings, images and documents in memory: the judge of the SQL ones.

Everything is asked of `Grant.covers`, entry by entry; nothing here is fast, and nothing is clever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

import orjson

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports import (
    MOVEMENTS,
    DatedObservation,
    EntryLines,
    Filing,
    Issue,
    Known,
    Movement,
    ObjectStore,
    Packed,
)
from hie.exchange.ports.labels import marked, marked_image
from hie.record.entry import (
    DOCUMENT_CLASSES,
    Confidentiality,
    DocumentClass,
    DocumentEntry,
    EntryKey,
    EntryStatus,
)
from hie.record.errors import NotFound, Refused
from hie.record.identifiers import ContentHash, EntryId, FacilityCode
from hie.record.imaging import FiledInstance, ImagingInstance, ImagingStudy
from hie.record.supply import supply_of
from hie.record.times import ALWAYS, Day, Period
from hie.store.asking import decided_at, must_allow
from hie.store.documents import Unpacker, checked, large
from hie.store.findings import ANALYTE
from hie.store.maintenance import STUDY_KIND
from hie.store.memory_labels import MemoryLabelMarks
from hie.store.memory_tables import FiledEntry, MemoryTransaction
from hie.store.moments import bounds, moment_of, text_of
from hie.store.movements import told_of
from hie.store.storable import storable


def covered(
    transaction: MemoryTransaction,
    grant: Grant,
    statuses: frozenset[EntryStatus] = frozenset({EntryStatus.APPROVED}),
) -> Iterator[FiledEntry]:
    """Go through the entries of the grant's patient that it covers; approved ones, if nothing is said."""
    must_allow(grant, Action.VIEW)
    links = transaction.tables.links
    for filed in transaction.tables.entries.values():
        entry, facts = filed.entry, filed.entry.facts
        if (
            links[entry.local_patient].patient == grant.patient
            and facts.status in statuses
            and grant.covers(
                entry.custodian, facts.document_class, facts.service_day, facts.confidentiality, facts.labels
            )
        ):
            yield filed


def must_be_own(transaction: MemoryTransaction, grant: Grant, local_patient: int) -> None:
    """Raise `Refused` unless the local patient is the grant's, at the requester's facility."""
    must_allow(grant, Action.PUBLISH)
    link = transaction.tables.links.get(local_patient)
    if link is None or link.patient != grant.patient or link.local.facility != grant.requester.facility:
        raise Refused(("no-consent",))


class MemoryRegistry:
    """Keeps `Registry` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def known(self, local_patient: int) -> Mapping[EntryKey, Sequence[Known]]:
        """Return all entries of a local patient by key."""
        found: dict[EntryKey, list[Known]] = {}
        for entry, _ in self._transaction.tables.entries.values():
            if entry.local_patient == local_patient:
                known = Known(entry.id, entry.facts.status, entry.content_hash)
                found.setdefault(entry.facts.key, []).append(known)
        return found

    def register(self, grant: Grant, local_patient: int, filings: Sequence[Filing]) -> int:
        """File documents that the grant covers, all or none."""
        must_be_own(self._transaction, grant, local_patient)
        facility = grant.requester.facility
        for filing in filings:
            facts = filing.facts
            if not grant.covers(
                facility, facts.document_class, facts.service_day, facts.confidentiality, facts.labels
            ):
                raise Refused(("no-consent",))
        entries = self._transaction.change("entries")
        for filing in marked(filings, MemoryLabelMarks(self._transaction).of(local_patient)):
            number = EntryId(len(entries) + 1)
            where = (filing.format, filing.content_hash, filing.size, decided_at(grant))
            entry = DocumentEntry(number, local_patient, facility, filing.facts, *where)
            entries[number] = FiledEntry(entry, filing)
        return len(filings)

    def amend(self, grant: Grant, statuses: Mapping[EntryId, EntryStatus]) -> None:
        """Change the status of entries of the grant's patient and the requester's facility."""
        must_allow(grant, Action.PUBLISH)
        entries = self._transaction.change("entries")
        links = self._transaction.tables.links
        for number, status in statuses.items():
            if number not in entries:
                raise NotFound("no such entry of this patient and facility")
            entry, filing = entries[number]
            if (
                links[entry.local_patient].patient != grant.patient
                or entry.custodian != grant.requester.facility
            ):
                raise NotFound("no such entry of this patient and facility")
            facts = entry.facts
            if status is EntryStatus.APPROVED and not grant.covers(
                entry.custodian, facts.document_class, facts.service_day, facts.confidentiality, facts.labels
            ):
                raise Refused(("no-consent",))
            entries[number] = FiledEntry(entry._replace(facts=facts._replace(status=status)), filing)

    def find(
        self, grant: Grant, period: Period, classes: Collection[DocumentClass] = frozenset()
    ) -> EntryLines:
        """Return covered approved entries, of some classes or all, newest day first, then by custodian."""
        rows = [
            _row(entry)
            for entry, _ in covered(self._transaction, grant)
            if period.start <= entry.facts.service_day <= period.end
            and (not classes or entry.facts.document_class in classes)
        ]
        rows.sort(key=lambda row: (-row[1], row[2], row[0]))
        return EntryLines(orjson.dumps(rows).decode(), orjson.loads)

    def get(self, grant: Grant, entry: EntryId) -> DocumentEntry:
        """Return one covered approved entry, or raise `NotFound`."""
        return _filed(self._transaction, grant, entry).entry

    def movements(self, grant: Grant) -> Sequence[Movement]:
        """Return every covered movement, whatever became of it, oldest day first."""
        return sorted(
            _movement(filed)
            for filed in covered(self._transaction, grant, frozenset(EntryStatus))
            if filed.entry.facts.key.data_kind in MOVEMENTS
        )


def _movement(filed: FiledEntry) -> Movement:
    (entry, filing), facts = filed, filed.entry.facts
    moment, department, ward, expected = told_of(filing.encounter, facts.department)
    return Movement(
        facts.service_day,
        facts.key.data_kind,
        entry.custodian,
        moment,
        storable(facts.key.version),
        facts.status,
        department,
        ward,
        expected,
    )


class MemoryFindingsIndex:
    """Keeps `FindingsIndex` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read in `transaction`."""
        self._transaction = transaction

    def observations(
        self,
        grant: Grant,
        period: Period,
        codes: frozenset[str],
        fronts: frozenset[str] = frozenset(),
        classes: frozenset[DocumentClass] = frozenset(),
        newest: int = 0,
    ) -> Sequence[DatedObservation]:
        """Return covered observations of the period's days, oldest first; empty sets mean all, as does 0."""
        first, last = bounds(period)
        found: list[tuple[int, int, int, DatedObservation]] = []
        for entry, filing in covered(self._transaction, grant):
            if classes and entry.facts.document_class not in classes:
                continue
            for sequence, seen in enumerate(filing.observations):
                moment, precision = moment_of(seen.observed_at, entry.facts.service_day)
                named = (not codes or seen.code.code in codes) and (
                    not fronts or seen.code.code[:ANALYTE] in fronts
                )
                if first <= moment <= last and named:
                    dated = DatedObservation(
                        entry.id,
                        entry.custodian,
                        entry.facts.service_day,
                        seen.code,
                        seen.value_text or seen.value,
                        seen.unit,
                        seen.reference_range,
                        seen.flag,
                        text_of(moment, precision),
                    )
                    found.append((moment, entry.id, sequence, dated))
        return [dated for *_, dated in sorted(found)[-newest:]]

    def newest_of_each(self, grant: Grant, fronts: frozenset[str], many: int) -> Sequence[DatedObservation]:
        """Return the newest so many of those that are called alike, oldest first."""
        called: Counter[tuple[object, ...]] = Counter()
        kept = []
        for one in reversed(self.observations(grant, ALWAYS, frozenset(), fronts)):
            called[key := (one.code, one.unit, one.reference_range)] += 1
            if called[key] <= many:
                kept.append(one)
        return kept[::-1]

    def medications(
        self, grant: Grant, period: Period, classes: frozenset[DocumentClass] = frozenset()
    ) -> Sequence[Issue]:
        """Return covered lines by service day and entry, in order written; empty `classes` mean all."""
        found = sorted(
            (entry.facts.service_day, entry.id, entry.custodian, entry.facts.document_class, filing)
            for entry, filing in covered(self._transaction, grant)
            if period.holds(entry.facts.service_day)
            and (not classes or entry.facts.document_class in classes)
        )
        return [
            Issue(
                *(number, custodian, day, word, said.drug, said.dose, said.unit, said.usage),
                *(said.quantity, said.start, said.days, said.kind, said.cancelled, said.usage_code),
            )
            for day, number, custodian, word, filing in found
            for said in map(supply_of, filing.medications)
        ]


class MemoryImagingIndex:
    """Keeps `ImagingIndex` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def register(
        self, grant: Grant, local_patient: int, instances: Sequence[tuple[ImagingInstance, ContentHash, int]]
    ) -> int:
        """Keep header facts under a PUBLISH grant; return how many were new."""
        must_be_own(self._transaction, grant, local_patient)
        facility = grant.requester.facility
        for instance, _, _ in instances:
            if not grant.covers(
                facility, DocumentClass.IMAGE, instance.study_day, Confidentiality.NORMAL, instance.labels
            ):
                raise Refused(("no-consent",))
        table = self._transaction.change("instances")
        before = len(table)
        marks = MemoryLabelMarks(self._transaction).of(local_patient)
        for instance, name, size in instances:
            filed = FiledInstance(local_patient, facility, marked_image(instance, marks), name, size)
            table.setdefault((local_patient, *instance[:3]), filed)
        return len(table) - before

    def studies(self, grant: Grant, period: Period) -> Sequence[ImagingStudy]:
        """Return covered studies, newest first."""
        must_allow(grant, Action.VIEW)
        studies: dict[tuple[int, FacilityCode, str, Day], list[ImagingInstance]] = {}
        for filed in self._covered(grant):
            header = filed.instance
            if period.start <= header.study_day <= period.end:
                key = (filed.local_patient, filed.custodian, header.study_instance_uid, header.study_day)
                studies.setdefault(key, []).append(header)
        made = [
            ImagingStudy(
                *key,
                max(one.accession_number for one in headers),
                max(one.study_description for one in headers),
                tuple(sorted({one.modality for one in headers})),
                len({one.series_instance_uid for one in headers}),
                len(headers),
            )
            for key, headers in studies.items()
        ]
        return sorted(made, key=lambda one: (-one.study_day, one.custodian, one.study_instance_uid))

    def instances(self, grant: Grant, study_instance_uid: str) -> Sequence[FiledInstance]:
        """Return covered instances by series and instance number."""
        found = [
            filed for filed in self._covered(grant) if filed.instance.study_instance_uid == study_instance_uid
        ]
        return sorted(found, key=_in_order)

    def study_entry(self, grant: Grant, image: FiledInstance) -> EntryId:
        """Return the newest entry of an image's study, 0 where there is none."""
        must_allow(grant, Action.VIEW)
        must_allow(grant, Action.VIEW)
        entries = (one.entry for one in self._transaction.tables.entries.values())
        study = (STUDY_KIND, image.instance.study_instance_uid)
        return max(
            (
                one.id
                for one in entries
                if one.local_patient == image.local_patient and one.facts.key[1:3] == study
            ),
            default=EntryId(0),
        )

    def standing(self, local_patient: int, hashes: Sequence[ContentHash]) -> set[ContentHash]:
        """Return those of `hashes` that are images of a local patient and not taken back."""
        hidden = self._hidden()
        return {
            one.content_hash
            for one in self._transaction.tables.instances.values()
            if one.local_patient == local_patient
            and one.content_hash in hashes
            and (local_patient, one.instance.study_instance_uid) not in hidden
        }

    def _covered(self, grant: Grant) -> Iterator[FiledInstance]:
        must_allow(grant, Action.VIEW, Action.PUBLISH)
        hidden = self._hidden() if grant.action is Action.VIEW else set()
        links = self._transaction.tables.links
        for filed in self._transaction.tables.instances.values():
            if (filed.local_patient, filed.instance.study_instance_uid) in hidden:
                continue
            if links[filed.local_patient].patient == grant.patient and grant.covers(
                filed.custodian,
                DocumentClass.IMAGE,
                filed.instance.study_day,
                Confidentiality.NORMAL,
                filed.instance.labels,
            ):
                yield filed

    def _hidden(self) -> set[tuple[int, str]]:
        """Name the studies whose entry was withdrawn."""
        statuses: dict[tuple[int, str], set[EntryStatus]] = {}
        for entry, _ in self._transaction.tables.entries.values():
            key = entry.facts.key
            if key.data_kind == STUDY_KIND:
                statuses.setdefault((entry.local_patient, key.order_number), set()).add(entry.facts.status)
        return {
            study
            for study, found in statuses.items()
            if EntryStatus.WITHDRAWN in found and EntryStatus.APPROVED not in found
        }


class MemoryFiledDocuments:
    """Keeps `Repository` in memory."""

    def __init__(self, transaction: MemoryTransaction, objects: ObjectStore, unpacker: Unpacker) -> None:
        """Read in `transaction`; large documents are in `objects`."""
        self._transaction = transaction
        self._objects = objects
        self._unpacker = unpacker

    def retrieve(self, grant: Grant, entry: DocumentEntry) -> bytes:
        """Return the original bytes of a covered entry, their hash checked."""
        must_allow(grant, Action.VIEW)
        filing = _filed(self._transaction, grant, entry.id).filing
        if filing.packed:
            content = self._unpacker.unpack(Packed(filing.packed, filing.dictionary))
        else:
            content = large(self._objects, filing.content_hash)
        return checked(content, filing.content_hash)

    def unreferenced(self, names: Sequence[ContentHash]) -> set[ContentHash]:
        """Return those to which no entry and no image points."""
        tables = self._transaction.tables
        kept = {entry.content_hash for entry, _ in tables.entries.values()}
        return set(names) - kept - {filed.content_hash for filed in tables.instances.values()}


def _filed(transaction: MemoryTransaction, grant: Grant, number: EntryId) -> FiledEntry:
    for filed in covered(transaction, grant):
        if filed.entry.id == number:
            return filed
    raise NotFound("no such entry")


def _row(entry: DocumentEntry) -> tuple[int, int, str, int, str, int, int, str, str]:
    facts = entry.facts
    return (
        entry.id,
        facts.service_day,
        entry.custodian,
        DOCUMENT_CLASSES.index(facts.document_class),
        facts.key.data_kind,
        facts.item_count,
        facts.abnormal_count,
        facts.link,
        facts.department,
    )


def _in_order(filed: FiledInstance) -> tuple[int, str, int, str]:
    header = filed.instance
    return (
        header.series_number,
        header.series_instance_uid,
        header.instance_number,
        header.sop_instance_uid,
    )
