"""A record of a transaction storage: its header line, its message, its place (fact sheet §1.7)."""

from __future__ import annotations

import re
from typing import NamedTuple

from hie.record.errors import Unreadable
from hie.record.findings import Finding, Severity

VERSION = "2.00"
"""Format version, second item of a header."""

MARK = b"#SSMIX,"
"""How a record begins."""

_ITEMS = 10
_LONGEST_ITEM = 180
_OPERATION = 7
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
    body: bytes
    """The message as it lies in the file; empty where the header stands alone or the record is too long."""


def parse_header(line: str) -> Header:
    """Read a header line (without its end); raises `Unreadable` with TRX-01."""
    items = line.split(",")
    if len(items) != _ITEMS:
        raise Unreadable(bad(f"The header has {len(items)} items and not {_ITEMS}."))
    if items[0] != "#SSMIX" or items[1].strip() != VERSION:
        raise Unreadable(bad(f"The header does not begin with #SSMIX,{VERSION}."))
    if items[_OPERATION] not in {"INS", "DEL"}:
        raise Unreadable(bad("The header's operation is neither INS nor DEL."))
    header: Header = _new(Header, items[2:])
    if (
        not _names_a_file(header)
        or max(map(len, items)) > _LONGEST_ITEM
        or _NO_NAME.search(line)
        or not {".", ".."}.isdisjoint(items)
    ):
        raise Unreadable(bad("The header's items cannot be the name of a file."))
    return header


def _names_a_file(header: Header) -> bool:
    named = header.patient_id and header.data_kind and _CARE_DATE.fullmatch(header.care_date)
    return bool(named and _MOMENT.fullmatch(header.timestamp))


def bad(message: str) -> Finding:
    """Say what is wrong with a header, as TRX-01."""
    return Finding("TRX-01", Severity.ERROR, "header", message)
