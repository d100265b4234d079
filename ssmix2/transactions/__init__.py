"""Read and write a transaction storage (トランザクションストレージ, fact sheet §1.7).

Below its root lie folders of years with files `TR_<17 digits>_<5 digits>.DAT`; a file is a row of
records, each a header line and the message behind it. A reader keeps the position of the last record
it has taken and asks for what comes after; it is never given half a record. Memory holds one block
and one record, however long the log is.
"""

from __future__ import annotations

from ssmix2.transactions.logs import files
from ssmix2.transactions.reading import LARGEST_RECORD, NO_LIMIT, read_after, read_body
from ssmix2.transactions.record import START, VERSION, Header, Position, Record, parse_header
from ssmix2.transactions.writing import LARGEST_FILE, TransactionWriter

__all__ = [
    "LARGEST_FILE",
    "LARGEST_RECORD",
    "NO_LIMIT",
    "START",
    "VERSION",
    "Header",
    "Position",
    "Record",
    "TransactionWriter",
    "files",
    "parse_header",
    "read_after",
    "read_body",
]
