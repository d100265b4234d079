"""The directory of facilities and the log of members in memory."""

from __future__ import annotations

from collections.abc import Sequence

from consent.model import Region
from hie.exchange.ports import MembershipEvent, MembershipKind
from hie.exchange.roster.membership import region_of
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility
from hie.store.memory_tables import MemoryTransaction
from hie.store.storable import storable


class MemoryMemberships:
    """Keeps `Memberships` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def record(self, event: MembershipEvent) -> MembershipEvent:
        """Append; return it with its sequence."""
        log = self._transaction.change("memberships")
        kept = event._replace(
            sequence=self._transaction.next_decision(),
            recorded_by=storable(event.recorded_by),
            evidence=storable(event.evidence),
        )
        log[kept.sequence] = kept
        return kept

    def events(self, facility: FacilityCode | None = None) -> Sequence[MembershipEvent]:
        """Return the log of a facility, or of all, in order."""
        log = self._transaction.tables.memberships.values()
        return [event for event in log if facility in {None, event.facility}]


class MemoryDirectory:
    """Keeps `Directory` in memory."""

    def __init__(self, transaction: MemoryTransaction, memberships: MemoryMemberships) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction
        self._memberships = memberships

    def add(self, facility: Facility, at: int = 0) -> None:
        """Add a facility, or replace the one with the same code; who never took part does from `at` on."""
        self._transaction.change("facilities")[facility.code] = facility
        if not self._memberships.events(facility.code):
            joined = MembershipEvent(0, facility.code, MembershipKind.JOINED, at, at, "", "")
            self._memberships.record(joined)

    def all(self) -> Sequence[Facility]:
        """Return all, by code, also those that left."""
        return sorted(self._transaction.tables.facilities.values(), key=lambda facility: facility.code)

    def region(self) -> Region:
        """Return who takes part and took part, as the log says."""
        log = self._memberships.events()
        return region_of(log, len(log))
