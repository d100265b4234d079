"""Lines to the two databases: the driver itself, with one way of writing statements.

Statements are text with `?`; PostgreSQL's driver writes `%s`. Both drivers prepare a text they
see again, and a text costs a tenth of compiling an expression per call (docs/adr/0003).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, cast

import psycopg
from sqlalchemy import Engine, Table, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool, PoolProxiedConnection

from hie.record.errors import Unavailable
from hie.store.bulk import copy_rows, insert_rows
from hie.store.reserve import Reserve
from hie.store.turns import Turns

CACHE = -16384
"""Pages each connection keeps, in KiB below zero; the system keeps the file besides."""
MOST_IDLE = 8
"""Readers kept open between requests; more are opened while more are needed."""

PATIENCE = 30.0
"""Seconds a writer waits for its turn, in this process or behind another one."""

_CHECKPOINT, _CHECKPOINT_WHEN_FULL = 4000, 16
"""Pages of log after which it is carried over into the file."""
_LOOK_SECONDS = 10.0
"""Between looks whether a full disk has room again."""
_NO_ROOM_FOR_INDEX = frozenset({sqlite3.SQLITE_IOERR | 19 << 8, sqlite3.SQLITE_IOERR | 21 << 8})
"""SQLITE_IOERR_SHMSIZE and _SHMMAP: the shared index of the log finds no room."""

Row = tuple[Any, ...]

DRIVER_ERRORS = (sqlite3.Error, psycopg.Error)
"""What the two drivers raise."""

_IN_TROUBLE = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
        *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL),
        *(sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOLFS),
    }
)
"""SQLite's codes for a file that cannot be used now, whatever the statement."""


def trouble(error: BaseException | None) -> Unavailable | None:
    """Return what to raise instead of a driver's error that is about the store's state, not our SQL."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the rest are details
        return (
            Unavailable("the database cannot be used now", retry_after=1.0) if code in _IN_TROUBLE else None
        )
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return Unavailable("the database went away", retry_after=1.0)
    return None


def _is_full(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return isinstance(error, sqlite3.Error) and (
        code & 0xFF == sqlite3.SQLITE_FULL or code in _NO_ROOM_FOR_INDEX
    )


class Answer(Protocol):
    """What both drivers' cursors give."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""

    def fetchone(self) -> Row | None:
        """Return the next row."""

    def fetchall(self) -> list[Row]:
        """Return all rows that are left."""


class Line(Protocol):
    """An open transaction."""

    @property
    def execute(self) -> Callable[..., Answer]:
        """Run one statement with its parameters."""

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Write many whole rows the fastest way the driver has."""

    def executemany(self, statement: str, rows: Iterable[Row]) -> None:
        """Run one statement for each row."""

    def end(self, *, commit: bool) -> None:
        """Commit or roll back; returns when it is on disk."""


class ReadingLine(Protocol):
    """A line that only reads: each statement sees what is committed, and holds no lock after it."""

    @property
    def execute(self) -> Callable[..., Answer]:
        """Run one statement with its parameters."""

    def give_back(self) -> None:
        """Let others have it."""


class Lines(Protocol):
    """Where lines come from."""

    engine: Engine
    reads_in_place: bool
    """Whether a read waits for nobody: no connection to be had, no server to answer."""
    held: str
    """What ends a `select` in a transaction that keeps its rows as they are until it ends."""

    def begin(self) -> Line:
        """Start a transaction, or raise `Unavailable`."""

    def reading(self) -> ReadingLine:
        """Take a line that only reads, or raise `Unavailable`."""

    def relieve(self, error: BaseException) -> None:
        """Make room, if that is what an error asks for and some was set aside; nothing may be open."""

    def close(self) -> None:
        """Give back connections."""


# --- SQLite --------------------------------------------------------------------------------------


class SqliteLine:
    """A writing transaction on the process's one connection."""

    def __init__(self, raw: sqlite3.Connection, turns: Turns) -> None:
        """Take over a connection on which a transaction has begun."""
        self._raw = raw
        self._turns = turns
        self.execute: Callable[..., Answer] = cast("Callable[..., Answer]", raw.execute)

    def executemany(self, statement: str, rows: Iterable[Row]) -> None:
        """Run one statement for each row."""
        self._raw.executemany(statement, rows)

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Write rows with the driver's executemany."""
        insert_rows(self._raw, table, rows)

    def end(self, *, commit: bool) -> None:
        """Commit or roll back, and pass the turn on."""
        try:
            if commit:
                self._commit()
        finally:
            try:
                if self._raw.in_transaction:
                    self._raw.execute("rollback")
            finally:
                self._turns.give()

    def _commit(self) -> None:
        if not self._raw.in_transaction:
            # SQLite rolls back by itself when the disk is full or broken.
            raise Unavailable("the database gave the transaction up", retry_after=1.0)
        try:
            self._raw.execute("commit")
        except sqlite3.Error as error:
            if instead := trouble(error):
                raise instead from error
            raise


