"""Passkeys, authenticator secrets and codes on paper, in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import Account, OneTimeSecret, Passkey, RecoveryCode
from hie.record.errors import Unavailable
from hie.store.accounts import ACCOUNT, account_of
from hie.store.lines import Row
from hie.store.storable import storable
from hie.store.transaction import Transaction

_PASSKEY = (
    "p.id, p.account, p.name, p.public_key, p.sign_count, p.transports, p.device, p.added_at, p.used_at"
)
_WIDTH = 9
_KEEP_PASSKEY = (
    "insert into passkey (id, account, name, public_key, sign_count, transports, device, added_at, used_at)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set name = excluded.name,"
    " sign_count = excluded.sign_count, used_at = excluded.used_at"
)
_FIND_PASSKEY = (
    f"select {_PASSKEY}, {ACCOUNT} from passkey p join account a on a.id = p.account where p.id = ?"  # noqa: S608
)
_PASSKEYS = f"select {_PASSKEY} from passkey p where p.account = ? order by p.added_at, p.id"  # noqa: S608
_KEEP_APP = (
    "insert into one_time_secret (account, secret, added_at, confirmed_at, last_step) values (?, ?, ?, ?, ?)"
    " on conflict (account) do update set secret = excluded.secret, added_at = excluded.added_at,"
    " confirmed_at = excluded.confirmed_at, last_step = excluded.last_step"
)
_FIND_APP = "select account, secret, added_at, confirmed_at, last_step from one_time_secret where account = ?"
_USE = (
    "delete from recovery_code where account = ? and code_hash = ? and expires_at > ?"
    " returning account, code_hash, expires_at, issued_by"
)
_ISSUED = (
    "select account, code_hash, expires_at, issued_by from recovery_code"
    " where account = ? and expires_at > ? order by code_hash"
)
_SPEND = "insert into used_challenge (nonce, expires_at) values (?, ?) on conflict (nonce) do nothing"


class SqlPasskeys:
    """Keeps `Passkeys` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def keep(self, passkey: Passkey) -> None:
        """Add a key, or replace the one with the same id."""
        row = (*passkey[:2], storable(passkey.name), *passkey[3:])
        self._transaction.execute(_KEEP_PASSKEY, row)

    def find(self, credential: bytes) -> tuple[Passkey, Account] | None:
        """Return a key and whose it is."""
        row = self._transaction.read(_FIND_PASSKEY, (credential,)).fetchone()
        return None if row is None else (_passkey(row[:_WIDTH]), account_of(row[_WIDTH:]))

    def of(self, account: str) -> Sequence[Passkey]:
        """Return a person's keys, oldest first."""
        return [_passkey(row) for row in self._transaction.read(_PASSKEYS, (account,)).fetchall()]

    def remove(self, account: str, credential: bytes = b"", device: str = "") -> int:
        """Forget one key of a person, those made in a browser, or all; return how many."""
        wanted = [("account", account), ("id", credential), ("device", device)]
        given = [(name, value) for name, value in wanted if value or name == "account"]
        which = " and ".join(f"{name} = ?" for name, _ in given)
        values = [value for _, value in given]
        return self._transaction.execute(f"delete from passkey where {which}", values).rowcount  # noqa: S608

    def secret(self) -> bytes:
        """Return the store's own random key with which challenges are signed."""
        row = self._transaction.read("select value from own_key where name = 'challenges'").fetchone()
        if row is None:
            raise Unavailable("the store has no key for challenges")
        return bytes(row[0])

    def spend(self, nonce: bytes, expires_at: int, now: int) -> bool:
        """Use a challenge; say no where it was used before. Forgets those that are over."""
        self._transaction.execute("delete from used_challenge where expires_at <= ?", (now,))
        return self._transaction.execute(_SPEND, (nonce, expires_at)).rowcount > 0


class SqlCodes:
    """Keeps `Codes` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def keep(self, secret: OneTimeSecret) -> None:
        """Add a person's secret, or replace it."""
        self._transaction.execute(_KEEP_APP, tuple(secret))

    def find(self, account: str) -> OneTimeSecret | None:
        """Return a person's secret."""
        statement = f"{_FIND_APP} {self._transaction.held}"
        row = self._transaction.read(statement, (account,)).fetchone()
        return None if row is None else OneTimeSecret(*row)

    def remove(self, account: str) -> None:
        """Forget a person's secret."""
        self._transaction.execute("delete from one_time_secret where account = ?", (account,))

    def issue(self, account: str, issued_by: str, codes: Sequence[RecoveryCode]) -> None:
        """Replace the codes that `issued_by` gave a person."""
        self._transaction.execute(
            "delete from recovery_code where account = ? and issued_by = ?", (account, issued_by)
        )
        for code in codes:
            self._transaction.execute(
                "insert into recovery_code (account, code_hash, expires_at, issued_by) values (?, ?, ?, ?)",
                tuple(code),
            )

    def use(self, account: str, code_hash: bytes, now: int) -> RecoveryCode | None:
        """Take a code away and return it; none where there is none or it is over."""
        row = self._transaction.execute(_USE, (account, code_hash, now)).fetchone()
        return None if row is None else _code(row)

    def issued(self, account: str, now: int) -> Sequence[RecoveryCode]:
        """Return the codes that can still be used."""
        return [_code(row) for row in self._transaction.read(_ISSUED, (account, now)).fetchall()]


def _passkey(row: Row) -> Passkey:
    credential, account, name, public_key, *rest = row
    return Passkey(bytes(credential), account, name, bytes(public_key), *rest)


def _code(row: Row) -> RecoveryCode:
    account, code_hash, expires_at, issued_by = row
    return RecoveryCode(account, bytes(code_hash), expires_at, issued_by)
