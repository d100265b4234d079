"""Registrations of the consent desk in SQL: one row each, replaced only by who saw its last version."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Sequence

import orjson

from hie.exchange.ports import MOST_REGISTRATIONS, Registration, RegistrationState
from hie.record.identifiers import FacilityCode, PatientId
from hie.store.lines import Row
from hie.store.registration_rows import read, written
from hie.store.storable import storable
from hie.store.transaction import Transaction

_COLUMNS = (
    "id, state, facility, patient, facilities, version, writers, written_by, proposed_at, decided_at,"
    " decided_by, decider, reason, position, batch, content"
)
_INSERT = (
    f"insert into registration ({_COLUMNS}) values ({', '.join('?' * 16)})"
    " on conflict (id) do nothing returning id"
)
_REPLACE = (
    f"update registration set {', '.join(f'{name.strip()} = ?' for name in _COLUMNS.split(',')[1:])}"
    " where id = ? and version = ?"
)
_ORDER = " order by proposed_at, id"


class SqlRegistrations:
    """Keeps `Registrations` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, registration: Registration) -> bool:
        """Keep a new one; say no where its id is taken."""
        return self._transaction.execute(_INSERT, _row(registration)).fetchone() is not None

    def find(self, number: str) -> Registration | None:
        """Return the one with this id."""
        found = self._found("id = ?", (storable(number),))
        return found[0] if found else None

    def replace(self, registration: Registration, version: int) -> bool:
        """Put in the place of the one with this id and version; say whether it was there."""
        number, *rest = _row(registration)
        return self._transaction.execute(_REPLACE, (*rest, number, version)).rowcount == 1

    def lines(
        self,
        states: Sequence[RegistrationState],
        facility: FacilityCode | None = None,
        limit: int = MOST_REGISTRATIONS,
    ) -> Sequence[Registration]:
        """Return those in these states that are a facility's business, or everybody's; oldest first."""
        marks = ", ".join("?" * len(states))
        where, values = f"state in ({marks})", [state.value for state in states]
        if facility is not None:
            where += " and facilities like ?"
            values.append(f"%,{facility},%")
        return self._found(where, values, f" limit {int(limit)}")

    def about(self, patient: PatientId) -> Sequence[Registration]:
        """Return those about a person, oldest first."""
        return self._found("patient = ?", (patient,)) if patient else []

    def of_batch(self, batch: str) -> Sequence[Registration]:
        """Return those that came in one list, by id."""
        return sorted(self._found("batch = ?", (storable(batch),))) if batch else []

    def _found(self, where: str, values: Sequence[object], limit: str = "") -> list[Registration]:
        rows = self._transaction.read(
            f"select {_COLUMNS} from registration where {where}{_ORDER}{limit}", tuple(values)
        ).fetchall()
        return [_registration(row) for row in rows]


def _row(one: Registration) -> tuple[object, ...]:
    return (
        one.id,
        one.state.value,
        one.facility,
        one.proposal.patient,
        f",{','.join(sorted(one.facilities))},",
        one.version,
        orjson.dumps(one.writers).decode(),
        storable(one.written_by),
        one.proposed_at,
        one.decided_at,
        one.decided_by,
        storable(one.decider),
        storable(one.reason),
        one.position,
        one.batch,
        written(one.proposal),
    )


def _registration(row: Row) -> Registration:
    number, state, facility, _, _, version, writers, *rest, content = row
    return Registration(
        number,
        RegistrationState(state),
        FacilityCode(facility),
        read(content),
        version,
        tuple(orjson.loads(writers)),
        *rest,
    )
