"""What is open after a death, line by line."""

from __future__ import annotations

import pytest

from tests.spec.consent.tables import Row, answer

YES = "open: consent-in-force"
NO = "closed: deceased"
FORM = "given A → B"
LAB = "A laboratory-result"

TABLE = (
    Row(f"{FORM}; died, closed from 151", "B views", LAB, YES, "Care is being closed."),
    Row(f"{FORM}; died, closed from 150", "B views", LAB, NO, "That time has passed."),
    Row("died, closed from 100", "A, linked, views", LAB, NO, "Also what A wrote itself."),
    Row(f"{FORM}; died, closed from 100", "A files", LAB, NO, "Nothing more is filed."),
    Row(f"{FORM}; died, closed from 100; lifted 2", "B views", LAB, YES, "It was recorded in error."),
    Row(f"{FORM}; died, closed from 100; died, closed from 200", "B views", LAB, NO, "The first counts."),
    Row(
        f"{FORM} with emergency clause; died, closed from 100",
        "C, glass broken until 200, views",
        LAB,
        NO,
        "A broken glass helps nobody any more.",
    ),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.because)
def test_after_a_death_and_the_time_to_close_care_nothing_is_open(row: Row) -> None:
    assert answer(row) == row.answer
