"""What stands in an address is read once, and nothing but a number is one."""

from __future__ import annotations

import pytest

from hie.record.errors import Conflict, Invalid, NotFound
from viewer.asked import MOST_DIGITS, asked_number, number_in, problem_said, tried
from viewer.locale import WORDS


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1.0", "１", "²", "1" * (MOST_DIGITS + 1), "x"])
def test_what_is_no_number_names_nothing(text: str) -> None:
    assert number_in(text) is None
    with pytest.raises(NotFound):
        asked_number(text)


def test_the_longest_number_fits_the_database() -> None:
    longest = asked_number("9" * MOST_DIGITS)
    assert longest == number_in(f"{longest}")
    assert longest < 2**63


def test_what_went_wrong_comes_back_as_a_code_and_is_said_in_words() -> None:
    def wrong() -> None:
        raise Invalid("no such day", code="day")

    def late() -> None:
        raise Conflict("somebody was first")

    back = [tried(act, "/tables").headers["location"] for act in (lambda: None, wrong, late)]
    assert back == ["/tables", "/tables?problem=day", "/tables?problem=decided"]
    for words in WORDS.values():
        assert problem_said(words, "uploads.problem.", "day") == words("uploads.problem.day")
        assert problem_said(words, "uploads.problem.", "<b>") == words("uploads.problem.other")
        assert problem_said(words, "uploads.problem.", "") == ""
