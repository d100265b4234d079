"""Browsers in SQL, and who is familiar to them."""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import Account, Device, Familiar
from hie.record.errors import Invalid
from hie.store.accounts import ACCOUNT, account_of
from hie.store.lines import Row
from hie.store.storable import storable
from hie.store.transaction import Transaction

YEAR = 366 * 24 * 3_600_000
"""Milliseconds after which a browser is forgotten: its cookie is over by then."""
_DEVICE = "d.id, d.token_hash, d.name, d.registered_at, d.seen_at, d.stopped_at, d.shared"
_WIDTH = 7
_KEEP = (
    "insert into device (id, token_hash, name, registered_at, seen_at, stopped_at, shared)"
    " values (?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set token_hash = excluded.token_hash,"
    " name = excluded.name, seen_at = excluded.seen_at, stopped_at = excluded.stopped_at,"
    " shared = excluded.shared"
)
_GREET = (
    "insert into familiar (device, account, mark, first_at, seen_at, remembered) values (?, ?, ?, ?, ?, ?)"
    " on conflict (device, account) do update set mark = excluded.mark, seen_at = excluded.seen_at,"
    " remembered = excluded.remembered"
)
_FAMILIAR = (
    f"select {_DEVICE}, f.device, f.account, f.mark, f.first_at, f.seen_at, f.remembered, {ACCOUNT}"  # noqa: S608
    " from familiar f join device d on d.id = f.device join account a on a.id = f.account"
)
_ORDER = "order by f.seen_at desc, f.device, f.account"


class SqlDevices:
    """Keeps `Devices` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def keep(self, device: Device) -> None:
        """Add a browser, or replace what is known of it; forget those unseen for a year."""
        long_ago = (device.seen_at - YEAR,)
        for table, column in (("familiar", "device"), ("session", "device"), ("device", "id")):
            self._transaction.execute(
                f"delete from {table} where {column} in (select id from device where seen_at < ?)",  # noqa: S608
                long_ago,
            )
        row = (device.id, device.token_hash, storable(device.name), *device[3:6], int(device.shared))
        self._transaction.execute(_KEEP, row)

    def find(self, token_hash: bytes) -> Device | None:
        """Return the browser that shows this token."""
        return self._one("token_hash", token_hash)

    def get(self, device: str) -> Device | None:
        """Return a browser by its id."""
        return self._one("id", device)

    def greet(self, familiar: Familiar) -> None:
        """Remember that a person signed in there, or replace what is remembered."""
        self._transaction.execute(_GREET, (*familiar[:5], int(familiar.remembered)))

    def forget(self, device: str, account: str) -> None:
        """Make a person unfamiliar to a browser."""
        self._transaction.execute("delete from familiar where device = ? and account = ?", (device, account))

    def familiar(self, device: str = "", account: str = "") -> Sequence[tuple[Device, Familiar, Account]]:
        """Return who is familiar to a browser, or the browsers of a person, last seen first."""
        given = [(name, value) for name, value in (("device", device), ("account", account)) if value]
        if not given:
            raise Invalid("whose browsers is not said")
        which = " and ".join(f"f.{name} = ?" for name, _ in given)
        rows = self._transaction.read(f"{_FAMILIAR} where {which} {_ORDER}", [value for _, value in given])
        return [_known(row) for row in rows.fetchall()]

    def _one(self, column: str, value: object) -> Device | None:
        statement = f"select {_DEVICE} from device d where d.{column} = ?"  # noqa: S608
        row = self._transaction.read(statement, (value,)).fetchone()
        return None if row is None else _device(row)


def _device(row: Row) -> Device:
    number, token_hash, name, registered_at, seen_at, stopped_at, shared = row
    return Device(number, bytes(token_hash), name, registered_at, seen_at, stopped_at, bool(shared))


def _known(row: Row) -> tuple[Device, Familiar, Account]:
    device, account, mark, first_at, seen_at, remembered = row[_WIDTH : _WIDTH + 6]
    known = Familiar(device, account, bytes(mark), first_at, seen_at, bool(remembered))
    return _device(row[:_WIDTH]), known, account_of(row[_WIDTH + 6 :])
