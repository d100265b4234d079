"""The reference page of the gate says what the tests say."""

from __future__ import annotations

from consent.reasons import REASONS
from consent.rules import CLOSING, OPENING
from tests.spec.consent.page import PAGE, page, table_of


def test_the_page_is_what_the_tables_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "stale: python -m tests.spec.consent.page"


def test_every_rule_has_a_truth_table_with_both_answers() -> None:
    assert set(OPENING) == {"consent_in_force", "emergency", "own_facility", "patient_self"}
    assert set(CLOSING) == {"deceased", "membership", "restricted", "role", "withdrawn"}
    for name in (*OPENING, *CLOSING):
        answers = {row.answer.split(":")[0].replace("left out", "closed") for row in table_of(name)}
        assert answers == {"open", "closed"}, name


def test_every_reason_has_its_sentences_in_both_languages() -> None:
    given = {rule.reason for rule in (*OPENING.values(), *CLOSING.values())} | {
        *("no-consent", "expired", "no-care", "joined-later", "unlinked"),
        *("purpose", "recalled"),
    }
    assert given == set(REASONS)
    assert all(sentence.ja and sentence.en for sentence in REASONS.values())
