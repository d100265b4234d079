"""Who takes part now, line by line."""

from __future__ import annotations

import pytest

from tests.spec.consent.tables import Row, answer

YES = "open: consent-in-force"
NO = "closed: membership"
FORM = "given A → B"
LAB = "A laboratory-result"

TABLE = (
    Row(FORM, "B views", LAB, YES, "Both take part."),
    Row(f"{FORM}; B left at 150", "B views", LAB, NO, "B has left."),
    Row(f"{FORM}; B left at 151", "B views", LAB, YES, "The last instant."),
    Row(f"{FORM}; A left at 150", "B views", LAB, NO, "A has left: what it wrote is closed."),
    Row(f"{FORM} & C → B; A left at 150", "B views", LAB, "left out", "What others wrote is not."),
    Row(f"{FORM}; B rests from 100 until 200", "B views", LAB, NO, "B is suspended."),
    Row(f"{FORM}; B rests from 100 until 150", "B views", LAB, YES, "Not any more, and nothing was lost."),
    Row(f"{FORM}; A rests from 150", "B views", LAB, NO, "A is suspended from now on."),
    Row("A rests from 100", "A, linked, views", LAB, NO, "Its own as well."),
    Row("A left at 100", "A, linked, views", LAB, NO, "Its own as well."),
    Row(f"{FORM}; A rests from 100", "A files", LAB, NO, "It files nothing meanwhile."),
    Row(f"{FORM}; B rests from 100", "A files", LAB, YES, "B comes back."),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.because)
def test_who_does_not_take_part_neither_sees_nor_shows(row: Row) -> None:
    assert answer(row) == row.answer