class SqliteReadingLine:
    """A connection that cannot write."""

    def __init__(self, held: PoolProxiedConnection, idle: list[SqliteReadingLine]) -> None:
        """Take over a new connection; `idle` is where it goes when given back."""
        self._held = held
        self._idle = idle
        raw = cast("sqlite3.Connection", held.driver_connection)
        raw.execute("pragma query_only = on")
        self.execute: Callable[..., Answer] = cast("Callable[..., Answer]", raw.execute)

    def give_back(self) -> None:
        """Let others have it, or close it where enough wait."""
        if len(self._idle) < MOST_IDLE:
            self._idle.append(self)
        else:
            self.close()

    def close(self) -> None:
        """Close the connection."""
        self._held.close()


class SqliteLines:
    """One writing connection per process, since a second one would only wait; readers as needed."""

    reads_in_place = True
    held = ""  # nobody else writes while a transaction is open

    def __init__(self, url: URL, reserve: int = 0) -> None:
        """Open the file, or make it; keep so many bytes free for what is written on a full disk."""
        self._reserve = Reserve(Path(f"{url.database}.reserve"))
        self._reserved = reserve
        self.engine = create_engine(
            url, poolclass=NullPool, connect_args={"check_same_thread": False, "cached_statements": 512}
        )
        event.listen(self.engine, "connect", _prepare_sqlite)
        event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("begin immediate"))
        self._turns = Turns(PATIENCE)
        self._held = self.engine.raw_connection()
        self._raw = cast("sqlite3.Connection", self._held.driver_connection)
        self._idle: list[SqliteReadingLine] = []
        self._has_room = not reserve or self._reserve.restored(reserve)
        self._looked_at = 0.0

    def begin(self) -> Line:
        """Wait for the turn and begin immediately writing."""
        self._turns.take()
        if not self._has_room and monotonic() - self._looked_at > _LOOK_SECONDS:
            self._looked_at = monotonic()
            if self._reserve.restored(self._reserved):
                self._has_room = True
                self._raw.execute(f"pragma wal_autocheckpoint = {_CHECKPOINT}")
        try:
            self._raw.execute("begin immediate")
        except sqlite3.OperationalError as error:
            self._turns.give()
            raise Unavailable("the database is locked by another process", retry_after=1.0) from error
        except BaseException:
            self._turns.give()
            raise
        return SqliteLine(self._raw, self._turns)

    def reading(self) -> ReadingLine:
        """Take an idle reader, or open one."""
        try:
            return self._idle.pop()
        except IndexError:
            pass
        try:
            return SqliteReadingLine(self.engine.raw_connection(), self._idle)
        except OperationalError as error:
            raise Unavailable("the database cannot be opened", retry_after=1.0) from error

    def relieve(self, error: BaseException) -> None:
        """Give the reserve up where the disk is full, and let the log begin again where it lies.

        From then on it is kept short, so that what was given up holds rows and no log.
        """
        if not (_is_full(error) or _is_full(error.__cause__)):
            return
        if self._reserved:
            self._has_room = False
            self._reserve.give_up()
        self._turns.take()
        try:
            with suppress(sqlite3.Error):  # with no room for this either the log stays as it is
                if self._reserved:
                    self._raw.execute(f"pragma wal_autocheckpoint = {_CHECKPOINT_WHEN_FULL}")
                self._raw.execute("pragma wal_checkpoint(restart)").fetchone()
        finally:
            self._turns.give()

    def close(self) -> None:
        """Close the connections; SQLite folds its log into the file."""
        while self._idle:
            self._idle.pop().close()
        self._held.close()
        self.engine.dispose()
        if self._reserved:
            self._reserve.give_up()


