"""Accounts in SQL."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Sequence

from consent.model import FOREVER
from hie.exchange.ports import Account, AccountState, Post
from hie.record.errors import Conflict
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Role
from hie.store.lines import Row
from hie.store.storable import storable
from hie.store.transaction import Transaction

_COLUMNS = "id, login, name, facility, role, password_hash, state, expires_at, attested_at, patient"
_ADD = (
    f"insert into account ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " on conflict (login) do update set"
    f" {', '.join(f'{one} = excluded.{one}' for one in _COLUMNS.split(', '))} where account.id = excluded.id"
)
_FIND = f"select {_COLUMNS} from account where login = ?"
_ALONE = "select pg_advisory_xact_lock(cast(? as bigint))"
_RENEW = "update account set password_hash = ? where id = ? and state = ?"
ACCOUNT = ", ".join(f"a.{one}" for one in _COLUMNS.split(", "))
"""The columns that `account_of` reads, of an account that is called `a`."""
_FIRST = (
    "insert into post (account, facility, role, starts_at, ends_at)"
    " select ?, ?, ?, 0, ? where not exists (select 1 from post where account = ?)"
)
_HELD = (
    "select account, facility, role, starts_at, ends_at from post"
    " where account = ? and starts_at <= ? and ends_at > ? order by starts_at, facility, role"
)


class SqlAccounts:
    """Keeps `Accounts` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, account: Account) -> None:
        """Add a person, or replace what is known of the same one; who is new holds the post since ever."""
        number, login, name, facility, role, password_hash, state, expires_at, attested_at, patient = account
        row = (number, storable(login), storable(name), facility, role.value, password_hash)
        kept = self._transaction.execute(_ADD, (*row, state.value, expires_at, attested_at, patient))
        if not kept.rowcount:
            raise Conflict("this login is another account's")
        if state is AccountState.ACTIVE:
            self._transaction.execute(_FIRST, (number, facility, role.value, FOREVER, number))

    def set_password(self, account: str, hashed: str) -> bool:
        """Give an account that is in use another password; say whether there was one."""
        changed = self._transaction.execute(_RENEW, (hashed, account, AccountState.ACTIVE.value))
        return bool(changed.rowcount)

    def find(self, login: str) -> Account | None:
        """Return the account with this login, held in a unit of work that writes."""
        row = self._transaction.read(f"{_FIND}{self._transaction.held}", (storable(login),)).fetchone()
        return None if row is None else account_of(row)

    def posts(self, account: str, now: int) -> Sequence[Post]:
        """Return the posts an account holds at `now`, its first one first."""
        rows = self._transaction.read(_HELD, (account, now, now)).fetchall()
        return [post_of(row) for row in rows]

    def failures(self, guesser: bytes, since: int, add: int | None = None) -> int:
        """Count failed sign-ins since a moment; with `add`, add one and forget all that were before."""
        if self._transaction.held:
            # Of guesses that come at once each is counted before the next: SQLite has one writer anyway.
            self._transaction.execute(_ALONE, (int.from_bytes(guesser[:8], "big", signed=True),))
        if add is not None:
            self._transaction.execute("delete from sign_in_failure where failed_at < ?", (since,))
            self._transaction.execute(
                "insert into sign_in_failure (guesser, failed_at) values (?, ?)", (guesser, add)
            )
        row = self._transaction.read(
            "select count(*) from sign_in_failure where guesser = ? and failed_at >= ?", (guesser, since)
        ).fetchone()
        return int(row[0]) if row else 0


def account_of(row: Row) -> Account:
    """Read the columns of an account."""
    number, login, name, facility, role, password_hash, state, expires_at, attested_at, patient = row
    return Account(
        number,
        login,
        name,
        FacilityCode(facility),
        Role(role),
        password_hash,
        AccountState(state),
        expires_at,
        attested_at,
        PatientId(patient),
    )


def post_of(row: Row) -> Post:
    """Read the columns of a post."""
    account, facility, role, starts_at, ends_at = row
    return Post(account, FacilityCode(facility), Role(role), starts_at, ends_at)
