"""Invitations in SQL."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import Invitation, Outcome
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Role
from hie.store.lines import Row
from hie.store.storable import storable
from hie.store.transaction import Transaction

_NAMES = (
    *("id", "secret", "name", "facility", "role", "number", "handed", "patient", "replaces", "invited_by"),
    *("invited_at", "expires_at", "attempts", "account", "accepted_at", "terms", "outcome", "decided_by"),
    *("decided_at", "relation", "ends_at"),
)
_COLUMNS = ", ".join(_NAMES)
_KEEP = (
    f"insert into invitation ({_COLUMNS}) values ({', '.join('?' * len(_NAMES))})"
    f" on conflict (id) do update set {', '.join(f'{name} = excluded.{name}' for name in _NAMES[1:])}"
)
_ONE = f"select {_COLUMNS} from invitation where "
_SINCE = f"select {_COLUMNS} from invitation where (outcome = '' or invited_at >= ?)"
_NEWEST = " order by invited_at desc, id"


class SqlInvitations:
    """Keeps `Invitations` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def keep(self, invitation: Invitation) -> None:
        """Add an invitation, or replace what is known of it."""
        kept = invitation._replace(
            name=storable(invitation.name),
            number=storable(invitation.number),
        )
        row = (*kept[:4], kept.role.value, *kept[5:16], kept.outcome.value, *kept[17:])
        self._transaction.execute(_KEEP, row)

    def find(self, secret: bytes) -> Invitation | None:
        """Return the one with this hash; in a unit of work that writes, nobody else changes it meanwhile."""
        return self._one("secret = ? and secret <> ?", (secret, b""))

    def get(self, invitation: str) -> Invitation | None:
        """Return one by its id, held as by `find`."""
        return self._one("id = ?", (storable(invitation),))

    def since(self, at: int, facility: FacilityCode | None = None) -> Sequence[Invitation]:
        """Return those not decided and those invited at `at` or later, of a facility or all; newest first."""
        read = self._transaction.read
        if facility is None:
            rows = read(f"{_SINCE}{_NEWEST}", (at,)).fetchall()
        else:
            rows = read(f"{_SINCE} and facility = ?{_NEWEST}", (at, facility)).fetchall()
        return [_invitation(row) for row in rows]

    def _one(self, which: str, values: tuple[object, ...]) -> Invitation | None:
        row = self._transaction.read(f"{_ONE}{which}{self._transaction.held}", values).fetchone()
        return None if row is None else _invitation(row)


def _invitation(row: Row) -> Invitation:
    read = Invitation._make(row)
    return read._replace(
        secret=bytes(read.secret),
        facility=FacilityCode(read.facility),
        role=Role(read.role),
        patient=PatientId(read.patient),
        outcome=Outcome(read.outcome),
    )
