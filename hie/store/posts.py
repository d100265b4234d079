"""Posts in SQL: where people act and have acted."""

from __future__ import annotations

from collections.abc import Sequence

from consent.model import FOREVER
from hie.exchange.ports import Post
from hie.record.identifiers import FacilityCode
from hie.store.accounts import post_of
from hie.store.transaction import Transaction

_SAME = "account = ? and facility = ? and role = ? and ends_at = ?"
_BEGIN = (
    "insert into post (account, facility, role, starts_at, ends_at) select ?, ?, ?, ?, ?"  # noqa: S608
    f" where not exists (select 1 from post where {_SAME})"
    " on conflict (account, facility, role, starts_at) do update set ends_at = excluded.ends_at"
)
_COLUMNS = "account, facility, role, starts_at, ends_at"
_HISTORY = f"select {_COLUMNS} from post where account = ? order by starts_at, facility, role"  # noqa: S608
_AT = (
    f"select {_COLUMNS} from post where facility = ? and starts_at <= ? and ends_at > ?"  # noqa: S608
    " order by account, role, starts_at"
)


class SqlPosts:
    """Keeps `Posts` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def begin(self, post: Post) -> None:
        """Let a person act there; nothing happens where the same post is held already."""
        account, facility, role, starts_at, ends_at = post
        same = (account, facility, role.value, FOREVER)
        self._transaction.execute(_BEGIN, (account, facility, role.value, starts_at, ends_at, *same))

    def end(self, post: Post, at: int) -> bool:
        """End a post that has not ended, whenever it began; say whether there was one."""
        ended = self._transaction.execute(
            "update post set ends_at = ? where account = ? and facility = ? and role = ? and ends_at > ?",
            (at, post.account, post.facility, post.role.value, at),
        )
        return ended.rowcount > 0

    def history(self, account: str) -> Sequence[Post]:
        """Return all posts of an account, oldest first."""
        return [post_of(row) for row in self._transaction.read(_HISTORY, (account,)).fetchall()]

    def at(self, facility: FacilityCode, now: int) -> Sequence[Post]:
        """Return the posts held at a facility, by account."""
        return [post_of(row) for row in self._transaction.read(_AT, (facility, now, now)).fetchall()]