def _prepare_sqlite(raw: sqlite3.Connection, _record: object) -> None:
    raw.isolation_level = None  # the driver of 3.11 would begin late (docs/adr/0003)
    for setting in (
        f"busy_timeout = {int(PATIENCE * 1000)}",
        "journal_mode = wal",
        "synchronous = full",
        "foreign_keys = on",
        # A first load writes patient by patient and looks at few pages twice, and readers are several:
        # a larger cache would only need more memory.
        f"cache_size = {CACHE}",
        "temp_store = memory",
        f"wal_autocheckpoint = {_CHECKPOINT}",
        "journal_size_limit = 67108864",
    ):
        raw.execute(f"pragma {setting}")


# --- PostgreSQL ----------------------------------------------------------------------------------


_IN_POSTGRES = (
    ("?", "%s"),
    ("group_concat(", "string_agg("),
    ("json_array(", "json_build_array("),
    ("instr(", "strpos("),
)
"""What PostgreSQL calls the same."""


@lru_cache(maxsize=2048)
def _for_postgres(statement: str) -> str:
    for ours, theirs in _IN_POSTGRES:
        statement = statement.replace(ours, theirs)
    return statement


class PostgresLine:
    """A transaction on a connection of the pool."""

    def __init__(self, engine: Engine) -> None:
        """Take a connection; its transaction begins with the first statement."""
        self._held = engine.raw_connection()
        self._raw = cast("psycopg.Connection[Row]", self._held.driver_connection)

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> Answer:
        """Run one statement with its parameters."""
        return self._raw.execute(_for_postgres(statement), parameters)

    def executemany(self, statement: str, rows: Iterable[Row]) -> None:
        """Run one statement for each row, in one round trip."""
        with self._raw.cursor() as cursor:
            cursor.executemany(_for_postgres(statement), rows)

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Write rows by binary COPY."""
        copy_rows(self._raw, table, rows)

    def end(self, *, commit: bool) -> None:
        """Commit or roll back, and give the connection back."""
        try:
            if commit:
                self._raw.commit()
            else:
                self._raw.rollback()
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            self._held.invalidate()
            if commit:
                raise Unavailable("the database went away", retry_after=1.0) from error
        finally:
            self._held.close()


class PostgresReadingLine:
    """A connection of the pool that cannot write, and begins no transaction."""

    def __init__(self, engine: Engine) -> None:
        """Take a connection."""
        self._held = engine.raw_connection()
        self._raw = cast("psycopg.Connection[Row]", self._held.driver_connection)

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> Answer:
        """Run one statement with its parameters."""
        return self._raw.execute(_for_postgres(statement), parameters)

    def give_back(self) -> None:
        """Let others have it."""
        self._held.close()


class PostgresLines:
    """Two pools of connections: one writes, one cannot."""

    reads_in_place = False
    held = " for no key update"

    def __init__(self, url: URL) -> None:
        """Prepare a pool; nothing is opened yet."""
        self.engine = create_engine(
            url, isolation_level="READ COMMITTED", pool_size=8, max_overflow=24, pool_recycle=1800
        )
        self._readers = create_engine(
            url,
            isolation_level="AUTOCOMMIT",
            connect_args={"options": "-c default_transaction_read_only=on"},
            pool_size=8,
            max_overflow=24,
            pool_recycle=1800,
        )

    def begin(self) -> Line:
        """Take a connection, or raise `Unavailable`."""
        try:
            return PostgresLine(self.engine)
        except (psycopg.OperationalError, OperationalError, PoolTimeout) as error:
            raise Unavailable("the database does not answer", retry_after=1.0) from error

    def reading(self) -> ReadingLine:
        """Take a reader, or raise `Unavailable`."""
        try:
            return PostgresReadingLine(self._readers)
        except (psycopg.OperationalError, OperationalError, PoolTimeout) as error:
            raise Unavailable("the database does not answer", retry_after=1.0) from error

    def relieve(self, error: BaseException) -> None:
        """Leave room to the server."""

    def close(self) -> None:
        """Close the pools."""
        self.engine.dispose()
        self._readers.dispose()
