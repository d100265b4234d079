"""What patients and those who stand for them see, line by line."""

from __future__ import annotations

import pytest

from tests.spec.consent.tables import Row, answer

YES = "open: patient-self"
ME = "A, themselves, patient views for patient-request"
THEIRS = "A, themselves, family views for patient-request"
LAB = "B laboratory-result"

TABLE = (
    Row("", ME, LAB, YES, "One's own, of every facility with a number of one's own."),
    Row("", ME, "B note", YES, "Of every class."),
    Row("B unlinked", ME, LAB, "left out", "No number there is one's own."),
    Row(
        "",
        "A, another patient, patient views for patient-request",
        LAB,
        "closed: purpose",
        "Somebody else's.",
    ),
    Row("", "A, themselves, patient views", LAB, "closed: role", "Not in the name of treatment."),
    Row("", ME, "B unknown", "left out", "Nobody knows what it is."),
    Row("", ME, "B note of no known day", "left out", "Unknown is closed."),
    Row("", ME, "B note restricted", YES, "One's own, also what others do not see."),
    Row("", ME, "B note very restricted", "left out", "What its writer keeps even from the patient."),
    Row("", ME, "B note bearing hiv", YES, "One's own."),
    Row("", ME, "B note bearing not-told", "left out", "Not told yet: the doctor says it first."),
    Row("", ME, "B note bearing violence", "left out", "Whoever looks over the shoulder must not see it."),
    Row("", ME, "B note bearing unknown", "left out", "Nobody could say what it is."),
    Row("", THEIRS, LAB, YES, "Who stands for the patient."),
    Row("", THEIRS, "B note bearing hiv", "left out", "Never more than the patient, and nothing sensitive."),
    Row("", THEIRS, "B note bearing not-told", "left out", "Nor what was not told."),
    Row("given * → *; withdrawn * → *", ME, LAB, "closed: withdrawn", "It is no longer in the network."),
    Row("given * → *; withdrawn B → *", ME, LAB, "left out", "What B wrote is not any more."),
    Row("given * → *; withdrawn * → B", ME, LAB, YES, "Taken back from one facility only."),
    Row("withdrawn * → *; given B → C", ME, LAB, YES, "A later form names B again."),
    Row("refused B → *", ME, LAB, YES, "One's own refusal is for others."),
    Row("held B → *", ME, LAB, "left out", "B holds it back from everybody."),
    Row("B left at 100", ME, LAB, "left out", "B does not take part any more."),
    Row("died, closed from 100", ME, LAB, "closed: deceased", "Relatives ask the hospital."),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.because)
def test_patients_see_their_own_and_nothing_that_was_not_told(row: Row) -> None:
    assert answer(row) == row.answer
