"""Registrations of the consent desk and their scans, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import MOST_REGISTRATIONS, Registration, RegistrationState, Scan, ScanPage
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.store.evidence import MOST_PAGES
from hie.store.memory_tables import MemoryTransaction


class MemoryRegistrations:
    """Keeps `Registrations` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, registration: Registration) -> bool:
        """Keep a new one; say no where its id is taken."""
        kept = self._transaction.change("registrations")
        if registration.id in kept:
            return False
        kept[registration.id] = registration
        return True

    def find(self, number: str) -> Registration | None:
        """Return the one with this id."""
        return self._transaction.tables.registrations.get(number)

    def replace(self, registration: Registration, version: int) -> bool:
        """Put in the place of the one with this id and version; say whether it was there."""
        kept = self._transaction.change("registrations")
        found = kept.get(registration.id)
        if found is None or found.version != version:
            return False
        kept[registration.id] = registration
        return True

    def lines(
        self,
        states: Sequence[RegistrationState],
        facility: FacilityCode | None = None,
        limit: int = MOST_REGISTRATIONS,
    ) -> Sequence[Registration]:
        """Return those in these states that are a facility's business, or everybody's; oldest first."""
        return [
            one
            for one in self._all()
            if one.state in states and (facility is None or facility in one.facilities)
        ][:limit]

    def about(self, patient: PatientId) -> Sequence[Registration]:
        """Return those about a person, oldest first."""
        return [one for one in self._all() if patient and one.proposal.patient == patient]

    def of_batch(self, batch: str) -> Sequence[Registration]:
        """Return those that came in one list, by id."""
        return sorted(one for one in self._all() if batch and one.batch == batch)

    def _all(self) -> list[Registration]:
        kept = self._transaction.tables.registrations.values()
        return sorted(kept, key=lambda one: (one.proposed_at, one.id))


class MemoryEvidence:
    """Keeps `Evidence` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def keep(self, scan: Scan, content: bytes) -> None:
        """Keep a file under its digest; the same file twice is kept once."""
        self._transaction.change("evidence").setdefault(scan.digest, (scan, content))

    def scan(self, digest: str) -> Scan | None:
        """Return what is known of a file."""
        found = self._transaction.tables.evidence.get(digest)
        return found[0] if found else None

    def content(self, digest: str) -> bytes:
        """Return a file's bytes, or raise `NotFound`."""
        found = self._transaction.tables.evidence.get(digest)
        if found is None:
            raise NotFound("no such scan")
        return found[1]

    def file(self, page: ScanPage, instead_of: str | None = None) -> None:
        """Lay a page with a registration or in the tray; where it lay before, it does not any more."""
        kept = self._transaction.change("evidence_pages")
        if instead_of is not None and instead_of != page.registration:
            kept.pop((instead_of, page.digest, page.page), None)
        kept.setdefault(page[:3], page)

    def pages(self, registration: str) -> Sequence[ScanPage]:
        """Return the pages of a registration, in the order in which they were filed."""
        return [one for one in self._all() if registration and one.registration == registration][:MOST_PAGES]

    def tray(self, facility: FacilityCode | None = None) -> Sequence[ScanPage]:
        """Return what lies in the tray of a facility, or in all; oldest first."""
        found = [one for one in self._all() if not one.registration and facility in {None, one.facility}]
        return found[:MOST_PAGES]

    def _all(self) -> list[ScanPage]:
        kept = self._transaction.tables.evidence_pages.values()
        return sorted(kept, key=lambda one: (one.filed_at, one.digest, one.page))
