"""The registry in SQL: what is filed waits in memory and is written in bulk before it is asked for."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

import orjson

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports import MOVEMENTS, EntryLines, Filing, Known, Movement
from hie.exchange.ports.labels import marked
from hie.record.clinical import Coding, MedicationRequest, Observation
from hie.record.entry import DocumentClass, DocumentEntry, EntryKey, EntryStatus
from hie.record.errors import NotFound, Refused
from hie.record.identifiers import ContentHash, EntryId, FacilityCode
from hie.record.supply import supply_of
from hie.record.times import Day, Period
from hie.store.asking import decided_at, must_allow
from hie.store.codes import (
    APPROVED,
    CLASS_CODES,
    CLASSES,
    CONFIDENTIALITIES,
    FORMAT_CODES,
    STATUS_CODES,
    STATUSES,
)
from hie.store.concepts import Concepts
from hie.store.entry_rows import COLUMNS, entry_of
from hie.store.labels import marks_of
from hie.store.lines import Row
from hie.store.maintenance import STUDY_KIND, hide_images, set_status, show_images
from hie.store.moments import moment_of
from hie.store.movements import told_of
from hie.store.passages import heading, packed
from hie.store.scope_sql import predicate
from hie.store.storable import storable
from hie.store.tables import entry, medication, movement, observation, passage, small_document
from hie.store.transaction import Transaction

MOST_WAITING = 5_000
"""Filings kept in memory before they are written, however long the transaction."""

_KNOWN = (
    "select care_date, data_kind, order_number, version, id, status, content_hash"
    " from entry where local_patient = ? order by service_day, id"
)
_OF_AN_OBSERVATION = itemgetter(
    *map(
        Observation._fields.index,
        ("code", "value", "value_text", "unit", "reference_range", "flag", "observed_at"),
    )
)
"""Seven fields at once, in C: this runs for every result of a first load."""
_OWN = "select 1 from local_patient where id = ? and facility = ? and patient = ?"
# One row, which the database writes itself: to fetch each value of each line took twice as long as
# to find them, and the driver let go of the interpreter between any two.
_FIND = (
    "select group_concat(line, ',') from (select cast(json_array(e.id, e.service_day, l.facility,"
    " e.class_code, e.data_kind, e.item_count, e.abnormal_count, e.link, e.department) as text) as line"
    " from local_patient l join entry e on e.local_patient = l.id"
    f" where l.patient = ? and e.status = {APPROVED} and e.service_day between ? and ? and "
)
_NEWEST_FIRST = " order by e.service_day desc, l.facility, e.id) as found"
_GET = (
    f"select {COLUMNS} from entry e join local_patient l on l.id = e.local_patient"
    f" where e.id = ? and l.patient = ? and e.status = {APPROVED} and "
)
_MOVEMENTS = (
    "select e.service_day, e.data_kind, l.facility, e.moment, e.version, e.status, e.department, e.ward,"
    " e.expected from local_patient l join movement e on e.local_patient = l.id where l.patient = ? and "
)
_AMENDED = (
    "select e.local_patient, e.service_day, l.facility, e.class_code, e.confidentiality, e.labels,"
    " e.data_kind, e.order_number from entry e join local_patient l on l.id = e.local_patient"
    " where e.id = ? and l.patient = ? and l.facility = ?"
)


class _Waiting(NamedTuple):
    local_patient: int
    registered_at: int
    filings: Sequence[Filing]


class SqlRegistry:
    """Keeps `Registry` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction, concepts: Concepts) -> None:
        """Write in `transaction`."""
        self._transaction = transaction
        self._concepts = concepts
        self._waiting: list[_Waiting] = []
        self._waiting_for: set[int] = set()
        self._count = 0

    def known(self, local_patient: int) -> Mapping[EntryKey, Sequence[Known]]:
        """Return all entries of a local patient by key: one range of the clustered table."""
        if local_patient in self._waiting_for:
            self.flush()
        found: dict[EntryKey, list[Known]] = {}
        rows = self._transaction.read(_KNOWN, (local_patient,)).fetchall()
        for care_date, data_kind, order_number, version, number, status, name in rows:
            key = EntryKey(care_date, data_kind, order_number, version)
            known = Known(EntryId(number), STATUSES[status], ContentHash(name))
            found.setdefault(key, []).append(known)
        return found

    def register(self, grant: Grant, local_patient: int, filings: Sequence[Filing]) -> int:
        """Take filings that the grant covers; they are written before anybody can ask for them."""
        must_allow(grant, Action.PUBLISH)
        facility = grant.requester.facility
        # Held until the commit: who marks a document meanwhile waits, and finds what is filed here.
        own = f"{_OWN}{self._transaction.held}"
        if self._transaction.read(own, (local_patient, facility, grant.patient)).fetchone() is None:
            raise Refused(("no-consent",))
        covers = grant.covers
        for filing in filings:
            facts = filing.facts
            if not covers(
                facility, facts.document_class, facts.service_day, facts.confidentiality, facts.labels
            ):
                raise Refused(("no-consent",))
        self._waiting.append(_Waiting(local_patient, decided_at(grant), self._marked(local_patient, filings)))
        self._waiting_for.add(local_patient)
        self._count += len(filings)
        if self._count >= MOST_WAITING:
            self.flush()
        return len(filings)

    def _marked(self, local_patient: int, filings: Sequence[Filing]) -> Sequence[Filing]:
        """Let a new version bear the labels that were put on the document by hand."""
        marks = marks_of(self._transaction, local_patient)
        return marked(filings, marks) if marks else filings

    def amend(self, grant: Grant, statuses: Mapping[EntryId, EntryStatus]) -> None:
        """Change the status of entries of the grant's patient, and of their findings."""
        must_allow(grant, Action.PUBLISH)
        facility = grant.requester.facility
        for number, status in statuses.items():
            row = self._transaction.execute(_AMENDED, (number, grant.patient, facility)).fetchone()
            if row is None:
                raise NotFound("no such entry of this patient and facility")
            local_patient, day, custodian, class_code, confidentiality, labels, kind, study = row
            if status is EntryStatus.APPROVED and not grant.covers(
                custodian, CLASSES[class_code], day, CONFIDENTIALITIES[confidentiality], labels
            ):
                raise Refused(("no-consent",))
            set_status(self._transaction, local_patient, day, number, STATUS_CODES[status])
            if kind == STUDY_KIND and status is EntryStatus.APPROVED:
                show_images(self._transaction, local_patient, [study])
            elif kind == STUDY_KIND and status is EntryStatus.WITHDRAWN:
                hide_images(self._transaction, local_patient, [study])

    def find(
        self, grant: Grant, period: Period, classes: Collection[DocumentClass] = frozenset()
    ) -> EntryLines:
        """Return covered approved entries, of some classes or all, newest day first, then by custodian."""
        must_allow(grant, Action.VIEW)
        self.flush()
        gate = predicate(grant.opened, grant.closed)
        named = f" and e.class_code in ({', '.join('?' * len(classes))})" if classes else ""
        codes = sorted(CLASS_CODES[one] for one in classes) if classes else ()
        found = self._transaction.read(
            f"{_FIND}{gate.text}{named}{_NEWEST_FIRST}",
            (grant.patient, period.start, period.end, *gate.parameters, *codes),
        ).fetchone()
        return EntryLines(f"[{(found and found[0]) or ''}]", orjson.loads)

    def get(self, grant: Grant, entry: EntryId) -> DocumentEntry:
        """Return one covered approved entry, or raise `NotFound`."""
        must_allow(grant, Action.VIEW)
        self.flush()
        gate = predicate(grant.opened, grant.closed)
        row = self._transaction.read(_GET + gate.text, (entry, grant.patient, *gate.parameters)).fetchone()
        if row is None:
            raise NotFound("no such entry")
        return entry_of(row)

    def movements(self, grant: Grant) -> Sequence[Movement]:
        """Return every covered movement, whatever became of it, oldest day first."""
        must_allow(grant, Action.VIEW)
        self.flush()
        gate = predicate(grant.opened, grant.closed)
        rows = self._transaction.read(_MOVEMENTS + gate.text, (grant.patient, *gate.parameters)).fetchall()
        return sorted(
            Movement(Day(day), kind, FacilityCode(facility), moment, version, STATUSES[status], *where)
            for day, kind, facility, moment, version, status, *where in rows
        )

    # --- writing ---

    def forget(self) -> None:
        """Drop what waits."""
        self._waiting, self._count = [], 0
        self._waiting_for.clear()

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        waiting, count = self._waiting, self._count
        self.forget()
        first = self._transaction.next_number("entry", count)
        rows = _Rows(first, self._concepts)
        for batch in waiting:
            rows.add(*batch)
        insert = self._transaction.line.insert
        insert(entry, rows.entries)
        if rows.documents:
            insert(small_document, rows.documents)
        if rows.observations:
            insert(observation, rows.observations)
        if rows.medications:
            insert(medication, rows.medications)
        if rows.movements:
            insert(movement, rows.movements)
        if rows.passages:
            insert(passage, rows.passages)


