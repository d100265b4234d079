"""Result texts to numbers and grades (fact sheet §5.5): censored, semi-quantitative, ranges, titres, ratios.

The text itself is never changed; leading blanks and width are set aside only to read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from hie.record.normal import Step
from ssmix2.er7 import NULL
from ssmix2.normal.characters import folded
from ssmix2.normal.units import EXACT, SPELLING, plain, with_mega
from ssmix2.normal.value_table import (
    COMPARATORS_AFTER,
    COMPARATORS_BEFORE,
    FLAGS,
    GRADE_WORDS,
    TITRE_MARKS,
    TITRE_WORDS,
    UNMEASURABLE,
)

LONGEST = 64
"""Characters above which a result is a comment."""
DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+"
NUMBER = rf"[+-]?(?:{DIGITS})"
FLAG_LETTERS = frozenset(FLAGS.split())
"""One of them is a unit as well: `1.5L` is low or 1.5 litres, which only the item can tell."""
FLAGGED = Step("value.flagged")


class ValueRead(NamedTuple):
    """What a result text says."""

    comparator: str = ""
    number: Decimal | None = None
    upper: Decimal | None = None
    grade: str = ""
    unit: str = ""
    """A unit that stood behind the number, as written after folding."""
    steps: tuple[Step, ...] = ()
    per: str = ""
    """What a counted fraction was counted in: `3` of `52 / 3`."""


def _by_word(table: dict[str, str]) -> dict[str, str]:
    return {folded(word): key for key, words in table.items() for word in words.split()}


_GRADE_OF = _by_word(GRADE_WORDS)
_BEFORE = _by_word(COMPARATORS_BEFORE)
_AFTER = _by_word(COMPARATORS_AFTER)
_NONE = frozenset(map(folded, UNMEASURABLE.split()))


def _any_of(words: Iterable[str]) -> str:
    """Match any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_BARE = re.compile(NUMBER)
_CENSORED = re.compile(rf"({_any_of(_BEFORE)})({NUMBER})|({NUMBER})({_any_of(_AFTER)})")
_RANGE = re.compile(rf"(?:>=|≧)?({NUMBER})(?:[-~〜]<?|<)({NUMBER})(?:未満)?")
_RATIO = re.compile(rf"({DIGITS})[:：]({DIGITS})")
_TITRE = re.compile(
    rf"(?:{_any_of(TITRE_MARKS.split())})({DIGITS})|({DIGITS})(?:{_any_of(TITRE_WORDS.split())})"
)
_FRACTION = re.compile(rf"({DIGITS})/([1-9][0-9]{{0,5}})")
_DEGREE = re.compile(r"([<>]=?)?\(?([1-5])\+\)?(?:有|無)?")
_COMPOUND = re.compile(rf"({NUMBER})[(\[]([^()\[\]]+)[)\]]|([^()\[\]]+)[(\[]({NUMBER})[)\]]")
_EXPONENT = re.compile(rf"({NUMBER})(?:e|[x×*]10\^?)([+-]?[0-9]{{1,2}})")
_FLAGGED = re.compile(rf"({NUMBER})(?:{_any_of(FLAGS.split())})")
_WITH_UNIT = re.compile(rf"({NUMBER})([^0-9+.-].*)")


def number_of(text: str) -> Decimal:
    """Read a number that `NUMBER` matched: separators of thousands go, other digits stay."""
    return Decimal(text.replace(",", ""))


def _bare(text: str) -> ValueRead | None:
    found = _BARE.fullmatch(text)
    return ValueRead(number=number_of(text)) if found else None


def _grade(text: str) -> ValueRead | None:
    if text in _GRADE_OF:
        return ValueRead(grade=_GRADE_OF[text], steps=(Step("value.grade"),))
    found = _DEGREE.fullmatch(text)
    if found is None:
        return None
    return ValueRead(found[1] or "", grade=f"{found[2]}+", steps=(Step("value.grade"),))


def _censored(text: str) -> ValueRead | None:
    found = _CENSORED.fullmatch(text)
    if found is None:
        return None
    before, first, second, after = found.groups()
    comparator = _BEFORE[before] if before else _AFTER[after]
    return ValueRead(comparator, number_of(first or second), steps=(Step("value.censored", comparator),))


def _range(text: str) -> ValueRead | None:
    found = _RANGE.fullmatch(text)
    if found is None:
        return None
    low, high = number_of(found[1]), number_of(found[2])
    return ValueRead(number=low, upper=high, steps=(Step("value.range"),)) if low <= high else None


def _titre(text: str) -> ValueRead | None:
    ratio, titre = _RATIO.fullmatch(text), _TITRE.fullmatch(text)
    if ratio:
        # 1:80 is a dilution; any other ratio is two numbers that are not one.
        number = number_of(ratio[2]) if number_of(ratio[1]) == 1 else None
        return ValueRead(number=number, unit="倍", steps=(Step("value.ratio"),))
    return (
        ValueRead(number=number_of(titre[1] or titre[2]), unit="倍", steps=(Step("value.titre"),))
        if titre
        else None
    )


def _fraction(text: str) -> ValueRead | None:
    found = _FRACTION.fullmatch(text)
    if found is None:
        return None
    return ValueRead(
        number=number_of(found[1]), steps=(Step("value.fraction", f"/{found[2]}"),), per=found[2]
    )


def _compound(text: str) -> ValueRead | None:
    """Read a value with its class, or a class with its value: `2.3(±)`, `3+(300)`."""
    found = _COMPOUND.fullmatch(text)
    if found is None:
        return None
    grade = _grade(found[2] or found[3])
    if grade is None:
        return None
    return grade._replace(number=number_of(found[1] or found[4]), steps=(Step("value.compound"),))


def _exponent(text: str) -> ValueRead | None:
    found = _EXPONENT.fullmatch(text)
    if found is None:
        return None
    number = plain(EXACT.scaleb(number_of(found[1]), int(found[2])))
    return ValueRead(number=number, steps=(Step("value.exponent", f"10^{found[2]}"),))


def _flagged(text: str) -> ValueRead | None:
    found = _FLAGGED.fullmatch(text)
    return ValueRead(number=number_of(found[1]), steps=(FLAGGED,)) if found else None


def _with_unit(text: str) -> ValueRead | None:
    found = _WITH_UNIT.fullmatch(text)
    if found is None or SPELLING[found[2]].unit is None:
        return None
    return ValueRead(number=number_of(found[1]), unit=found[2], steps=(Step("value.with_unit"),))


_FORMS = (
    *(_bare, _grade, _censored, _range, _titre, _fraction),
    *(_compound, _exponent, _with_unit, _flagged),
)


def read_value(text: str) -> ValueRead | None:
    """Read a result; None where there is nothing (`""` or empty), no number and no grade of a comment."""
    if not text.strip() or text.strip() == NULL:
        return None
    if len(text) > LONGEST:
        return ValueRead(steps=(Step("value.text"),))
    bare = folded(with_mega(text))
    if bare in _NONE:
        return ValueRead(steps=(Step("value.none"),))
    for form in _FORMS:
        found = form(bare)
        if found is not None:
            wide = (Step("value.wide"),) if not text.isascii() and not found.steps else ()
            return found._replace(steps=wide + found.steps)
    return ValueRead(steps=(Step("value.text"),))
