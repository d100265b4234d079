"""No cell of a table is taken for a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hie.record.spreadsheets import csv_lines, harmless

HOSTILE = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1-1|cmd",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1",
    " =1",
    "\r=1",
    "\n=HYPERLINK(1)",
    "＝1+1",
    "＋1",
    "－1+2",
    "＠SUM",
    "|calc",
    "%0A=1",
    "\u3000=1",
    "\x00=1",
    "-",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_could_begin_a_formula_is_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "試験 花子", "12", "-5", "-0.25", "2024-05-20", "a=b", "R1=2", "'=1"])
def test_what_could_not_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(st.lists(st.lists(st.text(), min_size=1, max_size=4), max_size=5))
def test_a_table_is_read_again_as_it_was_written(lines: list[list[str]]) -> None:
    written = csv_lines(lines)
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert read == [[harmless(cell) for cell in line] for line in lines]
    assert all(cell[:1] not in set("=+@\t\r\n") for line in read for cell in line)