class _Rows:
    """Rows of one flush. This is built millions of times in a first load: keep it lean."""

    def __init__(self, first: int, concepts: Concepts) -> None:
        self._next = first
        self._concepts = concepts
        self.entries: list[Row] = []
        self.documents: list[Row] = []
        self.observations: list[Row] = []
        self.medications: list[Row] = []
        self.movements: list[Row] = []
        self.passages: list[Row] = []

    def add(self, local_patient: int, registered_at: int, filings: Sequence[Filing]) -> None:
        number = self._next
        add_entry = self.entries.append
        for filing in filings:
            facts, form, name, size, body, dictionary, observations, medications, encounter, text = filing
            (care_date, kind, order, version), word, day, department, status, level = facts[:6]
            items, abnormal, link, labels = facts[6:]
            class_code, secrecy, status_code = CLASS_CODES[word], int(level), STATUS_CODES[status]
            add_entry(
                (
                    local_patient,
                    day,
                    number,
                    class_code,
                    kind,
                    care_date,
                    order,
                    version,
                    department,
                    status_code,
                    secrecy,
                    labels,
                    items,
                    abnormal,
                    storable(link) if link else "",
                    FORMAT_CODES[form],
                    name,
                    size,
                    registered_at,
                )
            )
            if kind in MOVEMENTS:
                gate = (class_code, secrecy, labels, status_code)
                told = told_of(encounter, department)
                self.movements.append((local_patient, day, number, kind, *gate, storable(version), *told))
            if body:
                self.documents.append((number, dictionary, body))
            if text:
                gate = (class_code, secrecy, labels, status_code)
                words = (*heading(text), storable(text.folded), packed(text.written))
                self.passages.append((local_patient, day, number, *gate, kind, *words))
            if observations:
                self._observed(
                    local_patient, number, (day, class_code, secrecy, labels, status_code), observations
                )
            if medications:
                key = (local_patient, day, number)
                self._prescribed(key, (class_code, secrecy, labels, status_code), medications)
            number += 1
        self._next = number

    def _observed(
        self,
        local_patient: int,
        number: int,
        gate: tuple[int, int, int, int, int],
        observations: Sequence[Observation],
    ) -> None:
        day, class_code, level, labels, status = gate
        known, concept_of = self._concepts.known, self._concepts.number
        add = self.observations.append
        last = None
        moment = precision = 0
        for sequence, seen in enumerate(map(_OF_AN_OBSERVATION, observations)):
            code, value, shown, unit, reference_range, flag, observed_at = seen
            if observed_at != last:
                moment, precision = moment_of(observed_at, Day(day))
                last = observed_at
            if shown is value:
                shown = ""
            if "\0" in value or "\0" in shown or "\0" in flag:
                value, shown, flag = storable(value), storable(shown), storable(flag)
            add(
                (
                    local_patient,
                    moment,
                    number,
                    sequence,
                    precision,
                    day,
                    class_code,
                    level,
                    labels,
                    status,
                    known.get((code, unit, reference_range)) or concept_of(code, unit, reference_range),
                    value,
                    "" if shown == value else shown,
                    flag,
                )
            )

    def _prescribed(
        self,
        key: tuple[int, int, int],
        gate: tuple[int, int, int, int],
        medications: Sequence[MedicationRequest],
    ) -> None:
        known, concept_of = self._concepts.known, self._concepts.number
        for sequence, supply in enumerate(map(supply_of, medications)):
            drug, unit, dose, usage, quantity, *when, usage_code = supply
            how = Coding(usage_code, usage)
            if "\0" in dose or "\0" in quantity:
                dose, quantity = storable(dose), storable(quantity)
            self.medications.append(
                (
                    *key,
                    sequence,
                    *gate,
                    known.get((drug, unit, "")) or concept_of(drug, unit, ""),
                    (known.get((how, "", "")) or concept_of(how, "", "")) if usage or usage_code else 0,
                    *when,
                    dose,
                    quantity,
                )
            )
