"""What came in of many persons, in memory: entry by entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consent.grant import Grant
from consent.model import ConsentEvent, decisions_of
from hie.exchange.ports import MOVEMENTS, Movement
from hie.exchange.ports.news import Arrived, Numbered
from hie.exchange.records.looks import untold
from hie.record.entry import DocumentClass, DocumentEntry, EntryStatus
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.times import UNKNOWN_DAY, Day, Period
from hie.store.codes import CLASS_CODES
from hie.store.memory_documents import covered
from hie.store.memory_tables import MemoryTransaction
from hie.store.movements import told_of
from hie.store.reach import reaches
from hie.store.storable import storable
from ssmix2.documentkind import REFERRAL


class MemoryNewsIndex:
    """Keeps `NewsIndex` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read in `transaction`."""
        self._transaction = transaction

    def mine(self, account: str, facility: FacilityCode, now: int, limit: int) -> Sequence[PatientId]:
        """Return candidates for "my patients", those last whom this person never looked at."""
        tables = self._transaction.tables
        links = tables.links.values()
        found = {link.patient for link in links if link.patient and link.local.facility == facility}
        logs: dict[PatientId, list[ConsentEvent]] = {}
        for event in tables.consents.values():
            logs.setdefault(event.patient, []).append(event)
        for patient, log in logs.items():
            ours = (one for one in reaches(decisions_of(log)) if one.recipient == facility)
            if any(one.starts_at <= now < one.ends_at for one in ours):
                found.add(patient)

        def last(patient: PatientId) -> tuple[int, PatientId]:
            look = tables.looks.get((account, patient))
            return -(look.at if look else 0), patient

        return sorted(found, key=last)[:limit]

    def arrived(
        self, grants: Sequence[Grant], account: str, period: Period, fresh_from: Day
    ) -> Mapping[PatientId, Sequence[Arrived]]:
        """Tell what the grants cover, by person."""
        answers = {grant.patient: self._of_one(grant, account, period, fresh_from) for grant in grants}
        return {patient: some for patient, some in answers.items() if some}

    def _of_one(self, grant: Grant, account: str, period: Period, fresh_from: Day) -> list[Arrived]:
        look = self._transaction.tables.looks.get((account, grant.patient))
        told = untold(look, fresh_from)
        alike: dict[tuple[FacilityCode, int, bool, DocumentClass], list[DocumentEntry]] = {}
        for entry, _ in covered(self._transaction, grant):
            facts = entry.facts
            if period.start <= facts.service_day <= period.end:
                word = facts.document_class
                referral = word is DocumentClass.DOCUMENT and REFERRAL in facts.key.data_kind
                alike.setdefault((entry.custodian, CLASS_CODES[word], referral, word), []).append(entry)
        found = []
        for (custodian, _, referral, word), some in sorted(alike.items()):
            new = [one for one in some if told.holds(one.id, one.facts.service_day)]
            found.append(
                Arrived(
                    custodian,
                    word,
                    referral,
                    len(new),
                    sum(one.facts.abnormal_count for one in new),
                    max((one.id for one in new), default=0),
                    max((one.facts.service_day for one in new), default=UNKNOWN_DAY),
                    max(one.facts.service_day for one in some),
                )
            )
        return found

    def moves(self, grants: Sequence[Grant], since: Day) -> Mapping[PatientId, Sequence[Numbered]]:
        """Return covered movements, in whatever state, by person."""
        found: dict[PatientId, list[Numbered]] = {}
        for grant in grants:
            for entry, filing in covered(self._transaction, grant, frozenset(EntryStatus)):
                key, day = entry.facts.key, entry.facts.service_day
                if key.data_kind in MOVEMENTS and day >= since:
                    moment, *where = told_of(filing.encounter, entry.facts.department)
                    version, status = storable(key.version), entry.facts.status
                    what = Movement(day, key.data_kind, entry.custodian, moment, version, status, *where)
                    found.setdefault(grant.patient, []).append(Numbered(entry.id, what))
        return {patient: sorted(some) for patient, some in found.items()}

    def later(self, grant: Grant, entry: int) -> bool:
        """Say whether the grant covers an approved entry with a greater number than this."""
        return any(filed.entry.id > entry for filed in covered(self._transaction, grant))
