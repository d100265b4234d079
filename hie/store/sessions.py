"""Sessions in SQL: one statement says whether a browser is signed in."""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import Account, Session
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode
from hie.record.requester import Role
from hie.store.accounts import ACCOUNT, account_of
from hie.store.lines import Row
from hie.store.transaction import Transaction

_NAMES = (
    *("token_hash", "account", "facility", "role", "device", "csrf_token", "opened_at", "seen_at"),
    *("expires_at", "confirmed_at", "assurance", "idle"),
)
_WIDTH = len(_NAMES)
_COLUMNS = ", ".join(_NAMES)
_OPEN = f"insert into session ({_COLUMNS}) values ({', '.join('?' * _WIDTH)})"  # noqa: S608  no value in it
_FIND = (
    f"select {', '.join(f's.{name}' for name in _NAMES)}, {ACCOUNT}"  # noqa: S608  no value in it
    " from session s join device d on d.id = s.device join account a on a.id = s.account"
    " where s.token_hash = ? and s.expires_at > ? and s.seen_at + s.idle > ? and d.stopped_at = 0"
    " and exists (select 1 from post p where p.account = s.account and p.facility = s.facility"
    " and p.role = s.role and p.starts_at <= ? and p.ends_at > ?)"
)
_LIVE = (
    f"select {_COLUMNS} from session where account = ? and expires_at > ? and seen_at + idle > ?"  # noqa: S608
    " order by opened_at, token_hash"
)


class SqlSessions:
    """Keeps `Sessions` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def open(self, session: Session) -> None:
        """Keep a session, and forget those that ended before it was opened."""
        now = session.opened_at
        self._transaction.execute(
            "delete from session where expires_at <= ? or seen_at + idle <= ?", (now, now)
        )
        self._transaction.execute(_OPEN, (*session[:3], session.role.value, *session[4:]))

    def find(self, token_hash: bytes, now: int) -> tuple[Session, Account] | None:
        """Return the live session with this token and whose it is, or none."""
        row = self._transaction.read(_FIND, (token_hash, now, now, now, now)).fetchone()
        if row is None:
            return None
        account = account_of(row[_WIDTH:])
        return (_session(row[:_WIDTH]), account) if account.may_act(now) else None

    def seen(self, token_hash: bytes, now: int) -> None:
        """Remember that a person is there."""
        self._transaction.execute(
            "update session set seen_at = ? where token_hash = ? and seen_at < ?", (now, token_hash, now)
        )

    def close(self, token_hash: bytes) -> bool:
        """End a session at once; say whether there was one."""
        ended = self._transaction.execute("delete from session where token_hash = ?", (token_hash,))
        return bool(ended.rowcount)

    def close_all(self, account: str = "", device: str = "") -> int:
        """End all of an account, all on a browser, or those of one on the other."""
        given = [(name, value) for name, value in (("account", account), ("device", device)) if value]
        if not given:
            raise Invalid("whose sessions end is not said")
        which = " and ".join(f"{name} = ?" for name, _ in given)
        values = [value for _, value in given]
        return self._transaction.execute(f"delete from session where {which}", values).rowcount  # noqa: S608

    def live(self, account: str, now: int) -> Sequence[Session]:
        """Return those of an account that are not over, oldest first."""
        return [_session(row) for row in self._transaction.read(_LIVE, (account, now, now)).fetchall()]


def _session(row: Row) -> Session:
    token_hash, account, facility, role, *rest = row
    return Session(bytes(token_hash), account, FacilityCode(facility), Role(role), *rest)
