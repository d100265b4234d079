"""Two statements side by side: what agrees, what is near, and why."""

from __future__ import annotations

import pytest

from hie.exchange.linking.likeness import Attribute, Verdict, Why, compare, keys_of, points_of, sought
from hie.record.eras import read_day, same_in_other_eras, written
from hie.record.folding import digits, folded, sound
from hie.record.people import HumanName, PersonFacts, Sex
from hie.record.times import UNKNOWN_DAY, Day

KNOWN = PersonFacts(
    HumanName("高沢", "優子", "タカザワ", "ユウコ"), Day(19700115), Sex.FEMALE, "099-123-4567"
)


def _kana(family: str, given: str) -> PersonFacts:
    return KNOWN._replace(name=KNOWN.name._replace(kana_family=family, kana_given=given))


def _kanji(family: str, given: str) -> PersonFacts:
    return KNOWN._replace(name=KNOWN.name._replace(family=family, given=given))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("オオノ", "オーノ"),
        ("ユウコ", "ﾕｰｺ"),
        ("コウイチ", "コーイチ"),
        ("ケイコ", "ケーコ"),
        ("ヴァイオラ", "バイオラ"),
        ("イヅミ", "イズミ"),
        ("チヂワ", "チジワ"),
        ("リョウ", "リヨウ"),
        ("ハットリ", "はつとり"),
        ("タカハシ", "ﾀｶﾊｼ"),
        ("アン・マリー", "アンマリー"),
    ],
)
def test_spellings_of_one_reading_sound_the_same(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("one", "other"), [("オノ", "オオノ"), ("ハバ", "ハハ"), ("ユミ", "ユミコ"), ("カオル", "カウル")]
)
def test_different_readings_sound_different(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    ("facts", "verdict", "why"),
    [
        (KNOWN, Verdict.AGREE, Why.SAME),
        (_kana("ﾀｶｻﾞﾜ", "ﾕｳｺ"), Verdict.AGREE, Why.SAME),
        (_kana("タカザワ", "ユーコ"), Verdict.AGREE, Why.SPELLED),
        (_kana("タカザワユウコ", ""), Verdict.AGREE, Why.SAME),
        (_kana("タカサワ", "ユウコ"), Verdict.NEAR, Why.VOICING),
        (_kana("ユウコ", "タカザワ"), Verdict.NEAR, Why.SWAPPED),
        (_kana("サトウ", "ユウコ"), Verdict.NEAR, Why.FAMILY_DIFFERS),
        (_kana("タカザワ", "ユウ"), Verdict.NEAR, Why.ONE_SOUND),
        (_kana("タカザワ", "メイ"), Verdict.DIFFER, Why.GIVEN_DIFFERS),
        (_kana("サトウ", "メイ"), Verdict.DIFFER, Why.DIFFERENT),
        (_kana("", ""), Verdict.UNKNOWN, Why.NOT_SAID),
    ],
)
def test_readings_are_compared(facts: PersonFacts, verdict: Verdict, why: Why) -> None:
    found = compare(facts, KNOWN).of(Attribute.KANA)
    assert (found.verdict, found.why) == (verdict, why)
    assert compare(KNOWN, facts).of(Attribute.KANA).verdict is verdict


@pytest.mark.parametrize(
    ("facts", "verdict", "why"),
    [
        (_kanji("髙澤", "優子"), Verdict.AGREE, Why.VARIANT),
        (_kanji("髙　澤", "優子"), Verdict.AGREE, Why.VARIANT),
        (_kanji("優子", "高沢"), Verdict.NEAR, Why.SWAPPED),
        (_kanji("佐藤", "優子"), Verdict.NEAR, Why.FAMILY_DIFFERS),
        (_kanji("高沢", "芽衣"), Verdict.DIFFER, Why.GIVEN_DIFFERS),
        (_kanji("佐藤", "芽衣"), Verdict.DIFFER, Why.DIFFERENT),
        (_kanji("", ""), Verdict.UNKNOWN, Why.NOT_SAID),
    ],
)
def test_writings_are_compared(facts: PersonFacts, verdict: Verdict, why: Why) -> None:
    found = compare(facts, KNOWN).of(Attribute.KANJI)
    assert (found.verdict, found.why) == (verdict, why)


@pytest.mark.parametrize(
    ("one", "other", "verdict", "why"),
    [
        (19700115, 19700115, Verdict.AGREE, Why.SAME),
        (19320504, 19950504, Verdict.NEAR, Why.ERA),  # S7 and H7
        (19950504, 19320504, Verdict.NEAR, Why.ERA),
        (19700308, 19700803, Verdict.NEAR, Why.DAY_AND_MONTH),
        (19700115, 19700116, Verdict.NEAR, Why.ONE_DIGIT),
        (19700115, 19710116, Verdict.DIFFER, Why.DIFFERENT),
        (19700115, UNKNOWN_DAY, Verdict.UNKNOWN, Why.NOT_SAID),
    ],
)
def test_birth_dates_are_compared(one: int, other: int, verdict: Verdict, why: Why) -> None:
    found = compare(KNOWN._replace(birth_day=Day(one)), KNOWN._replace(birth_day=Day(other)))
    assert found.of(Attribute.BIRTH)[1:3] == (verdict, why)


