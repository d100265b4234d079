"""Everybody who may sign in or might, in SQL."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hie.exchange.ports import Person, Post
from hie.record.identifiers import FacilityCode
from hie.store.accounts import ACCOUNT, account_of, post_of
from hie.store.transaction import Transaction

_SEEN = "(select coalesce(max(f.seen_at), 0) from familiar f where f.account = a.id)"
_THERE = " where a.facility = ? or exists (select 1 from post q where q.account = a.id and q.facility = ?)"
_BY_NAME = " order by a.name, a.id"
_POSTS = "select p.account, p.facility, p.role, p.starts_at, p.ends_at from account a"
_OLDEST = " join post p on p.account = a.id"
_IN_TIME = " order by p.starts_at, p.facility, p.role"
_AT_ONCE = 500


class SqlRoster:
    """Keeps `Roster` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def people(self, facility: FacilityCode | None = None) -> Sequence[Person]:
        """Return all, or those of a facility; by name."""
        return self._people("", ()) if facility is None else self._people(_THERE, (facility, facility))

    def known(self, accounts: Sequence[str]) -> Mapping[str, Person]:
        """Return those of these accounts that there are, held in a unit of work that writes."""
        found: dict[str, Person] = {}
        wanted = sorted(set(accounts))
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            people = self._people(
                f" where a.id in ({', '.join('?' * len(some))})", some, self._transaction.held
            )
            found.update({person.account.id: person for person in people})
        return found

    def _people(self, which: str, values: Sequence[str], held: str = "") -> list[Person]:
        read = self._transaction.read
        # The accounts first: where they are held, their posts are read as they are after the wait.
        rows = read(f"select {ACCOUNT}, {_SEEN} from account a{which}{_BY_NAME}{held}", values).fetchall()
        posts: dict[str, list[Post]] = {}
        for row in read(f"{_POSTS}{_OLDEST}{which}{_IN_TIME}", values).fetchall():
            post = post_of(row)
            posts.setdefault(post.account, []).append(post)
        people = [(account_of(row[:-1]), int(row[-1])) for row in rows]
        return [Person(account, tuple(posts.get(account.id, ())), seen) for account, seen in people]
