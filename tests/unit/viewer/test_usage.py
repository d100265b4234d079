"""Usage codes in words."""

import pytest

from viewer.usage import usage_text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("1013044400000000", "1日3回毎食後"),
        ("1012040400000000", "1日2回朝夕食後"),
        ("1011000400000000", "1日1回朝食後"),
        ("1011100000000000", "1日1回就寝前"),
        ("1011000090000000", "1日1回起床時"),
        ("1013022200000000", "1日3回毎食直前"),
        ("1014144400000000", "1日4回毎食後・就寝前"),
        ("1023000000000000", "8時間毎"),
        ("2B74000000000000", "塗布 1日4回"),
        ("2H74000000000000", "点眼 1日4回"),
        ("2R62090900000000", "肛門挿入 1日2回"),
        ("1050110020000000", "疼痛時 1日2回まで"),
        ("1050110190000000", "疼痛時 1時間以上あけて 1日9回まで"),
        ("1050610000000000", "不眠時"),
    ],
)
def test_a_usage_code_is_said_in_words(code: str, words: str) -> None:
    assert usage_text(code) == words


@pytest.mark.parametrize(
    "code", ["", "1013", "XX13044400000000", "1010000000000000", "9913044400000000", "1" * 17]
)
def test_what_is_no_usage_code_says_nothing(code: str) -> None:
    assert usage_text(code) == ""
