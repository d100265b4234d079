"""Read and write a transaction storage (トランザクションストレージ, fact sheet §1.7).

Below its root lie folders of years with files `TR_<17 digits>_<5 digits>.DAT`; a file is a row of
records, each a header line and the message behind it. A reader keeps the position of the last record
it has taken and asks for what comes after; it is never given half a record. Memory holds one block
and one record, however long the log is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from hie.record.errors import Invalid, Unreadable
from hie.record.findings import Finding, Severity
from ssmix2.encoding import decode, encode

VERSION = "2.00"
"""Format version, second item of a header."""

LARGEST_RECORD = 16 << 20
"""Bytes above which a record is reported and skipped."""

LARGEST_FILE = 64 << 20
"""Bytes after which the writer begins another file."""

NO_LIMIT = 1 << 62

_MARK = b"#SSMIX,"
_ESCAPE = b"\x1b"
_LINE_ENDS = b"\r\n"
_BLOCK = 1 << 20
_LONGEST_HEADER = 1024
_ITEMS = 10
_LONGEST_ITEM = 180
_OPERATION = 7
_NUMBERS = 100_000
_MOST_BEHIND = 64
_YEAR = re.compile(r"\d{4}", re.ASCII)
_FILE = re.compile(r"TR_(?P<time>\d{14,17})_(?P<number>\d{1,5})\.DAT", re.ASCII | re.IGNORECASE)
_MOMENT = re.compile(r"\d{12,17}", re.ASCII)
_CARE_DATE = re.compile(r"-|\d{8}", re.ASCII)
_NO_NAME = re.compile(r"[\x00-\x1f/\\]")
_new = tuple.__new__


class Header(NamedTuple):
    """What was done to which file: the header line of a record, all as written."""

    facility: str
    patient_id: str
    care_date: str
    """`YYYYMMDD` or `-`."""
    data_kind: str
    """Data kind, or the folder name of an extended storage."""
    order_number: str
    operation: str
    """`INS` or `DEL`; a correction is an `INS` for a key that exists."""
    department: str
    """`-` where none applies."""
    timestamp: str
    """発生日時: 12 to 17 digits, as in the file's name."""

    def text(self) -> str:
        """Write the header line without its end."""
        return ",".join(("#SSMIX", VERSION, *self))


class Position(NamedTuple):
    """Where a record begins; positions sort in the order of the log."""

    file: str
    """Path below the transaction root, with `/`."""
    offset: int
    """Bytes before the record's header."""


START = Position("", 0)
"""Before the first record of every log."""


class Record(NamedTuple):
    """One record. Where `finding` is set, `body` is not to be relied upon."""

    position: Position
    length: int
    """Bytes of the whole record, header and all."""
    header: Header | None
    """None where the header line cannot be read."""
    finding: Finding | None
    body_start: int
    """Byte of the file where the message begins."""
    body: bytes
    """The message as it lies in the file; empty where the header stands alone or the record is too long."""


def parse_header(line: str) -> Header:
    """Read a header line (without its end); raises `Unreadable` with TRX-01."""
    items = line.split(",")
    if len(items) != _ITEMS:
        raise Unreadable(_bad(f"The header has {len(items)} items and not {_ITEMS}."))
    if items[0] != "#SSMIX" or items[1].strip() != VERSION:
        raise Unreadable(_bad(f"The header does not begin with #SSMIX,{VERSION}."))
    if items[_OPERATION] not in {"INS", "DEL"}:
        raise Unreadable(_bad("The header's operation is neither INS nor DEL."))
    header: Header = _new(Header, items[2:])
    if (
        not _names_a_file(header)
        or max(map(len, items)) > _LONGEST_ITEM
        or _NO_NAME.search(line)
        or not {".", ".."}.isdisjoint(items)
    ):
        raise Unreadable(_bad("The header's items cannot be the name of a file."))
    return header


