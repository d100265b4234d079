"""What a facility sees of its own, line by line."""

from __future__ import annotations

import pytest

from tests.spec.consent.tables import Row, answer

YES = "open: own-facility"

TABLE = (
    Row("", "A, linked, views", "A note", YES, "Its own record, no consent needed."),
    Row("", "A, linked, views", "B note", "left out", "Another's."),
    Row("", "A views", "A note", "closed: no-consent", "The number is linked to nobody."),
    Row("", "A, linked, views", "A note of no known day", YES, "It wrote it and knows what it is."),
    Row("", "A, linked, views", "A unknown", YES, "Of whatever class."),
    Row("", "A, linked, views", "A note very restricted", YES, "However confidential."),
    Row("", "A, linked, views", "A note unknown", YES, "Also where nobody has judged it."),
    Row("", "A, linked, views", "A note bearing never", YES, "What never leaves A may be seen there."),
    Row("withdrawn * → *", "A, linked, views", "A note", YES, "A withdrawal is about what others see."),
    Row("", "A, linked, views for administration", "A note", "closed: purpose", "Only treatment."),
    Row("", "A, linked, secretariat views", "A note", "closed: role", "Only those who treat."),
    Row("", "A files", "A note", "closed: no-consent", "To file at the hub is to show to others."),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.because)
def test_a_facility_sees_what_it_wrote_of_a_linked_patient(row: Row) -> None:
    assert answer(row) == row.answer
