"""Tables for spreadsheet programs: CSV (RFC 4180) in which no cell is ever taken for a formula.

What stands in a cell may have been typed by anybody, and who opens the table is somebody else.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

MARK = "\ufeff"
"""Begins a file that spreadsheets of this country open as UTF-8 without asking."""
MEDIA_TYPE = "text/csv; charset=utf-8"
_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]")
"""What begins a formula, a command (DDE) or an argument of one, in either width, behind any blanks."""
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def harmless(cell: object) -> str:
    """Write a cell such that a spreadsheet shows it as text, or as the number that it is."""
    text = str(cell)
    taken = _FORMULA.match(text) is not None or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if taken and not _PLAIN_NUMBER.fullmatch(text) else text


def csv_lines(lines: Iterable[Iterable[object]]) -> str:
    """Write lines of a table; `MARK` is for whoever begins a file."""
    out = io.StringIO()
    csv.writer(out).writerows([harmless(cell) for cell in line] for line in lines)
    return out.getvalue()
