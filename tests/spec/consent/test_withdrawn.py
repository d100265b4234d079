"""What a withdrawal closes, and what opens it again, line by line."""

from __future__ import annotations

import pytest

from tests.spec.consent.tables import Row, answer

LAB = "A laboratory-result"
GONE = "closed: withdrawn"
YES = "open: consent-in-force"

TABLE = (
    Row("given A → B; withdrawn * → *", "B views", LAB, GONE, "All was taken back."),
    Row("given A → B; withdrawn A → B", "B views", LAB, GONE, "This was taken back."),
    Row("given A,C → B; withdrawn A → *", "B views", LAB, "left out", "By discloser."),
    Row("given A,C → B; withdrawn A → *", "B views", "C note", YES, "The other discloser still shows."),
    Row("given A,C → B; withdrawn A,C → B", "B views", LAB, GONE, "Each discloser was named."),
    Row("given A,C → B; withdrawn A → B; withdrawn C → B", "B views", LAB, GONE, "One after the other."),
    Row("given A → B,C; withdrawn * → B", "B views", LAB, GONE, "By recipient."),
    Row("given A → B,C; withdrawn * → B", "C views", LAB, YES, "The other recipient still sees."),
    Row("given * → *; care B; withdrawn A → B", "B views", LAB, "left out", "Out of a consent for all."),
    Row("given * → *; care B; withdrawn A → B", "B views", "C note", YES, "The rest of it stays."),
    Row("given * → *; care C; withdrawn A → B", "C views", LAB, YES, "For others, too."),
    Row("given A → B; withdrawn A → B; given A → B", "B views", LAB, YES, "Given again."),
    Row("withdrawn * → *; given A → B", "B views", LAB, YES, "Only what came before is taken back."),
    Row(
        "given A → B; withdrawn * → *; given A → B classes image",
        "B views",
        LAB,
        "left out",
        "What is given again is what the new form says; the old one stays dead.",
    ),
    Row("given A → B; withdrawn * → *; given C → B", "B views", LAB, "left out", "Another's."),
    Row("given A → B; withdrawn * → *; given C → B", "B views", "C note", YES, "What was given since."),
    Row("given A → B; withdrawn A → B; given A → B until 100", "B views", LAB, "closed: expired", "Over."),
    Row("given A → B from 200; withdrawn * → *", "B views at 250", LAB, GONE, "Also what had not begun."),
    Row("given A → B; withdrawn B → A", "B views", LAB, YES, "A withdrawal has a direction."),
    Row("given A → B; withdrawn * → *", "A files", LAB, GONE, "Nothing new is filed."),
    Row("given A → B,C; withdrawn A → B", "A files", LAB, YES, "C may still see it."),
    Row("given A → B,C; withdrawn A → B,C", "A files", LAB, "closed: no-consent", "Nobody is left."),
    Row("given A → *; withdrawn A → B", "A files", LAB, YES, "All others may still see it."),
    Row("given A → *; withdrawn A → *", "A files", LAB, GONE, "Nobody is left."),
    Row("given * → *; withdrawn A → *", "B files", "B note", YES, "Another discloser goes on."),
    Row("given A → *; withdrawn A → *; given A → B", "A files", LAB, YES, "Given again."),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.because)
def test_a_withdrawal_closes_until_a_later_consent(row: Row) -> None:
    assert answer(row) == row.answer
