"""How days, ages and amounts are written."""

import pytest

from hie.record.times import Day
from viewer.formats import (
    age,
    amount,
    birth_day,
    clock_time,
    era_year,
    full_day,
    is_no_day,
    moment,
    month_start,
    short_day,
    shown_number,
    shown_unit,
    shown_value,
)
from viewer.locale import WORDS, Language

JA, EN = WORDS[Language.JAPANESE], WORDS[Language.ENGLISH]


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (18680124, ""),
        (18680125, "明治元年"),
        (19120729, "明治45年"),
        (19120730, "大正元年"),
        (19261224, "大正15年"),
        (19261225, "昭和元年"),
        (19450815, "昭和20年"),
        (19890107, "昭和64年"),
        (19890108, "平成元年"),
        (20190430, "平成31年"),
        (20190501, "令和元年"),
        (20260101, "令和8年"),
    ],
)
def test_an_era_begins_on_its_day(day: int, written: str) -> None:
    assert era_year(Day(day)) == written


def test_eras_are_letters_in_english() -> None:
    assert [era_year(Day(day), Language.ENGLISH) for day in (19700115, 19890108, 20190501)] == [
        "S45",
        "H1",
        "R1",
    ]


@pytest.mark.parametrize(
    ("born", "today", "written"),
    [
        (20200229, 20210228, "11か月"),
        (20200229, 20210301, "12か月"),
        (20220520, 20240519, "23か月"),
        (20220520, 20240520, "2歳"),
        (19700521, 20240520, "53歳"),
        (19700520, 20240520, "54歳"),
        (20240520, 20240520, "0か月"),
        (20240521, 20240520, "年齢不明"),
        (0, 20240520, "年齢不明"),
    ],
)
def test_an_age_is_full_years_and_months_for_infants(born: int, today: int, written: str) -> None:
    assert age(Day(born), Day(today), JA) == written


def test_days_carry_their_weekday_in_both_languages() -> None:
    assert full_day(Day(20240520), JA) == "2024年5月20日(月)"
    assert full_day(Day(20240520), EN) == "2024-05-20 (Mon)"
    assert full_day(Day(0), JA) == "日付不明"
    assert birth_day(Day(0), EN) == "date unknown"


@pytest.mark.parametrize(
    ("number", "unit", "written"),
    [
        ("1", "錠", "1錠"),
        ("0.5", "錠", "0.5錠"),
        (".5", "錠", "0.5錠"),
        ("1.0", "錠", "1錠"),
        ("1.50", "g", "1.5 g"),
        ("10", "mL", "10 mL"),
        ("100", "", "100"),
        ("", "錠", ""),
        ('""', '""', ""),
        ("1", '""', "1"),
        ("1/2", "錠", "1/2錠"),
    ],
)
def test_an_amount_keeps_what_it_means(number: str, unit: str, written: str) -> None:
    assert amount(number, unit) == written


@pytest.mark.parametrize("text", ["<0.5", " 3 +", "1.2.3", "１．５", "-1.0", "abc", ""])
def test_what_is_no_plain_number_stays_as_written(text: str) -> None:
    assert shown_number(text) == text


@pytest.mark.parametrize(
    ("digits", "written"),
    [
        ("20240510", "2024年5月10日(金)"),
        ("2024051009", "2024年5月10日(金) 9:00"),
        ("202405100905", "2024年5月10日(金) 9:05"),
        ("20240510090512345", "2024年5月10日(金) 9:05"),
        ("202405", "202405"),
        ("", ""),
        ("20240231", "20240231"),
    ],
)
def test_a_time_is_as_exact_as_its_source(digits: str, written: str) -> None:
    assert moment(digits, JA) == written


def test_no_clock_time_is_made_up() -> None:
    assert [clock_time(text) for text in ("20240510", "20240510xx", "2024051023")] == ["", "", "23:00"]


def test_months_are_counted_across_years() -> None:
    assert [month_start(Day(20240115), step) for step in (-1, 0, 1, 12)] == [
        20231201,
        20240101,
        20240201,
        20250101,
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("×10^3/μL", "×10³/μL"),
        ("m^2", "m²"),
        ("kg/m^2", "kg/m²"),
        ("10^-6", "10⁻⁶"),
        ("mg/dL", "mg/dL"),
        ("^", "^"),
    ],
)
def test_powers_in_units_are_raised(written: str, shown: str) -> None:
    assert shown_unit(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [("+-", "±"), ("  +-", "  ±"), ("(+-)", "(±)"), ("2+-3", "2+-3"), ("", "")],
)
def test_a_doubtful_result_is_written_by_its_sign(written: str, shown: str) -> None:
    assert shown_value(written) == shown


@pytest.mark.parametrize(
    "word",
    [
        "1970-02-31",
        "1970/13/1",
        "S45.13.1",
        "昭和45年2月30日",
        "ｓ４５．２．３１",
        "r1.2.30",
        "令和元年2月30日",
    ],
)
def test_a_full_date_that_no_calendar_has_is_noticed(word: str) -> None:
    assert is_no_day(word)


@pytest.mark.parametrize(
    "word",
    [
        "1970-02-28",
        "S45.1.15",
        "19700231",
        "0012345678",
        "シケン",
        "1970-02",
        "R1",
        "令和元年5月1日",
        "S45-1",
    ],
)
def test_other_words_are_no_wrong_dates(word: str) -> None:
    assert not is_no_day(word)


@pytest.mark.parametrize(
    ("day", "japanese", "english"),
    [
        (20260512, "5/12", "05-12"),
        (20251231, "2025/12/31", "2025-12-31"),
        (20270101, "2027/1/1", "2027-01-01"),
    ],
)
def test_a_short_day_has_a_year_where_it_is_not_this_one(day: int, japanese: str, english: str) -> None:
    today = Day(20260513)
    assert (short_day(Day(day), JA, today), short_day(Day(day), EN, today)) == (japanese, english)