@pytest.mark.parametrize(
    ("phone", "verdict"),
    [
        ("0991234567", Verdict.AGREE),
        ("０９９（１２３）４５６７", Verdict.AGREE),
        ("+81 99-123-4567", Verdict.AGREE),
        ("03-9999-4567", Verdict.NEAR),
        ("4567", Verdict.NEAR),
        ("0991234568", Verdict.DIFFER),
        ("", Verdict.UNKNOWN),
    ],
)
def test_telephone_numbers_are_compared_by_their_digits(phone: str, verdict: Verdict) -> None:
    assert compare(KNOWN._replace(phone=phone), KNOWN).of(Attribute.PHONE).verdict is verdict


def test_sex_is_compared_and_unknown_agrees_with_nothing() -> None:
    assert compare(KNOWN._replace(sex=Sex.MALE), KNOWN).of(Attribute.SEX).verdict is Verdict.DIFFER
    assert compare(KNOWN._replace(sex=Sex.UNKNOWN), KNOWN).of(Attribute.SEX).verdict is Verdict.UNKNOWN


def test_all_that_agrees_is_a_hundred_points() -> None:
    assert compare(KNOWN, KNOWN).score == sum(map(points_of, Attribute)) == 100


def test_three_must_agree_with_reading_and_birth_date_among_them() -> None:
    bare = PersonFacts(KNOWN.name._replace(family="", given=""), KNOWN.birth_day)
    assert not compare(bare, KNOWN).proposable
    assert compare(bare._replace(sex=Sex.FEMALE), KNOWN).proposable
    assert not compare(KNOWN._replace(birth_day=Day(19700116)), KNOWN).proposable
    assert not compare(KNOWN._replace(birth_day=UNKNOWN_DAY), KNOWN).proposable
    assert not compare(_kana("サトウ", "ユウコ"), KNOWN).proposable
    assert not compare(_kana("", ""), KNOWN).proposable


def test_a_former_name_agrees_when_it_is_said_or_known_elsewhere() -> None:
    married = KNOWN._replace(name=HumanName("佐藤", "優子", "サトウ", "ユウコ"))
    said = married._replace(former=HumanName("高沢", "", "タカザワ", ""))
    assert compare(said, KNOWN).of(Attribute.KANA)[1:3] == (Verdict.AGREE, Why.FORMER)
    assert compare(married, KNOWN, [married]).of(Attribute.KANA)[1:3] == (Verdict.AGREE, Why.FORMER)
    assert compare(said, KNOWN).proposable


def test_the_summary_holds_no_value_of_a_person() -> None:
    text = compare(KNOWN, _kanji("髙澤", "優子")).summary
    assert text == "kana:agree:same kanji:agree:variant birth:agree:same sex:agree:same phone:agree:same"


def test_keys_are_shared_by_those_who_look_alike() -> None:
    for facts in (_kana("タカサワ", "ユーコ"), _kanji("髙澤", "優子"), KNOWN._replace(name=HumanName())):
        assert keys_of(facts) & keys_of(KNOWN)
    turned = PersonFacts(HumanName("", "", "ユウコ", "タカザワ"))
    assert not keys_of(turned) & keys_of(KNOWN)
    assert sought(turned) & keys_of(KNOWN)
    assert keys_of(PersonFacts(HumanName())) == frozenset()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("19700115", 19700115),
        ("1970/1/15", 19700115),
        ("1970-01-15", 19700115),
        ("1970年1月15日", 19700115),
        ("S45.1.15", 19700115),
        ("s450115", 19700115),
        ("昭和４５年１月１５日", 19700115),
        ("令和元年5月1日", 20190501),
        ("T15/12/24", 19261224),
        ("1970-13-01", 0),
        ("昭和45年2月30日", 0),
        ("1970", 0),
        ("", 0),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: int) -> None:
    assert read_day(text) == day


def test_days_are_written_with_their_era() -> None:
    assert [written(Day(day)) for day in (19700115, 19890107, 19890108, 20190501, 18000101, 0)] == [
        "昭和45年1月15日",
        "昭和64年1月7日",
        "平成元年1月8日",
        "令和元年5月1日",
        "1800年1月1日",
        "",
    ]
    assert same_in_other_eras(UNKNOWN_DAY) == frozenset()
    assert Day(19950504) in same_in_other_eras(Day(19320504))


def test_folding_of_digits_and_names() -> None:
    assert digits("０９０ー１２３４") == "0901234"
    assert folded("齋藤") == folded("斉藤")
