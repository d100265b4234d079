"""The one SQLite file of an edge's spool: its tables, its one writer, its readers, a full or broken disk.

A commit is on disk when it returns (WAL, `synchronous=FULL`). A full disk is `Unavailable`, and the
reserve beside the file is then given up, so that withdrawals can still be noted; until there is
room for it again, only what is urgent is written. A disk that fails ends the process: what a failed
fsync wrote cannot be known, so the next start begins from what the file says (fsync is never
tried again, and neither is a checkpoint, which is why SQLite does not run them by itself).
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, get_ident

from hie.record.errors import Misconfigured, Unavailable
from hie.store.reserve import Reserve
from hie.store.spool_rows import HELD
from hie.store.turns import Turns

PATIENCE = 60.0
"""Seconds a writer waits for its turn."""
RESERVE = 4 * 1024 * 1024
"""Bytes kept free for withdrawals on a full disk."""
MOST_WAL = 8 * 1024 * 1024
"""Bytes of log after which it is carried over into the file."""
MOST_WAL_FULL = 256 * 1024
"""The same while the reserve is given up."""
LATER = 1.0
"""Seconds after which somebody may have made room; whoever asks again waits longer each time."""
EXIT_CODE = 74
"""How the process ends when the disk fails: EX_IOERR of sysexits."""
MOST_IDLE = 4

_CACHE = -16_384
_NO_ROOM = frozenset({sqlite3.SQLITE_IOERR | 19 << 8, sqlite3.SQLITE_IOERR | 21 << 8})
"""SQLITE_IOERR_SHMSIZE and _SHMMAP: the shared index of the log finds no room."""

STEPS = (
    """
    create table source (
      id integer primary key, name text not null unique, format text not null,
      position text not null default ''
    );
    create table tally (
      source integer not null, state integer not null, number integer not null, primary key (source, state)
    ) without rowid;
    create table note (key text primary key, value text not null) without rowid;
    create table folder (
      source integer not null, path not null, id integer not null, parent integer, modified integer not null,
      primary key (source, path)
    ) without rowid;
    create unique index folder_by_id on folder (id);
    create index folder_by_parent on folder (parent);
    create table document (
      id integer primary key autoincrement, source integer not null, folder integer, leaf not null, name,
      patient not null, thing not null, inode integer not null, size integer not null,
      modified integer not null, changed integer not null, state integer not null,
      revision integer not null default 1, hash blob not null default x'', class integer not null default 0,
      day integer not null default 0, confidentiality integer not null default 3,
      labels integer not null default 512,
      reason text not null default '', message text not null default '', changed_at integer not null,
      care_day integer not null, hub_hash blob, hub_knows integer not null default 0
    );
    create unique index document_by_place on document (folder, leaf);
    create index document_by_thing on document (source, thing);
    create index document_by_patient on document (patient, state, source, care_day);
    create index to_send on document (source, day) where state = 2;
    create index unsent on document (changed_at) where state = 2;
    create index unreadable on document (changed_at) where state = 4;
    create index to_recall on document (id) where state = 5;
    create trigger came after insert on document begin
      update tally set number = number + 1 where source = new.source and state = new.state;
    end;
    create trigger went after delete on document begin
      update tally set number = number - 1 where source = old.source and state = old.state;
    end;
    create trigger moved after update of state on document when old.state <> new.state begin
      update tally set number = number - 1 where source = old.source and state = old.state;
      update tally set number = number + 1 where source = new.source and state = new.state;
    end;
    """,
    f"create index held_by_hub on document (id) where state = {HELD} and hub_hash is not null;",
)
"""What brings the file from one `user_version` to the next; append only."""

_log = logging.getLogger(__name__)


def end_process(message: str) -> None:
    """End the process at once: what is on the disk is not known any more."""
    _log.critical("the spool's disk failed: %s", message)
    os._exit(EXIT_CODE)


class SpoolFile:
    """One file, one writer at a time, readers beside it; for many threads of one process."""

    def __init__(self, path: Path, broken: Callable[[str], object] = end_process) -> None:
        """Open or make the file; `broken` is told when the disk fails, and is to end the process.

        Raises `Misconfigured` if the file is of a newer version or no spool, `Unavailable` if the disk
        is full.
        """
        self._path = path
        self._broken = broken
        self._reserve = Reserve(path.with_name(f"{path.name}.reserve"))
        self._turns = Turns(PATIENCE)
        self._holder = 0
        self._guard = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._has_reserve = True
        try:
            self._open()
        except Unavailable:
            self._open()  # the reserve was given up for it
        self._has_reserve = self._reserve.restored(RESERVE)

    @property
    def size(self) -> int:
        """Bytes of the file and its log."""
        return sum(_size(f"{self._path}{end}") for end in ("", "-wal"))

    def close(self) -> None:
        """Close all connections."""
        with self._guard:
            for connection in self._idle:
                connection.close()
            self._idle.clear()
        self._writer.close()

    @contextmanager
    def writing(self, *, urgent: bool = False) -> Iterator[sqlite3.Connection]:
        """Hold one durable transaction; inside another of the same thread, be part of it.

        Raises `Unavailable` if the disk is full, or has little room left and this is not urgent.
        """
        if not urgent and not self._has_room():
            raise Unavailable("the disk is full", retry_after=LATER)
        if self._holder == get_ident():
            yield self._writer
            return
        self._turns.take()
        try:
            self._holder = get_ident()
            with self._judged():
                self._writer.execute("begin immediate")
                try:
                    yield self._writer
                    if not self._writer.in_transaction:
                        raise Unavailable("the spool gave the transaction up", retry_after=1.0)
                    self._writer.execute("commit")
                finally:
                    if self._writer.in_transaction:
                        self._writer.execute("rollback")
                self._carry_over()
        finally:
            self._holder = 0
            self._turns.give()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read what is committed; inside a transaction of the same thread, what that has written."""
        if self._holder == get_ident():
            yield self._writer
            return
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._connected()
            connection.execute("pragma query_only = on")
        try:
            with self._judged():
                yield connection
        finally:
            with self._guard:
                keep = len(self._idle) < MOST_IDLE
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def _open(self) -> None:
        with self._judged():
            self._writer = self._connected()
            self._upgrade()

    def _has_room(self) -> bool:
        self._has_reserve = self._has_reserve or self._reserve.restored(RESERVE)
        return self._has_reserve

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=5.0, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        for setting in (
            *("journal_mode = wal", "synchronous = full", "wal_autocheckpoint = 0"),
            *(f"cache_size = {_CACHE}", "temp_store = memory"),
        ):
            connection.execute(f"pragma {setting}")
        return connection

    def _upgrade(self) -> None:
        version = int(self._writer.execute("pragma user_version").fetchone()[0])
        if version > len(STEPS):
            raise Misconfigured("the spool was written by a newer version")
        for number in range(version, len(STEPS)):
            try:
                self._writer.executescript(
                    f"begin immediate; {STEPS[number]} pragma user_version = {number + 1}; commit;"
                )
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("rollback")

    def _carry_over(self) -> None:
        """Carry the log over into the file when it is long; with readers in the way, another time.

        On a full disk soon: what is urgent finds room where the log was.
        """
        if _size(f"{self._path}-wal") > (MOST_WAL if self._has_reserve else MOST_WAL_FULL):
            try:
                # On a full disk the log keeps its room, or somebody else would have it.
                how = "truncate" if self._has_reserve else "restart"
                self._writer.execute(f"pragma wal_checkpoint({how})").fetchone()
            except sqlite3.Error as error:
                if _primary(error) not in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                    raise
                # What was committed is on disk in the log.

    @contextmanager
    def _judged(self) -> Iterator[None]:
        """Turn a full or busy file into `Unavailable`, and tell of a broken disk."""
        try:
            yield
        except sqlite3.Error as error:
            primary = _primary(error)
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            if primary == sqlite3.SQLITE_FULL or code in _NO_ROOM:
                self._has_reserve = False
                # What is urgent is tried again at once where that made room.
                later = 0.0 if self._reserve.give_up() else LATER
                raise Unavailable("the disk is full", retry_after=later) from error
            if primary == sqlite3.SQLITE_IOERR:
                self._broken(str(error))
                raise Unavailable("the disk failed", retry_after=60.0) from error
            if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise Unavailable("the spool is busy", retry_after=1.0) from error
            if primary == sqlite3.SQLITE_NOTADB:
                raise Misconfigured("this file is no spool") from error
            raise


def _primary(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116  once per commit
    except FileNotFoundError:
        return 0
