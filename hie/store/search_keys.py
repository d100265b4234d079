"""Folded words by which people are found: kana, kanji, birth dates, chart numbers.

Both what is kept and what is typed is folded the same way: width and compatibility (NFKC),
katakana to hiragana, variant kanji to their plain form, no blanks, no variation selectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hie.record.folding import folded
from hie.record.people import Patient

LAST = "\U0010ffff"
"""Sorts after every character a name may have: `key >= w and key < w + LAST` matches the front."""

_ERAS = {"m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018, "明": 1867, "大": 1911, "昭": 1925}
_ERAS |= {"平": 1988, "令": 2018}
_ERA_DATE = re.compile(
    r"([mtshr明大昭平令])[治正和成]?(\d{1,2}|元)(?:[./年-](\d{1,2}))?(?:[./月-](\d{1,2}))?日?"
)
_DATE = re.compile(r"(\d{4})[./年-](\d{1,2})(?:[./月-](\d{1,2}))?日?")


def words_of(typed: str) -> list[str]:
    """Split what was typed into folded words; a date becomes its digits."""
    return [_as_digits(word) for word in map(folded, typed.split()) if word]


def keys_of(patient: Patient) -> frozenset[str]:
    """Return everything a person may be found by, folded; chart numbers stand with their facility."""
    return frozenset(_keys(patient))


def kana_key(patient: Patient) -> str:
    """Return what people are sorted by; those without kana come last, by kanji."""
    return folded(patient.name.kana) or LAST + folded(patient.name.kanji)


def number_key(value: str) -> str:
    """Fold a chart number: leading zeros are typed by nobody."""
    return folded(value).lstrip("0")


def _keys(patient: Patient) -> Iterator[str]:
    name = patient.name
    for family, given in ((name.family, name.given), (name.kana_family, name.kana_given)):
        yield from filter(None, (folded(family + given), folded(given)))
    if patient.birth_day:
        yield f"{patient.birth_day:08d}"


def _as_digits(word: str) -> str:
    if match := _DATE.fullmatch(word):
        year, *rest = match.groups()
    elif match := _ERA_DATE.fullmatch(word):
        era, count, *rest = match.groups()
        year = str(_ERAS[era] + (1 if count == "元" else int(count)))
    else:
        return word
    return year + "".join(f"{int(part):02d}" for part in rest if part)
