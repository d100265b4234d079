"""Write a log: records are appended, and brought to the disk before anybody is answered."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from hie.record.errors import Invalid, Unreadable
from ssmix2.encoding import encode
from ssmix2.transactions.logs import FILE, files
from ssmix2.transactions.record import MARK, Header, Position, parse_header

LARGEST_FILE = 64 << 20
"""Bytes after which the writer begins another file."""

_NUMBERS = 100_000
_MOST_BEHIND = 64


class TransactionWriter:
    """Append records; nothing is promised to be on disk before `sync` has returned.

    Every writer begins a file of its own, so nothing is ever appended behind a record that a crash
    cut off. Names grow even where the clock goes back.
    """

    def __init__(self, root: Path, max_bytes: int = LARGEST_FILE) -> None:
        """Write below `root`, which exists; a file holds about `max_bytes` at most."""
        self._root = root
        self._max_bytes = max_bytes
        self._descriptor = -1
        self._name = ""
        self._day = ""
        self._size = 0
        self._behind: list[int] = []
        """Descriptors of files that nothing is added to any more, until they are on disk."""
        self._unsynced: list[Path] = []

    def __enter__(self) -> Self:
        """Give the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def append(self, header: Header, body: bytes, now_text17: str) -> Position:
        """Add one record and say where; `now_text17` is the present time in 17 digits.

        Raises `Invalid` where the record could not be read back, `OSError` where the disk refuses;
        after that nothing of the record counts and the next one begins another file.
        """
        record = _written(header, body)
        if self._descriptor < 0 or now_text17[:8] > self._day or self._is_full(len(record)):
            self._begin(now_text17)
        position = Position(self._name, self._size)
        try:
            written = 0
            while written < len(record):
                written += os.write(self._descriptor, record[written:])
        except OSError:
            self._give_up()
            raise
        self._size += len(record)
        return position

    def sync(self) -> None:
        """Bring everything appended so far, and the names of new files and folders, to the disk."""
        while self._behind:
            os.fdatasync(self._behind[-1])
            os.close(self._behind.pop())
        if self._descriptor >= 0:
            os.fdatasync(self._descriptor)
        while self._unsynced:
            _sync_folder(self._unsynced[-1])
            self._unsynced.pop()

    def close(self) -> None:
        """Close the files; what was not synced may not be on disk."""
        self._leave()
        while self._behind:
            os.close(self._behind.pop())

    def _leave(self) -> None:
        """Add nothing to the open file any more."""
        if self._descriptor >= 0:
            self._behind.append(self._descriptor)
            self._descriptor = -1

    def _give_up(self) -> None:
        """Take back what was written of a record; a file that holds no other goes with it."""
        if self._size == 0:
            os.close(self._descriptor)
            self._descriptor = -1
            with suppress(OSError):
                Path(self._root, self._name).unlink()
            return
        with suppress(OSError):
            os.ftruncate(self._descriptor, self._size)
        self._leave()

    def _is_full(self, more: int) -> bool:
        return self._size > 0 and self._size + more > self._max_bytes

    def _begin(self, now: str) -> None:
        """Open the next file; the one before waits for `sync`."""
        self._leave()
        if len(self._behind) > _MOST_BEHIND:
            self.sync()
        name = _next_name(self._root, now)
        folder = Path(self._root, name[:4])
        if not folder.exists():
            folder.mkdir()
            self._unsynced.append(self._root)
        self._descriptor = os.open(Path(self._root, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        self._unsynced.append(folder)
        self._name, self._day, self._size = name, now[:8], 0


def _written(header: Header, body: bytes) -> bytes:
    line = header.text()
    try:
        parse_header(line)
    except Unreadable as unreadable:
        raise Invalid(unreadable.finding.message) from None
    if body.startswith(MARK) or b"\r" + MARK in body or b"\n" + MARK in body:
        raise Invalid("a line of the message reads as a header of the log")
    if body and not body.endswith((b"\r", b"\n")):
        body += b"\r"
    return encode(line) + b"\r" + body


def _next_name(root: Path, now: str) -> str:
    """Name a file that sorts behind every file there is."""
    if len(now) != len("YYYYMMDDHHMMSSFFF") or not now.isdigit():
        raise Invalid("a log is named after a time of 17 digits")
    present = files(root)
    newest = present[-1] if present else ""
    name = f"{now[:4]}/TR_{now}_00001.DAT"
    if name > newest:
        return name
    parts = FILE.fullmatch(newest[5:])
    number = int(parts["number"]) + 1 if parts else _NUMBERS
    if parts is None or number >= _NUMBERS:
        raise Invalid("no number is left behind the newest log")
    return f"{newest[:4]}/TR_{parts['time']}_{number:05d}.DAT"


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
