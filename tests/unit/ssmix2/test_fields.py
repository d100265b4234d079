"""Field types: names by representation, times in digits, bounded memos."""

import pytest

from hie.record.clinical import Coding
from hie.record.people import HumanName
from ssmix2 import memo
from ssmix2.fields import NO_CODING, PRACTITIONERS, SHOWN, TEXTS, TIMES, TRIPLETS, human_name
from ssmix2.memo import Memo


@pytest.mark.parametrize(
    ("written", "kanji", "kana"),
    [
        ("試験^花子^^^^^L^I~シケン^ハナコ^^^^^L^P", "試験 花子", "シケン ハナコ"),
        ("シケン^ハナコ^^^^^L^P~試験^花子^^^^^L^I", "試験 花子", "シケン ハナコ"),
        ("試験^花子~シケン^ハナコ", "試験 花子", "シケン ハナコ"),
        ("試験^花子~しけん^はなこ^^^^^L", "試験 花子", "しけん はなこ"),
        ("シケン^ハナコ", "", "シケン ハナコ"),
        ("試験^花子", "試験 花子", ""),
        ("試験^花子~SHIKEN^HANAKO", "試験 花子", "SHIKEN HANAKO"),
        ("試験^花子~旧姓^花子~別名^花子", "試験 花子", "旧姓 花子"),
        ("スミス^ジョン^^^^^L^I", "スミス ジョン", ""),
        ("SMITH^JOHN^^^^^L^A~スミス^ジョン^^^^^L^P", "", "スミス ジョン"),
        ("試験&旧姓^花\\S\\子^^^^^L^I", "試験 花^子", ""),
        (" 試験 ^花子 ^^^^^L^I~別^人^^^^^M^I~シケン^^^^^^L^P~ベツ^^^^^^M^P", "試験 花子", "シケン"),
        ("期日^五郎^^^^^L^I~シケン^~ベツ", "期日 五郎", "シケン"),
        ('""', "", ""),
        ("", "", ""),
    ],
)
def test_names_are_told_apart_by_representation_else_by_script(written: str, kanji: str, kana: str) -> None:
    name = human_name(written)
    assert (name.kanji, name.kana) == (kanji, kana)


def test_a_name_shows_nothing_of_itself() -> None:
    assert repr(human_name("試験^花子")) == repr(HumanName())


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("20250303091500.1234+0900", "20250303091500"),
        ("20250303091500123", "20250303091500"),
        ("20250303", "20250303"),
        ("2025", "2025"),
        (" 202503^S", "202503"),
        ("202503030915^202503031000", "202503030915"),
        ("202503032512", "202503040112"),
        ("20250228240130", "20250301000130"),
        ("2024022847", "2024022923"),
        ("2025030324", "202503032359"),
        ("202503032400", "202503032359"),
        ("2025030348", "20250303"),
        ("2025023025", "20250230"),
        ("unknown", ""),
        ('""', ""),
        ("", ""),
    ],
)
def test_times_become_digits_with_hours_of_one_day(written: str, digits: str) -> None:
    assert TIMES[written] == digits


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("D01^五日^右京^^^^^^^L^^^^^I~^イツカ^ウキョウ^^^^^^^L^^^^^P", "五日 右京"),
        ("^イツカ^ウキョウ^^^^^^^L^^^^^P~D01^五日^右京^^^^^^^L^^^^^I", "五日 右京"),
        ("D01^五日^右京^^^^^^^^L^^^^^I", "五日 右京"),
        ("^イツカ^ウキョウ^^^^^^^^L^^^^^P~D01^五日^右京", "五日 右京"),
        ("777^医師花子", "医師花子"),
        ("D01", ""),
        ("^イツカ^^^^^^^^L^^^^^P", ""),
        ("", ""),
    ],
)
def test_a_doctor_is_named_in_writing(written: str, name: str) -> None:
    assert PRACTITIONERS[written] == name


def test_codes_lose_outer_blanks_and_keep_escaped_delimiters() -> None:
    assert TRIPLETS[" W01 ^a\\S\\b^99LAB ^1^2^3"] == (Coding("W01", "a^b", "99LAB"), Coding("1", "2", "3"))
    assert TRIPLETS["a~b"] == (Coding("a"), NO_CODING)
    assert TRIPLETS[""] == (NO_CODING, NO_CODING)


def test_what_is_shown_is_the_text_else_the_code() -> None:
    assert SHOWN["mg/dL^ミリグラム^ISO+"] == ("ミリグラム", "mg/dL")
    assert SHOWN["mg/dL"] == ("mg/dL", "mg/dL")
    assert SHOWN["^錠"] == ("錠", "")
    assert TEXTS["A^別包~^自由文~~D"] == ("別包", "自由文", "D")


def test_a_memo_parses_once_and_forgets_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "LIMIT", 2)
    asked: list[str] = []

    def parse(raw: str) -> str:
        asked.append(raw)
        return raw.upper()

    upper: Memo[str] = Memo(parse)
    assert [upper[raw] for raw in ("a", "a", "b", "c", "a")] == ["A", "A", "B", "C", "A"]
    assert asked == ["a", "b", "c", "a"]
    assert len(upper) == 2


def test_a_memo_remembers_no_long_text() -> None:
    upper: Memo[str] = Memo(str.upper)
    assert upper["a" * 1000] == "A" * 1000
    assert len(upper) == 0
