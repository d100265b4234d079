"""The log of members in SQL, and what it says, made once for each state of the log."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Sequence

from consent.model import NO_REGION, Region
from hie.exchange.ports import MembershipEvent, MembershipKind
from hie.exchange.roster.membership import region_of
from hie.record.identifiers import FacilityCode
from hie.store.lines import Row
from hie.store.storable import storable
from hie.store.transaction import Transaction

_COLUMNS = "sequence, facility, kind, at, recorded_at, recorded_by, evidence"
_ALL = f"select {_COLUMNS} from membership_event order by sequence"
_OF = f"select {_COLUMNS} from membership_event where facility = ? order by sequence"
_VERSION = "select value from counter where name = 'region'"


class KnownRegion:
    """The region as one process last read it; a whole value is replaced, so that threads share it."""

    def __init__(self) -> None:
        """Know nobody yet."""
        self.region: Region = NO_REGION


class SqlMemberships:
    """Keeps `Memberships` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction, known: KnownRegion) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction
        self._known = known
        self._changed = False

    def record(self, event: MembershipEvent) -> MembershipEvent:
        """Append; sequences grow in commit order, because writers queue at the counter."""
        kept = event._replace(
            sequence=self._transaction.next_number("consent"),
            recorded_by=storable(event.recorded_by),
            evidence=storable(event.evidence),
        )
        self._transaction.next_number("region")
        self._transaction.execute(
            f"insert into membership_event ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)",
            (kept.sequence, kept.facility, kept.kind.value, *kept[3:]),
        )
        self._changed = True
        return kept

    def events(self, facility: FacilityCode | None = None) -> Sequence[MembershipEvent]:
        """Return the log of a facility, or of all, in order."""
        read = self._transaction.read
        rows = (read(_ALL) if facility is None else read(_OF, (facility,))).fetchall()
        return [_event(row) for row in rows]

    def region(self) -> Region:
        """Return what the log says.

        The version is read before the log: what is committed between the two is in the region under
        the version before it, and read again. What this transaction wrote may be rolled back: only
        who has written nothing here leaves it to others.
        """
        row = self._transaction.read(_VERSION).fetchone()
        version = int(row[0]) if row else 0
        known = self._known.region
        if known.version != version:
            known = region_of(self.events(), version)
            if not self._changed:
                self._known.region = known
        return known


def _event(row: Row) -> MembershipEvent:
    sequence, facility, kind, *rest = row
    return MembershipEvent(sequence, FacilityCode(facility), MembershipKind(kind), *rest)
