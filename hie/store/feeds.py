"""Runs and quarantine of each source in SQL."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hie.exchange.ports import FeedHour, FeedRun, Quarantined
from hie.record.identifiers import FacilityCode
from hie.store.storable import storable
from hie.store.transaction import Transaction

_HOLD = (
    "insert into quarantined (facility, locator, reason, message, seen_at) values (?, ?, ?, ?, ?)"
    " on conflict (facility, locator) do nothing"
)
_HOLD_AGAIN = "update quarantined set reason = ?, message = ?, seen_at = ? where facility = ? and locator = ?"
_HOURS = (
    "select started_at / 3600000, sum(indexed), sum(quarantined),"
    " max(case when indexed > 0 then finished_at else 0 end) from feed_run"
    " where facility = ? and started_at >= ? group by started_at / 3600000 order by 1"
)
_RUN = "facility, started_at, finished_at, seen, indexed, unchanged, withheld, quarantined"


class SqlFeeds:
    """Keeps `Feeds` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def quarantine(self, items: Iterable[Quarantined]) -> int:
        """Keep each with its newest reason, the same facility and locator once; return how many were new."""
        new = 0
        execute = self._transaction.execute
        for facility, locator, reason, message, seen_at in items:
            place, words = storable(locator), storable(message)
            if execute(_HOLD, (facility, place, reason, words, seen_at)).rowcount == 1:
                new += 1
            else:
                execute(_HOLD_AGAIN, (reason, words, seen_at, facility, place))
        return new

    def release(self, facility: FacilityCode, locators: Sequence[str]) -> None:
        """Forget quarantined locators that could be filed now."""
        if locators:
            self._transaction.line.executemany(
                "delete from quarantined where facility = ? and locator = ?",
                [(facility, storable(locator)) for locator in locators],
            )

    def quarantined(self, facility: FacilityCode) -> Sequence[Quarantined]:
        """Return what stands in quarantine, newest first."""
        rows = self._transaction.read(
            "select facility, locator, reason, message, seen_at from quarantined where facility = ?"
            " order by seen_at desc, locator",
            (facility,),
        ).fetchall()
        return [Quarantined(*row) for row in rows]

    def key(self) -> bytes:
        """Return the hub's own key for digests of locators."""
        ((value,),) = self._transaction.read(
            "select value from own_key where name = 'locators'", ()
        ).fetchall()
        return bytes(value)

    def finished(self, run: FeedRun) -> None:
        """Record a run."""
        self._transaction.execute(
            f"insert into feed_run ({_RUN}) values (?, ?, ?, ?, ?, ?, ?, ?)", tuple(run)
        )

    def runs(self, facility: FacilityCode, limit: int) -> Sequence[FeedRun]:
        """Return the newest runs, newest first."""
        rows = self._transaction.read(
            f"select {_RUN} from feed_run where facility = ? order by sequence desc limit ?",
            (facility, limit),
        ).fetchall()
        return [FeedRun(*row) for row in rows]

    def hours(self, facility: FacilityCode, since: int) -> Sequence[FeedHour]:
        """Add the runs that began at `since` or later up by the hour, oldest first; no hour without one."""
        rows = self._transaction.read(_HOURS, (facility, since)).fetchall()
        return [FeedHour(*map(int, row)) for row in rows]  # PostgreSQL adds bigint up to numeric
