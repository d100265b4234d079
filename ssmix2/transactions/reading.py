"""Read a log record by record; memory holds one block and one record, however long the log is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from hie.record.errors import Invalid, Unreadable
from hie.record.findings import Finding, Severity
from ssmix2.encoding import decode
from ssmix2.transactions.logs import FILE, YEAR, files_from
from ssmix2.transactions.record import MARK, START, Header, Position, Record, bad, parse_header

LARGEST_RECORD = 16 << 20
"""Bytes above which a record is reported and skipped."""

NO_LIMIT = 1 << 62

_ESCAPE = b"\x1b"
_LINE_ENDS = b"\r\n"
_BLOCK = 1 << 20
_LONGEST_HEADER = 1024
_new = tuple.__new__


def read_after(
    root: Path,
    position: Position = START,
    *,
    upto_bytes: int = NO_LIMIT,
    settled_before_ns: int = 0,
    largest: int = LARGEST_RECORD,
    has_ended: bool = False,
) -> Iterator[Record]:
    """Yield the complete records behind `position`, in order; about `upto_bytes` of them in one call.

    A record is complete when another header follows it, when a newer file exists, or when its text
    ends with a line and its file has not been written to since `settled_before_ns` (nanoseconds since
    1970, compared with the file's time of change). What a newer file proves to be cut off, and what
    is longer than `largest` bytes, comes with a finding; `has_ended` says that nothing will be added,
    so that a last record without an end is cut off too. Raises `OSError` where a log cannot be read.
    """
    names = files_from(root, position.file)
    left = upto_bytes
    for number, name in enumerate(names, 1):
        begin = position.offset if name == position.file else 0
        log = _Log(root, name, is_final=has_ended or number < len(names), largest=largest)
        try:
            with Path(root, name).open("rb", buffering=0) as file:
                for record in log.records(file, begin, settled_before_ns):
                    if record.position > position:
                        yield record
                        left -= record.length
                        if left <= 0:
                            return
        except FileNotFoundError:
            continue  # taken away since its folder was listed


def read_body(root: Path, position: Position, length: int) -> bytes:
    """Reopen one record and give its message; `Invalid` where `position` names no log below `root`.

    Raises `Unreadable` with TRX-01 where the record is not there any more.
    """
    year, _, name = position.file.partition("/")
    if not (YEAR.fullmatch(year) and FILE.fullmatch(name)):
        raise Invalid("a position names a file of a transaction storage")
    with Path(root, position.file).open("rb") as file:
        file.seek(position.offset)
        content = file.read(length)
    if len(content) != length or not content.startswith(MARK):
        raise Unreadable(bad("The record is not where it was."))
    return content[_line(content, 0, length)[1] :]


class _Log:
    """One file, read in blocks; the span from one header to the next is a record."""

    def __init__(self, root: Path, name: str, *, is_final: bool, largest: int) -> None:
        self.path = Path(root, name)
        self.name = name
        self.is_final = is_final
        self.largest = largest

    def records(self, file: BinaryIO, begin: int, settled_before_ns: int) -> Iterator[Record]:
        """Yield the records from byte `begin`, where one starts."""
        before = os.fstat(file.fileno())
        held, start = b"", begin
        skipped, opened = 0, False  # bytes let go of a record too long, and whether they end in a run
        head = b""
        file.seek(begin)
        left = before.st_size - begin
        while left > 0:
            block = file.read(min(_BLOCK, left))
            if not block:
                return  # became shorter while it was read: nothing behind is known
            left -= len(block)
            searched = max(0, len(held) - _LONGEST_HEADER)
            held += block
            at = 0
            for mark in _marks(held, at, searched, is_first=start == begin, opened=opened, is_last=left == 0):
                if skipped:
                    yield self._too_long(start, skipped + mark, head)
                    start, skipped, opened = start + skipped + mark, 0, False
                else:
                    if mark > at and held[at:mark].strip():
                        yield self._record(start, held, at, mark)
                    start += mark - at
                at = mark
            held = held[at:]
            if skipped + len(held) > self.largest:
                head = head if skipped else held[:_LONGEST_HEADER]
                cut = len(held) - _LONGEST_HEADER
                opened = _in_run(held, 0, cut, opened=opened)
                held, skipped = held[cut:], skipped + cut
        settled = _is_settled(before, os.fstat(file.fileno()), settled_before_ns)
        yield from self._last(start, skipped, head, held, settled=settled)

    def _last(self, start: int, skipped: int, head: bytes, held: bytes, *, settled: bool) -> Iterator[Record]:
        """Decide about the record that no header follows."""
        ends = held.endswith((b"\r", b"\n"))
        if not held.strip() or not (self.is_final or (settled and ends)):
            return
        if skipped:
            yield self._too_long(start, skipped + len(held), head)
            return
        tail = len(held) - 1 - max(map(held.rfind, (b"\r", b"\n")))
        if 0 < tail < len(held) and MARK.startswith(held[-tail:]):  # of another record only this is there
            yield self._record(start, held, 0, len(held) - tail)
            yield self._record(start + len(held) - tail, held, len(held) - tail, len(held))
            return
        record = self._record(start, held, 0, len(held))
        yield record if ends or record.finding else record._replace(finding=_CUT_OFF)

    def _record(self, start: int, held: bytes, at: int, end: int) -> Record:
        line_end, body = _line(held, at, end)
        header, finding = _header(held[at:line_end])
        return _new(Record, (_new(Position, (self.name, start)), end - at, header, finding, held[body:end]))

    def _too_long(self, start: int, length: int, head: bytes) -> Record:
        header, finding = _header(head[: _line(head, 0, len(head))[0]])
        return Record(Position(self.name, start), length, header, finding or _TOO_LONG, b"")


def _marks(
    held: bytes, at: int, searched: int, *, is_first: bool, opened: bool, is_last: bool
) -> Iterator[int]:
    """Yield where headers begin behind `at`, the beginning of the record that is under way.

    A header begins a line, and no two-byte run is open there. A run that was never closed ends
    with its line where what follows can be nothing but a header.
    """
    mark = held.find(MARK, searched)
    while mark >= 0:
        if mark == 0:
            begins_line = False  # the record under way begins here already
        else:
            begins_line = held[mark - 1] in _LINE_ENDS or (
                is_first and mark == _BOM and held.startswith(_UTF8)
            )
        if begins_line and _in_run(held, at, mark, opened=opened):
            if mark + _LONGEST_HEADER > len(held) and not is_last:
                return  # decided when the whole line is here
            begins_line = _header(held[mark : _line(held, mark, len(held))[0]])[0] is not None
        if begins_line:
            yield mark
            at, opened, is_first = mark, False, False
        mark = held.find(MARK, mark + 1)


def _is_settled(before: os.stat_result, after: os.stat_result, settled_before_ns: int) -> bool:
    """Say whether a file is quiet, and was while it was read."""
    unchanged = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return unchanged and after.st_mtime_ns <= settled_before_ns


def _in_run(held: bytes, begin: int, end: int, *, opened: bool) -> bool:
    """Say whether two-byte characters are still switched on at `end` (ESC $)."""
    escape = held.rfind(_ESCAPE, begin, end)
    return opened if escape < 0 else held[escape + 1 : escape + 2] == b"$"


def _line(held: bytes, at: int, end: int) -> tuple[int, int]:
    """Give where the line from `at` ends and where the next one begins; CR, LF and CRLF end a line."""
    limit = min(end, at + _LONGEST_HEADER)
    line_end = held.find(b"\r", at, limit)
    feed = held.find(b"\n", at, limit if line_end < 0 else line_end)
    if feed >= 0:
        line_end = feed
    if line_end < 0:
        return limit, limit
    return line_end, line_end + (2 if held[line_end : line_end + 2] == b"\r\n" else 1)


def _header(line: bytes) -> tuple[Header | None, Finding | None]:
    try:
        text = line.decode("ascii") if line.isascii() and _ESCAPE not in line else decode(line)[0]
        return parse_header(text), None
    except Unreadable as unreadable:
        finding = unreadable.finding
        return None, finding if finding.code == "TRX-01" else bad("The header cannot be read as text.")


_UTF8 = b"\xef\xbb\xbf"
_BOM = len(_UTF8)
_CUT_OFF = Finding("TRX-01", Severity.ERROR, "record", "The record is cut off: its last line has no end.")
_TOO_LONG = Finding("READ-02", Severity.ERROR, "record", "The record is longer than a reader takes.")
