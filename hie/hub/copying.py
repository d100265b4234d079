"""A second copy of every audit row, outside the database, there before the answer goes out.

One line of JSON for each row, appended by the hub's account; another disk or machine keeps what a
broken or changed database would have lost. Where the copy cannot be written, or its place hangs, the reads
go on, for the database has the row; what is missing is written as soon as that is possible again, and after
a minute the hub says so aloud. Several hubs on one database have a file each; together they have every row.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Full, Queue
from threading import Event, Lock, Thread

from hie.exchange.ports import ChainRow, Clock, Store
from hie.exchange.trail.auditing import AT_ONCE
from hie.record.errors import HieError, Invalid

LATE = 60_000
"""Milliseconds of lag after which the hub says so."""
PATIENCE = 2.0
"""Seconds for which somebody who reads waits for the copy, once; then the copy is late, and nobody waits."""
MOST_PATIENCE = 30.0
"""Seconds for which the watch waits for what is caught up with; it goes on by itself."""
MOST_WAITING = 64
"""Pieces that wait for a place that is slow; more are caught up with later."""
_TAIL = 1_048_576


class Hangs(OSError):
    """The place of the copy has not answered in time."""


class _Hand:
    """A thread that does one thing after another, so that who asked need not wait for ever."""

    def __init__(self) -> None:
        self._queue: Queue[Callable[[], None]] = Queue(MOST_WAITING)
        self._thread: Thread | None = None

    def do(self, work: Callable[[], None], patience: float) -> None:
        """Do it, and return; raises what it raises, or `Hangs` where it is not done in time."""
        done, failed = Event(), list[OSError | HieError]()

        def worked() -> None:
            try:
                work()
            except (OSError, HieError) as error:
                failed.append(error)
            finally:
                done.set()

        if self._thread is None:
            self._thread = Thread(target=self._run, name="audit-copy", daemon=True)
            self._thread.start()
        try:
            self._queue.put_nowait(worked)
        except Full as error:
            raise Hangs from error
        if not done.wait(patience):
            raise Hangs
        if failed:
            raise failed[0]

    def _run(self) -> None:
        while True:
            self._queue.get()()


class AuditCopy:
    """A file to which audit rows are only ever appended."""

    def __init__(self, file: Path, clock: Clock, patience: float = PATIENCE) -> None:
        """Append to `file`; it is opened with the first row."""
        self._file = file
        self._clock = clock
        self._patience = patience
        self._lock = Lock()
        self._hand = _Hand()
        self._missing_since = 0
        """When the first row was missed that is not there yet, or 0."""
        self._after: int | None = None
        """The row after which rows may be missing; none: what the file itself says."""
        self._skipped = 0
        """The newest row that is known to be missing."""
        self._catching_up = False

    def witness(self, rows: Sequence[ChainRow]) -> None:
        """Append rows that have just been committed; where that fails they are caught up with later."""
        with self._lock:
            if self._missing_since:
                self._skip(rows)
                return
        try:
            self._hand.do(lambda: self._append(rows), self._patience)
        except OSError:
            with self._lock:
                if not self._missing_since:
                    self._missing_since, self._after = self._clock.now(), rows[0].sequence - 1
                self._skip(rows)

    def _skip(self, rows: Sequence[ChainRow]) -> None:
        self._skipped = max(self._skipped, rows[-1].sequence)
        if self._after is not None:
            self._after = min(self._after, rows[0].sequence - 1)

    def catch_up(self, store: Store, *, anew: bool = False) -> None:
        """Append what is missing; `anew`: whatever the end of the file lacks too. Raises `OSError`.

        A row may come twice: with the same number and the same words, which is no fault.
        """
        with self._lock:
            if not (anew or self._missing_since):
                return
            if self._catching_up:
                raise Hangs
            if anew:
                self._after = None
            self._missing_since = self._missing_since or self._clock.now()
            self._catching_up = True
        self._hand.do(lambda: self._whole(store), MOST_PATIENCE)

    def _whole(self, store: Store) -> None:
        """Append until nothing is missing that anybody has seen."""
        try:
            while not self._is_whole(self._rest(store)):
                pass
        finally:
            with self._lock:
                self._catching_up = False

    def _rest(self, store: Store) -> int:
        """Append what follows on the row after which rows are missing; return the last row that is there."""
        with self._lock:
            after = self._after
        if after is None:
            after = last_copied(self._file)
        self._end_line()
        with store.look() as work:
            while rows := work.audit.chain(after, AT_ONCE):
                self._append(rows)
                after = rows[-1].sequence
        return after

    def _is_whole(self, last: int) -> bool:
        """Say whether the copy has every row that was skipped; from now on rows are appended again then."""
        with self._lock:
            self._after = last
            if self._skipped > last:
                return False
            self._missing_since = 0
            return True

    def is_late(self) -> bool:
        """Say whether rows have been missing for longer than a minute."""
        since = self._missing_since
        return bool(since) and self._clock.now() - since > LATE

    def _end_line(self) -> None:
        """Close a line that was cut off, so that the next row stands alone."""
        with self._file.open("ab+") as content:
            if content.tell() and (content.seek(-1, os.SEEK_END), content.read(1))[1] != b"\n":
                content.write(b"\n")

    def _append(self, rows: Sequence[ChainRow]) -> None:
        content = "".join(map(_written, rows)).encode()
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            while content:
                content = content[os.write(descriptor, content) :]
        finally:
            os.close(descriptor)


def last_copied(file: Path) -> int:
    """Return the last row before the first one that the end of a copy lacks, 0 of none; raises `OSError`."""
    if not file.exists():
        return 0
    with file.open("rb") as content:
        start = max(0, file.stat().st_size - _TAIL)
        content.seek(start)
        lines = content.read().decode("utf-8", "replace").split("\n")
    numbers = set[int]()
    for line in lines[:-1]:
        with suppress(ValueError, KeyError, TypeError):
            numbers.add(int(json.loads(line)["sequence"]))
    last = min(numbers, default=0) if start else 0
    while last + 1 in numbers:
        last += 1
    return last


def copied(file: Path) -> Iterator[ChainRow]:
    """Read a copy, in the order in which it was written; raises `Invalid` or `OSError`.

    What was cut off by a power cut or a full disk is left out where the row comes again behind it.
    """
    with file.open(encoding="utf-8", errors="replace") as content:
        for line in content:
            try:
                read = json.loads(line)
            except ValueError:
                continue
            try:
                yield ChainRow(int(read["sequence"]), tuple(read["fields"]), bytes.fromhex(read["hash"]))
            except (KeyError, TypeError, ValueError) as error:
                raise Invalid("a line of the copy is no audit row") from error


def _written(row: ChainRow) -> str:
    words = {"sequence": row.sequence, "hash": row.hash.hex(), "fields": row.fields}
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")) + "\n"
