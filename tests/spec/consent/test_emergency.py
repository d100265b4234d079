"""What a broken glass opens, line by line."""

from __future__ import annotations

import pytest

from tests.spec.consent.tables import Row, answer

YES = "open: emergency"
NO = "closed: no-consent"
FORM = "given A → B with emergency clause"
GLASS = "D, glass broken until 200, views"
LAB = "A laboratory-result"

TABLE = (
    Row(FORM, GLASS, LAB, YES, "D was not named: the clause is for whoever must act."),
    Row(FORM, "D views", LAB, NO, "Nobody broke the glass."),
    Row("given A → B", GLASS, LAB, NO, "The form has no such clause."),
    Row(FORM, "D, glass broken until 150, views", LAB, NO, "Until, not through."),
    Row(FORM, "D, glass broken until 151, views", LAB, YES, "The last instant."),
    Row(FORM, "D, glass broken until 200, nurse views", LAB, YES, "Doctors and nurses break it."),
    Row(FORM, "D, glass broken until 200, pharmacist views", LAB, NO, "Nobody else does."),
    Row(FORM, "D, glass broken until 200, views for emergency", LAB, YES, "So the audit record calls it."),
    Row(
        FORM, "D, glass broken until 200, views for administration", LAB, "closed: purpose", "To treat only."
    ),
    Row(FORM, GLASS, "A note", "left out", "Free text does not save a life."),
    Row(FORM, GLASS, "A allergy", YES, "This does."),
    Row(FORM, GLASS, "A laboratory-result bearing hiv", "left out", "Nothing sensitive."),
    Row(
        f"{FORM}; given A → C opting in to hiv",
        GLASS,
        "A problem bearing hiv",
        "left out",
        "Nor if others may.",
    ),
    Row(FORM, GLASS, "A laboratory-result bearing staff", YES, "With a mark."),
    Row(FORM, GLASS, "A problem very restricted", "left out", "Above every ceiling here."),
    Row(
        "given A → B classes image with emergency clause", GLASS, LAB, "left out", "What was agreed, at most."
    ),
    Row("given A → B until 100 with emergency clause", GLASS, LAB, NO, "The form has ended."),
    Row(f"{FORM}; withdrawn * → *", GLASS, LAB, "closed: withdrawn", "Taken back is taken back."),
    Row(f"{FORM}; withdrawn * → D", GLASS, LAB, "closed: withdrawn", "Also from D alone."),
    Row(f"{FORM}; withdrawn * → *; {FORM}", GLASS, LAB, YES, "A later form has the clause again."),
    Row(f"{FORM}; refused A → D", GLASS, LAB, "closed: restricted", "A refusal is stronger."),
    Row(f"{FORM}; held A → *", GLASS, LAB, "closed: restricted", "So is what A holds back."),
    Row(f"{FORM}; D rests from 100 until 200", GLASS, LAB, "closed: membership", "D does not take part now."),
    Row(f"{FORM}; D joined at 60", GLASS, LAB, YES, "Who acts need not have been there at signing."),
    Row(f"{FORM}; A left at 100; A returned at 120", GLASS, LAB, NO, "What A was given is gone."),
    Row(f"{FORM}; A unlinked", GLASS, LAB, NO, "No number of A's is the patient's."),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.because)
def test_a_broken_glass_opens_the_emergency_set_of_what_was_agreed(row: Row) -> None:
    assert answer(row) == row.answer
