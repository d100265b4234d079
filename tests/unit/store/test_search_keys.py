"""Folding of what people are found by."""

from __future__ import annotations

import unicodedata

import pytest

from hie.record.folding import folded
from hie.record.kanji_variants import TO_PLAIN
from hie.record.people import HumanName, Patient
from hie.store.search_keys import kana_key, keys_of, number_key, words_of
from tests import filed as our


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("𠮷田", "吉田"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡辺"),
        ("葛\U000e0100城", "葛城"),
        ("ﾀｶﾊｼ", "たかはし"),
        ("ﾊﾞﾋﾞ", "ばび"),
        ("ヴァイオ", "ゔぁいお"),
        ("タカハシ　ハナコ", "たかはしはなこ"),
        ("Ｓｍｉｔｈ", "smith"),
        ("サトー", "さとー"),
    ],
)
def test_writings_of_one_name_fold_to_one_key(written: str, plain: str) -> None:
    assert folded(written) == plain


def test_different_sounds_stay_different() -> None:
    assert len({folded(kana) for kana in ("は", "ば", "ぱ", "バ", "ハ")}) == 3


def test_folding_again_changes_nothing() -> None:
    for number in (*range(0x20, 0x3100), *range(0x4E00, 0xA000), *range(0xF900, 0xFFF0)):
        once = folded(chr(number))
        assert folded(once) == once


def test_variants_fold_to_kanji_that_are_no_variants() -> None:
    assert all(ord(plain) not in TO_PLAIN for plain in TO_PLAIN.values())
    assert all(len(plain) == 1 for plain in TO_PLAIN.values())
    assert all("CJK" in unicodedata.name(chr(variant)) for variant in TO_PLAIN)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1970-01-15", ["19700115"]),
        ("1970/1/5", ["19700105"]),
        ("1970-01", ["197001"]),
        ("S45.1.15", ["19700115"]),
        ("昭和４５年１月１５日", ["19700115"]),
        ("令和元年5月1日", ["20190501"]),
        ("H1.1.8", ["19890108"]),
        ("S45", ["1970"]),
        ("タカハシ　ハナコ", ["たかはし", "はなこ"]),
        ("  ", []),
        ("", []),
        ("sato", ["sato"]),
    ],
)
def test_dates_become_digits_and_words_stand_alone(typed: str, words: list[str]) -> None:
    assert words_of(typed) == words


def test_persons_without_kana_come_last() -> None:
    nameless = Patient(our.TARO, HumanName("阿部", "一", "", ""))
    assert kana_key(our.a_person(kana="ワタナベ ン")) < kana_key(nameless)


def test_an_unknown_birth_day_is_no_key() -> None:
    assert keys_of(Patient(our.TARO, HumanName())) == frozenset()


def test_leading_zeros_of_a_number_are_typed_by_nobody() -> None:
    assert number_key("０００１２３") == number_key("123") == "123"
