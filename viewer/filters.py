"""What a person picks of a calendar, as an address says it: facilities left out, kinds, departments.

The address is short text that names codes alone, so that it may be sent, kept and gone back to. What was
picked hides nothing silently: the page says so, and how to see all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

from hie.exchange.ports import EntryLine
from hie.record.entry import DocumentClass
from viewer.drawing import MARKS

UNNAMED = "-"
"""How an address says: without a department."""
MOST = 60
"""Departments an address may name."""
ALL = "all"
_MARKED = "".join(map(str, range(MARKS)))
_CODE = re.compile(r"[0-9A-Za-z]{1,8}|-")


class Filter(NamedTuple):
    """What is shown of a calendar; empty kinds and departments mean all."""

    hidden: str = ""
    """Marks of the facilities that are left out."""
    kinds: tuple[str, ...] = ()
    """Keys of rows."""
    departments: tuple[str, ...] = ()
    """Codes of departments; `-` for documents that name none."""

    @property
    def picks(self) -> bool:
        """Whether some kinds or departments alone are shown."""
        return bool(self.kinds or self.departments)

    @property
    def query(self) -> str:
        """Write it as the end of an address; empty where everything is shown."""
        return "".join(
            f"&{name}={value}"
            for name, value in (
                ("hide", self.hidden),
                ("kind", ".".join(self.kinds)),
                ("department", ".".join(self.departments)),
            )
            if value
        )

    def lines(
        self, lines: Sequence[EntryLine], row_of: Callable[[DocumentClass], str]
    ) -> Sequence[EntryLine]:
        """Return the lines that are shown."""
        if not self.picks:
            return lines
        return [one for one in lines if self.shows(row_of(one.document_class), one.department)]

    def shows(self, kind: str, department: str) -> bool:
        """Say whether documents of a row and a department are shown."""
        return (not self.kinds or kind in self.kinds) and (
            not self.departments or (department or UNNAMED) in self.departments
        )


def read(pairs: Iterable[tuple[str, str]], rows: Sequence[str]) -> Filter | None:
    """Read it from the names and values of an address or a form; none where nothing is said of it."""
    said: dict[str, list[str]] = {}
    for name, value in pairs:
        said.setdefault(name, []).extend(value.split("."))
    if not said.keys() & {"hide", "kind", "department", ALL}:
        return None
    hidden = "".join(mark for mark in _MARKED if mark in "".join(said.get("hide", ())))
    asked = frozenset(said.get("kind", ()))
    departments = sorted({code for code in said.get("department", ()) if _CODE.fullmatch(code)})
    found = Filter(hidden, tuple(row for row in rows if row in asked), tuple(departments[:MOST]))
    return found if found != Filter() or ALL in said else None


def kept(text: str, rows: Sequence[str]) -> Filter:
    """Read what a person keeps; everything where nothing is kept."""
    return read(parse_qsl(text), rows) or Filter()
