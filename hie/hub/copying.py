"""A second copy of every audit row, outside the database, there before the answer goes out.

One line of JSON for each row, appended by the hub's account; another disk or machine keeps what a
broken or changed database would have lost. Where the copy cannot be written the reads go on, for the
database has the row; what is missing is written as soon as that is possible again, and after a minute
the hub says so aloud. Several hubs on one database have a file each.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock

from hie.exchange.auditing import AT_ONCE
from hie.exchange.ports import ChainRow, Clock, Store
from hie.record.errors import Invalid

LATE = 60_000
"""Milliseconds of lag after which the hub says so."""
_TAIL = 65_536


class AuditCopy:
    """A file to which audit rows are only ever appended."""

    def __init__(self, file: Path, clock: Clock) -> None:
        """Append to `file`; it is opened with the first row."""
        self._file = file
        self._clock = clock
        self._lock = Lock()
        self._missing_since = 0
        """When the first row was missed that is not there yet, or 0."""
        self._from = 0
        """The row after which rows may be missing."""

    def witness(self, rows: Sequence[ChainRow]) -> None:
        """Append rows that have just been committed; where that fails they are caught up with later."""
        with self._lock:
            if self._missing_since:
                self._from = min(self._from, rows[0].sequence - 1)
                return
            try:
                self._append(rows)
            except OSError:
                self._missing_since = self._clock.now()
                self._from = rows[0].sequence - 1

    def catch_up(self, store: Store, *, anew: bool = False) -> None:
        """Append what is missing; `anew`: whatever came after the file's last row. Raises `OSError`.

        A row may come twice: with the same number and the same words, which is no fault.
        """
        with self._lock:
            if not (anew or self._missing_since):
                return
            after = last_copied(self._file) if anew else self._from
            self._end_line()
            with store.look() as work:
                while rows := work.audit.chain(after, AT_ONCE):
                    self._append(rows)
                    after = rows[-1].sequence
            self._missing_since = 0

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
    """Return the number of the last whole row in a copy, 0 if there is none; raises `OSError`."""
    if not file.exists():
        return 0
    with file.open("rb") as content:
        content.seek(max(0, file.stat().st_size - _TAIL))
        lines = content.read().decode("utf-8", "replace").split("\n")
    for line in reversed(lines[:-1]):
        try:
            return int(json.loads(line)["sequence"])
        except (ValueError, KeyError, TypeError):
            continue
    return 0


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
