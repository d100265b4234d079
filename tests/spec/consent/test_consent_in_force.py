"""What a consent opens, line by line."""

from __future__ import annotations

import pytest

from tests.spec.consent.tables import Row, answer

NO = "closed: no-consent"
YES = "open: consent-in-force"
LAB = "A laboratory-result"

TABLE = (
    Row("", "B views", LAB, NO, "Nothing was decided, so nothing is open."),
    Row("given A → B", "B views", LAB, YES, "A may show B."),
    Row("given A → B", "C views", LAB, NO, "C was not named."),
    Row(
        "given A → B",
        "B views",
        "C laboratory-result",
        "left out",
        "C's records were not named.",
    ),
    Row(
        "given A → B",
        "A views",
        "B laboratory-result",
        NO,
        "A consent has a direction.",
    ),
    Row("given A,B → C; given B → D", "D views", LAB, "left out", "What C sees, D does not."),
    Row("given * → *", "D views", LAB, YES, "All that take part, also those who joined later."),
    Row("given A → B & C → B", "B views", "C laboratory-result", YES, "Any provision is enough."),
    Row("given A → B classes image", "B views", "A image", YES, "The class was named."),
    Row("given A → B classes image", "B views", LAB, "left out", "The class was not named."),
    Row("given A → B", "B views", "A unknown", "left out", "Nobody knows what it is."),
    Row("given A → B classes unknown", "B views", "A unknown", NO, "An unknown class cannot be named."),
    Row(
        "given A → B days 2025-04-01..2026-03-31",
        "B views",
        "A note 2025-04-01",
        YES,
        "The first day is inside.",
    ),
    Row("given A → B days 2025-04-01..2026-03-31", "B views", "A note 2026-03-31", YES, "So is the last."),
    Row(
        "given A → B days 2025-04-01..2026-03-31",
        "B views",
        "A note 2025-03-31",
        "left out",
        "A day before.",
    ),
    Row(
        "given A → B days 2025-04-01..2026-03-31",
        "B views",
        "A note 2026-04-01",
        "left out",
        "A day after.",
    ),
    Row("given A → B", "B views", "A note of no known day", "left out", "Unknown is closed."),
    Row("given A → B from 100 until 200", "B views at 99", LAB, NO, "Not yet."),
    Row("given A → B from 100 until 200", "B views at 100", LAB, YES, "From this instant on."),
    Row("given A → B from 100 until 200", "B views at 199", LAB, YES, "The last instant."),
    Row("given A → B from 100 until 200", "B views at 200", LAB, NO, "Until, not through."),
    Row("given A → B", "B views", "A note restricted", "left out", "Above the ceiling."),
    Row("given A → B up to restricted", "B views", "A note restricted", YES, "The ceiling was raised."),
    Row(
        "given A → B up to restricted",
        "B views",
        "A note very restricted",
        "left out",
        "Above the raised ceiling.",
    ),
    Row(
        "given A → B up to unknown",
        "B views",
        "A note unknown",
        "left out",
        "No ceiling reaches what nobody has judged.",
    ),
    Row("given A → B", "B views for administration", LAB, "closed: purpose", "Only treatment."),
    Row("given A → B", "B views for emergency", LAB, "closed: purpose", "Emergency access is another rule."),
    Row("given A → B", "A files", LAB, YES, "Somebody may see it, so it is filed."),
    Row("given A → B", "B files", "B laboratory-result", NO, "Nobody may see what B writes."),
    Row("given A → B", "A files", "B laboratory-result", "left out", "A files what A keeps."),
    Row("given A → B until 100", "A files at 100", LAB, NO, "Nobody may see it any more."),
    Row("given A → B classes image", "A files", LAB, "left out", "No leave for this class."),
    Row("given A → B", "A files", "A unknown", YES, "It is kept and not shown, where no classes are named."),
    Row("given A → B classes image", "A files", "A unknown", "left out", "Classes are named."),
    Row("given A → B", "A files", "A note of no known day", "left out", "Unknown is closed."),
    Row("given A → B", "A system files", LAB, YES, "Filing is done by the custodian's system."),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.because)
def test_a_consent_opens_what_it_says_and_no_more(row: Row) -> None:
    assert answer(row) == row.answer
