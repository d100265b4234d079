"""Accounts and sessions in SQL."""

from __future__ import annotations

from hie.exchange.ports import Account, Session
from hie.record.identifiers import FacilityCode
from hie.record.requester import Role
from hie.store.storable import storable
from hie.store.transaction import Transaction

_ADD = (
    "insert into account (login, id, name, facility, role, password_hash) values (?, ?, ?, ?, ?, ?)"
    " on conflict (login) do update set id = excluded.id, name = excluded.name,"
    " facility = excluded.facility, role = excluded.role, password_hash = excluded.password_hash"
)
_FIND = "select id, login, name, facility, role, password_hash from account where login = ?"
_SESSION = (
    "select s.token_hash, s.account, s.csrf_token, s.opened_at, s.expires_at,"
    " a.id, a.login, a.name, a.facility, a.role, a.password_hash"
    " from session s join account a on a.id = s.account where s.token_hash = ? and s.expires_at > ?"
    " and a.password_hash <> ''"
)


class SqlAccounts:
    """Keeps `Accounts` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, account: Account) -> None:
        """Add a person, or replace the one with the same login."""
        number, login, name, facility, role, password_hash = account
        row = (storable(login), number, storable(name), facility, role.value, password_hash)
        self._transaction.execute(_ADD, row)

    def find(self, login: str) -> Account | None:
        """Return the account with this login."""
        row = self._transaction.read(_FIND, (storable(login),)).fetchone()
        return None if row is None else _account(*row)

    def open_session(self, session: Session) -> None:
        """Keep a session, and forget those that ended before it was opened."""
        self._transaction.execute("delete from session where expires_at <= ?", (session.opened_at,))
        self._transaction.execute(
            "insert into session (token_hash, account, csrf_token, opened_at, expires_at)"
            " values (?, ?, ?, ?, ?)",
            tuple(session),
        )

    def session(self, token_hash: bytes, now: int) -> tuple[Session, Account] | None:
        """Return the live session with this token, or none."""
        row = self._transaction.read(_SESSION, (token_hash, now)).fetchone()
        return None if row is None else (Session(*row[:5]), _account(*row[5:]))

    def close_session(self, token_hash: bytes) -> None:
        """End a session at once."""
        self._transaction.execute("delete from session where token_hash = ?", (token_hash,))

    def failures(self, guesser: bytes, since: int, add: int | None = None) -> int:
        """Count failed sign-ins since a moment; with `add`, add one and forget all that were before."""
        if add is not None:
            self._transaction.execute("delete from sign_in_failure where failed_at < ?", (since,))
            self._transaction.execute(
                "insert into sign_in_failure (guesser, failed_at) values (?, ?)", (guesser, add)
            )
        row = self._transaction.read(
            "select count(*) from sign_in_failure where guesser = ? and failed_at >= ?", (guesser, since)
        ).fetchone()
        return int(row[0]) if row else 0


def _account(number: str, login: str, name: str, facility: str, role: str, password_hash: str) -> Account:
    return Account(number, login, name, FacilityCode(facility), Role(role), password_hash)
