"""What is refused or held back, line by line."""

from __future__ import annotations

import pytest

from tests.spec.consent.tables import Row, answer

YES = "open: consent-in-force"
NO = "closed: restricted"
FORM = "given A,C → *; care B"
LAB = "A laboratory-result"

TABLE = (
    Row(
        f"{FORM}; refused A → B", "B views", LAB, "left out", "The patient refuses that B sees what A wrote."
    ),
    Row(f"{FORM}; refused * → B", "B views", LAB, NO, "The patient refuses B altogether."),
    Row(f"{FORM}; refused * → D", "B views", LAB, YES, "The refusal is for D."),
    Row(f"{FORM}; refused C → B", "B views", LAB, YES, "The refusal is about C."),
    Row(f"{FORM}; refused * → B classes note", "B views", LAB, YES, "The refusal is about notes."),
    Row(f"{FORM}; refused * → B classes note", "B views", "A note", "left out", "About these."),
    Row(f"refused * → B; {FORM}", "B views", LAB, NO, "A later consent does not end a refusal."),
    Row(f"{FORM}; refused * → B; lifted 3", "B views", LAB, YES, "The patient ends it."),
    Row(f"{FORM}; refused * → B; lifted 2", "B views", LAB, NO, "Something else was lifted."),
    Row(f"{FORM}; refused * → account", "B views", LAB, NO, "The patient refuses this person."),
    Row("refused * → A", "A, linked, views", LAB, "open: own-facility", "A sees what it wrote itself."),
    Row("refused * → account", "A, linked, views", LAB, NO, "But not the person who is refused."),
    Row(f"{FORM}; held A → *", "B views", LAB, "left out", "A holds it back."),
    Row(f"{FORM}; held A → * classes note", "B views", "A note", "left out", "A holds these back."),
    Row(f"{FORM}; held A → * classes note", "B views", LAB, YES, "Not the others."),
    Row("held A → *", "A, linked, views", LAB, NO, "At the hub A does not see it either."),
    Row(f"{FORM}; refused A → *", "A files", LAB, NO, "Nobody may see it: it stays where it is."),
    Row(f"{FORM}; held A → * classes note", "A files", "A note", "left out", "The same for a class."),
    Row(f"{FORM}; refused A → B", "A files", LAB, YES, "Others may see it."),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.because)
def test_a_refusal_or_a_hold_beats_every_consent(row: Row) -> None:
    assert answer(row) == row.answer
