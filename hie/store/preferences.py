"""Choices of the screen in SQL: the table `preference`."""

from __future__ import annotations

from collections.abc import Mapping

from hie.exchange.ports.preferences import LONGEST_NAME, LONGEST_VALUE, MOST_PREFERENCES
from hie.record.errors import Invalid
from hie.store.transaction import Transaction

_OF = "select name, value from preference where account = ? order by name"
_PUT = (
    "insert into preference (account, name, value) values (?, ?, ?)"
    " on conflict (account, name) do update set value = excluded.value"
)
_FORGET = "delete from preference where account = ? and name = ?"


def checked(kept: Mapping[str, str], name: str, value: str) -> None:
    """Raise `Invalid` for what is too long, or one too many."""
    if not 0 < len(name) <= LONGEST_NAME or len(value) > LONGEST_VALUE:
        raise Invalid("a choice of the screen is too long")
    if value and name not in kept and len(kept) >= MOST_PREFERENCES:
        raise Invalid("too many choices of the screen")


class SqlPreferences:
    """Keeps `Preferences` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def of(self, account: str) -> Mapping[str, str]:
        """Return all that an account chose."""
        rows = self._transaction.read(_OF, (account,)).fetchall()
        return {str(row[0]): str(row[1]) for row in rows}

    def put(self, account: str, name: str, value: str) -> None:
        """Keep a choice in the place of the one before; an empty value forgets it."""
        checked(self.of(account), name, value)
        if value:
            self._transaction.execute(_PUT, (account, name, value))
        else:
            self._transaction.execute(_FORGET, (account, name))
