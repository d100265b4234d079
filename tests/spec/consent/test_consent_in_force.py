"""What a consent opens, line by line."""

from __future__ import annotations

import pytest

from tests.spec.consent.tables import Row, answer

NO = "closed: no-consent"
YES = "open: consent-in-force"
OWN_TOO = "open: consent-in-force, own-facility"
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
    Row("given * → *", "D, linked, views", LAB, OWN_TOO, "All that take part, and D treats the patient."),
    Row(
        "given * → *", "D views", LAB, "closed: no-care", "Nobody at D has said that they treat the patient."
    ),
    Row("given * → *; care D", "D views", LAB, YES, "They said so."),
    Row("given * → *; care D until 150", "D views", LAB, "closed: no-care", "Until, not through."),
    Row("given * → *; care D; care ended D", "D views", LAB, "closed: no-care", "The last word counts."),
    Row("given * → *; care C", "D views", LAB, "closed: no-care", "That C treats is nothing to D."),
    Row("given A → D", "D views", LAB, YES, "Who is named by the form treats."),
    Row("given A → B; A unlinked", "B views", LAB, "closed: unlinked", "No number of A's is the patient's."),
    Row(
        "given * → *; D joined at 60",
        "D, linked, views",
        LAB,
        "left out",
        "All that took part when it was signed.",
    ),
    Row("given * → *; D joined at 60; care D", "D views", LAB, "closed: joined-later", "The same in care."),
    Row("given * → *; D joined at 50; care D", "D views", LAB, YES, "At that very moment it was a member."),
    Row(
        "given * → * and later members; D joined at 60, counted from 150; care D",
        "D views",
        LAB,
        YES,
        "The form says so, and the wait after the notice is over.",
    ),
    Row(
        "given * → * and later members; D joined at 60, counted from 151; care D",
        "D views",
        LAB,
        "closed: joined-later",
        "The wait is not over.",
    ),
    Row(
        "given * → * and later members; D joined at 60; care D",
        "D views",
        LAB,
        "closed: joined-later",
        "Nobody was told of it.",
    ),
    Row(
        "given A → D and later members; D joined at 60, counted from 100",
        "D views",
        LAB,
        "closed: joined-later",
        "Who is named is who it was then.",
    ),
    Row(
        "given A → D; D left at 100; D returned at 120",
        "D views",
        LAB,
        "closed: joined-later",
        "To come back restores nothing.",
    ),
    Row(
        "given A → D; D left at 100; D returned at 120; given A → D recorded at 130",
        "D views",
        LAB,
        YES,
        "Only a new form does.",
    ),
    Row("given A → B; A joined at 60", "B views", LAB, "closed: unlinked", "Nor did A take part then."),
    Row("given A → B", "B views", "A note bearing staff", YES, "Shown to who treats, with a mark."),
    Row("given A → B", "B views", "A note bearing not-told", YES, "Shown to who treats, with a mark."),
    Row("given A → B", "B views", "A note bearing psychiatry", "left out", "Not opted in to."),
    Row(
        "given A → B opting in to psychiatry",
        "B views",
        "A note bearing psychiatry",
        YES,
        "Opted in to.",
    ),
    Row(
        "given A → B opting in to psychiatry",
        "B views",
        "A note bearing psychiatry,hiv",
        "left out",
        "Each label must be.",
    ),
    Row(
        "given A → B opting in to everything",
        "B views",
        "A note bearing never",
        "left out",
        "Never leaves A.",
    ),
    Row(
        "given A → B opting in to everything",
        "B views",
        "A note bearing unknown",
        "left out",
        "Nobody could say what it is.",
    ),
    Row("given A → B opting in to violence", "B views", "A note bearing violence", YES, "B is named."),
    Row(
        "given A → * opting in to violence; care B",
        "B views",
        "A note bearing violence",
        "left out",
        "Only where somebody is named.",
    ),
    Row("given A → B", "A files", "A note bearing hiv", "left out", "Nobody may see it: it stays."),
    Row("given A → * opting in to hiv", "A files", "A note bearing hiv", YES, "Opted in to."),
    Row("given A → B; B left at 100", "A files", LAB, NO, "Nobody is left to see it."),
    Row("given A → B; A joined at 60", "A files", LAB, "closed: joined-later", "A did not take part then."),
    Row("given A → B & C → B", "B views", "C laboratory-result", YES, "Any provision is enough."),
    Row("given A → B classes image", "B views", "A image", YES, "The class was named."),
    Row("given A → B classes image", "B views", LAB, "left out", "The class was not named."),
    Row("given A → B", "B views", "A unknown", "left out", "Nobody knows what it is."),
    Row(
        "given A → B classes unknown",
        "B views",
        "A unknown",
        "closed: unlinked",
        "An unknown class cannot be named.",
    ),
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
    Row("given A → B from 100 until 200", "B views at 200", LAB, "closed: expired", "Until, not through."),
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
    Row("given A → B until 100", "B views", LAB, "closed: expired", "It has ended; the refusal says so."),
    Row("given A → B", "A files", LAB, YES, "Somebody may see it, so it is filed."),
    Row("given A → B", "B files", "B laboratory-result", NO, "Nobody may see what B writes."),
    Row("given A → B", "A files", "B laboratory-result", "left out", "A files what A keeps."),
    Row("given A → B until 100", "A files at 100", LAB, "closed: expired", "Nobody may see it any more."),
    Row("given A → B classes image", "A files", LAB, "left out", "No leave for this class."),
    Row("given A → B", "A files", "A unknown", YES, "It is kept and not shown, where no classes are named."),
    Row("given A → B classes image", "A files", "A unknown", "left out", "Classes are named."),
    Row("given A → B", "A files", "A note of no known day", "left out", "Unknown is closed."),
    Row("given A → B", "A system files", LAB, YES, "Filing is done by the custodian's system."),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.because)
def test_a_consent_opens_what_it_says_and_no_more(row: Row) -> None:
    assert answer(row) == row.answer