def _names_a_file(header: Header) -> bool:
    named = header.patient_id and header.data_kind and _CARE_DATE.fullmatch(header.care_date)
    return bool(named and _MOMENT.fullmatch(header.timestamp))


def read_after(
    root: Path,
    position: Position = START,
    *,
    upto_bytes: int = NO_LIMIT,
    settled_before_ns: int = 0,
    largest: int = LARGEST_RECORD,
) -> Iterator[Record]:
    """Yield the complete records behind `position`, in order; about `upto_bytes` of them in one call.

    A record is complete when another header follows it, when a newer file exists, or when its text
    ends with a line and its file has not been written to since `settled_before_ns` (nanoseconds since
    1970, compared with the file's time of change). What a newer file proves to be cut off, and what
    is longer than `largest` bytes, comes with a finding. Raises `OSError` where a log cannot be read.
    """
    names = _files_from(root, position.file)
    left = upto_bytes
    for number, name in enumerate(names, 1):
        begin = position.offset if name == position.file else 0
        log = _Log(root, name, is_final=number < len(names), largest=largest)
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
    if not (_YEAR.fullmatch(year) and _FILE.fullmatch(name)):
        raise Invalid("a position names a file of a transaction storage")
    with Path(root, position.file).open("rb") as file:
        file.seek(position.offset)
        content = file.read(length)
    if len(content) != length or not content.startswith(_MARK):
        raise Unreadable(_bad("The record is not where it was."))
    return content[_line(content, 0, length)[1] :]


def files(root: Path) -> list[str]:
    """List the logs below `root` in their order, as paths with `/`."""
    return _files_from(root, "")


def _files_from(root: Path, first: str) -> list[str]:
    """List the logs that do not sort before `first`."""
    found: list[str] = []
    for year in _names(root):
        if _YEAR.fullmatch(year) and year >= first[:4]:
            with suppress(NotADirectoryError, FileNotFoundError):
                found += (f"{year}/{name}" for name in _names(Path(root, year)) if _FILE.fullmatch(name))
    return sorted(name for name in found if name >= first)


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


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
        record = self._record(start, held, 0, len(held))
        yield record if ends or record.finding else record._replace(finding=_CUT_OFF)

    def _record(self, start: int, held: bytes, at: int, end: int) -> Record:
        line_end, body = _line(held, at, end)
        header, finding = _header(held[at:line_end])
        return _new(
            Record,
            (
                _new(Position, (self.name, start)),
                end - at,
                header,
                finding,
                start + body - at,
                held[body:end],
            ),
        )

    def _too_long(self, start: int, length: int, head: bytes) -> Record:
        line_end, body = _line(head, 0, len(head))
        header, finding = _header(head[:line_end])
        return Record(Position(self.name, start), length, header, finding or _TOO_LONG, start + body, b"")


def _marks(
    held: bytes, at: int, searched: int, *, is_first: bool, opened: bool, is_last: bool
) -> Iterator[int]:
    """Yield where headers begin behind `at`, the beginning of the record that is under way.

    A header begins a line, and no two-byte run is open there. A run that was never closed ends
    with its line where what follows can be nothing but a header.
    """
    mark = held.find(_MARK, searched)
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
        mark = held.find(_MARK, mark + 1)


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
        return None, finding if finding.code == "TRX-01" else _bad("The header cannot be read as text.")


def _bad(message: str) -> Finding:
    return Finding("TRX-01", Severity.ERROR, "header", message)


_UTF8 = b"\xef\xbb\xbf"
_BOM = len(_UTF8)
_CUT_OFF = Finding("TRX-01", Severity.ERROR, "record", "The record is cut off: its last line has no end.")
_TOO_LONG = Finding("READ-02", Severity.ERROR, "record", "The record is longer than a reader takes.")


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
    if body.startswith(_MARK) or b"\r" + _MARK in body or b"\n" + _MARK in body:
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
    parts = _FILE.fullmatch(newest[5:])
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
