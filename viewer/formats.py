"""How things are written: days with weekday and era, ages, amounts, names, times.

Days arrive as the number YYYYMMDD, times as digits in Japanese local time (`hie.record.times`).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from hie.record.people import HumanName, Patient
from hie.record.times import UNKNOWN_DAY, Day, date_from_day, day_from_date, day_of
from viewer.locale import Language, Words

WEEKDAYS = {
    Language.JAPANESE: "月火水木金土日",
    Language.ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
FIRST_YEARS = {"m": 1868, "明": 1868, "t": 1912, "大": 1912, "s": 1926, "昭": 1926, "h": 1989, "平": 1989}
FIRST_YEARS |= {"r": 2019, "令": 2019}
WRITTEN_DAY = re.compile(
    r"(?:([mtshr明大昭平令])[治正和成]?(?=[\d元]{1,2}[./年-])|(?=\d{4}[./年-]))(\d{1,4}|元)[./年-](\d{1,2})[./月-](\d{1,2})日?"
)
"""A full date as people type it: year or era year, month, day."""
NULL = '""'
"""HL7's explicit null, as records carry it."""
MONTHS_OF_INFANTS = 24
HOUR_DIGITS, MINUTE_DIGITS = 10, 12
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
POWER = re.compile(r"\^(-?\d+)")
DOUBTFUL = {"+-": "±", "(+-)": "(±)", "+/-": "±", "(+/-)": "(±)"}
"""Results between positive and negative, as laboratories type them."""


class Era(NamedTuple):
    """A Japanese era and the first day on which it was counted."""

    first: Day
    name: str
    letter: str


ERAS = (
    Era(Day(20190501), "令和", "R"),
    Era(Day(19890108), "平成", "H"),
    Era(Day(19261225), "昭和", "S"),
    Era(Day(19120730), "大正", "T"),
    Era(Day(18680125), "明治", "M"),
)


def era_year(day: Day, language: Language = Language.JAPANESE) -> str:
    """Name the era year of `day` (昭和45年, in English S45); empty before Meiji or if unknown."""
    for era in ERAS:
        if day >= era.first:
            year = day // 10000 - era.first // 10000 + 1
            if language is Language.ENGLISH:
                return f"{era.letter}{year}"
            return f"{era.name}{'元' if year == 1 else year}年"
    return ""


def full_day(day: Day, words: Words) -> str:
    """Write a day with its weekday: 2026年5月12日(火), in English 2026-05-12 (Tue)."""
    if day == UNKNOWN_DAY:
        return words("day.unknown")
    when = date_from_day(day)
    weekday = WEEKDAYS[words.language][when.weekday()]
    if words.language is Language.ENGLISH:
        return f"{when.isoformat()} ({weekday})"
    return f"{when.year}年{when.month}月{when.day}日({weekday})"


def plain_day(day: Day, words: Words) -> str:
    """Write a day without its weekday: 2026年5月12日, in English 2026-05-12."""
    if day == UNKNOWN_DAY:
        return words("day.unknown")
    when = date_from_day(day)
    return (
        when.isoformat() if words.language is Language.ENGLISH else f"{when.year}年{when.month}月{when.day}日"
    )


def short_day(day: Day, words: Words, today: Day = UNKNOWN_DAY) -> str:
    """Write month and day: 5/12, in English 05-12; with the year where it is not that of `today`."""
    if today != UNKNOWN_DAY and day // 10000 != today // 10000:
        year, month, number = day // 10000, day // 100 % 100, day % 100
        return f"{year}-{month:02}-{number:02}" if _english(words) else f"{year}/{month}/{number}"
    month, number = day // 100 % 100, day % 100
    return f"{month:02}-{number:02}" if _english(words) else f"{month}/{number}"


def _english(words: Words) -> bool:
    return words.language is Language.ENGLISH


def birth_day(day: Day, words: Words) -> str:
    """Write a birth date with its era: 1970年1月15日（昭和45年）."""
    if day == UNKNOWN_DAY:
        return words("day.unknown")
    era, written = era_year(day, words.language), plain_day(day, words)
    if words.language is Language.ENGLISH:
        return f"{written} ({era})" if era else written
    return f"{written}（{era}）" if era else written


def age(born: Day, today: Day, words: Words) -> str:
    """Write an age in full years, in months below two years."""
    if born == UNKNOWN_DAY or born > today:
        return words("age.unknown")
    first, now = date_from_day(born), date_from_day(today)
    months = (now.year - first.year) * 12 + now.month - first.month - (now.day < first.day)
    if months < MONTHS_OF_INFANTS:
        return words("age.months", n=months)
    return words("age.years", n=months // 12)


def moment(digits: str, words: Words) -> str:
    """Write the digits of a time: day, and hours and minutes where they are given."""
    day = day_of(digits)
    if day == UNKNOWN_DAY:
        return digits
    written = full_day(day, words)
    clock = clock_time(digits)
    return f"{written} {clock}" if clock else written


def clock_time(digits: str) -> str:
    """Write hours and minutes of the digits of a time (`9:05`); empty where there are none."""
    hours, minutes = digits[8:10], digits[10:12]
    if len(digits) < HOUR_DIGITS or not hours.isdigit():
        return ""
    return f"{int(hours)}:{minutes if len(digits) >= MINUTE_DIGITS and minutes.isdigit() else '00'}"


def amount(number: str, unit: str) -> str:
    """Write a number with its unit without a blank (0.5錠); Latin units keep one (5 mg)."""
    if number in {"", NULL}:
        return ""
    shown = "" if unit == NULL else shown_unit(unit)
    blank = " " if shown[:1].isascii() and shown else ""
    return f"{shown_number(number)}{blank}{shown}"


def shown_unit(text: str) -> str:
    """Raise powers: `×10^3/μL` is ×10³/μL, `m^2` is m²."""
    return POWER.sub(lambda power: power[1].translate(RAISED), text)


def shown_value(text: str) -> str:
    """Write a doubtful result by its sign: `+-` is ±; blanks around it and other texts stay."""
    bare = text.strip()
    return text.replace(bare, DOUBTFUL[bare]) if bare in DOUBTFUL else text


def shown_number(text: str) -> str:
    """Drop zeros that say nothing (`1.0` is 1, `.5` is 0.5); other texts stay as written."""
    whole, point, part = text.strip().partition(".")
    if not point or not part.isdigit() or (whole and not whole.isdigit()):
        return text
    return f"{whole or '0'}.{part.rstrip('0')}".rstrip(".")


def name_of(name: HumanName) -> str:
    """Write a name in kanji, or in kana where that is all there is."""
    return name.kanji or name.kana


def person(patient: Patient) -> str:
    """Write a patient's name, never empty."""
    return name_of(patient.name) or "—"


def is_no_day(word: str) -> bool:
    """Say whether a word is written as a full date (1970-2-31, S45.13.1) that no calendar has."""
    match = WRITTEN_DAY.fullmatch(unicodedata.normalize("NFKC", word).lower())
    if match is None:
        return False
    letter, counted, month, number = match.groups()
    year = 1 if counted == "元" else int(counted)
    if letter:
        year += FIRST_YEARS[letter] - 1
    return day_of(f"{year:04}{int(month):02}{int(number):02}") == UNKNOWN_DAY


def month_start(day: Day, months: int = 0) -> Day:
    """Return the first day of the month `months` after that of `day`."""
    number = day // 10000 * 12 + day // 100 % 100 - 1 + months
    return day_from_date(date(number // 12, number % 12 + 1, 1))
