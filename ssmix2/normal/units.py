"""Spellings of units to units, and numbers from one unit to another (fact sheet §5.5, §1.9 D16).

All factors are exact decimals. What is not in the tables is not converted.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Context, Decimal
from typing import NamedTuple

from ssmix2.memo import Memo
from ssmix2.normal.unit_table import MISPRINTS, UNITS

EXACT = Context(prec=200)
"""Room for every digit that a result of `LONGEST` characters can have."""
LONGEST = 40
"""Characters above which a text is no unit."""


class Unit(NamedTuple):
    """A unit of measurement."""

    name: str
    """As it is shown; empty for a pure number."""
    ucum: str
    kind: str
    """What kind of quantity it measures: only units of one kind are converted by a factor."""
    factor: Decimal
    """How many of the kind's base unit it is."""


NO_UNIT = Unit("", "1", "number", Decimal(1))
"""The unit of a pure number (ratios, pH, specific gravity)."""


class Spelled(NamedTuple):
    """A unit as it was found behind a spelling."""

    unit: Unit | None
    """None where no table knows it."""
    misprint: bool = False
    """It was corrected."""


_MEGA = re.compile(r"(?<![A-Za-z])[MＭ](?=[IiＩｉ]?[UuＵｕ](?![A-Za-z]))")
_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_NOTHING = str.maketrans("", "", " \t\u3000()[]{}.,_・-'\"")
_SPELLINGS = (
    # Each pattern without nested repetition: a text of any kind is folded in linear time.
    (re.compile("個|コ(?!ピ)|cells?|pcs"), ""),
    (re.compile(r"mm[\^*]{0,2}3|cmm|mcl"), "ul"),
    (re.compile(r"\bmi?c(?=g/|g$|iu|mol)"), "u"),
    (re.compile("リットル|ℓ"), "l"),
    (re.compile("グラム"), "g"),
    (re.compile("モル"), "mol"),
    (re.compile(r"(?<=/)(?:日|24hr?|24時間)$"), "day"),
    (re.compile(r"(?<=mg|ug|.g)/?cr(?:e|ea|eat|n)?$|(?<=g)creat$"), "cr"),
    (re.compile(r"\*\*|\*|\^+"), "^"),
    (re.compile(r"^[x×^]+(?=\d|万|千|干|百)"), ""),
    (re.compile(r"10e(?=\d)|10\^?(?=\d/)"), "10^"),
    (re.compile(r"(?<![a-z])([munk]?)iu"), r"\1u"),
    (re.compile(r"^1(?=/)"), ""),
)


def with_mega(text: str) -> str:
    """Write the prefix mega of units (U, IU) out, so that it is no `m` once case is folded."""
    return _MEGA.sub("mega", text)


def folded(text: str) -> str:
    r"""Fold a spelling: width, case, blanks, brackets, `μ` and `u`, `mm3` and `μL`, `IU` and `U` are one.

    Of `M` and `m` only those before U are told apart: there both are written, a thousand million apart,
    while `MG/DL` is an `mg/dL` of a printer without small letters. Escape sequences that were left in
    are read as well (`×10\S\3/μL`).
    """
    text = with_mega(text.replace("\\S\\", "^").replace("\\E\\", ""))
    text = _RAISED.sub(lambda found: f"^{found.group().translate(_POWERS)}", text)
    text = unicodedata.normalize("NFKC", text).casefold().replace("μ", "u").replace("⋅", "").replace("·", "")
    text = text.translate(_NOTHING)
    for pattern, plain in _SPELLINGS:
        text = pattern.sub(plain, text)
    return text


def _read() -> tuple[dict[str, Unit], dict[str, Unit]]:
    """Read the table: units by name, and by every folded spelling."""
    named: dict[str, Unit] = {"": NO_UNIT}
    spelled: dict[str, Unit] = {}
    for line in UNITS.strip().splitlines():
        name, ucum, kind, factor, spellings = (column.strip() for column in line.split("|"))
        unit = Unit(name, ucum, kind, Decimal(factor))
        named[name] = unit
        for spelling in (name, ucum, *spellings.split()):
            spelled.setdefault(folded(spelling), unit)
    return named, spelled


NAMED, SPELLED = _read()
"""Name -> unit, and folded spelling -> unit; of two units with one spelling the table's first counts."""
_CORRECTED = {
    folded(wrong): SPELLED[folded(right)]
    for wrong, right in (line.split(" = ") for line in MISPRINTS.strip().splitlines())
}


def _found(text: str) -> Spelled:
    if len(text) > LONGEST:
        return Spelled(None)
    key = folded(text)
    if key == "":
        return Spelled(NO_UNIT)
    if key in _CORRECTED:
        return Spelled(_CORRECTED[key], misprint=True)
    return Spelled(SPELLED.get(key))


SPELLING: Memo[Spelled] = Memo(_found)
"""Spelling -> unit; the empty one and a lone dash are a pure number's."""


def factor_between(source: Unit, target: Unit) -> Decimal | None:
    """Return by what numbers in `source` are multiplied to be in `target`; none if they differ in kind."""
    if source.kind != target.kind:
        return None
    return EXACT.divide(source.factor, target.factor)


def scaled(number: Decimal, factor: Decimal) -> Decimal:
    """Multiply exactly, and write the product without trailing zeros and without an exponent."""
    return plain(EXACT.multiply(number, factor))


def plain(number: Decimal) -> Decimal:
    """Write a number without trailing zeros and without an exponent."""
    if number.is_zero():
        return Decimal(0)
    shortest = number.normalize(EXACT)
    exponent = shortest.as_tuple().exponent
    return (
        shortest.quantize(Decimal(1), context=EXACT)
        if isinstance(exponent, int) and exponent > 0
        else shortest
    )


def measured_digits(number: Decimal, most: int) -> int:
    """Count the digits that were measured: zeros that only place a count's point say little beyond `most`."""
    written = len(number.as_tuple().digits)
    exponent = number.as_tuple().exponent
    if number.is_zero() or (isinstance(exponent, int) and exponent < 0):
        return written
    return max(len(plain(number).normalize(EXACT).as_tuple().digits), min(written, most))


def told_to(number: Decimal, digits: int) -> Decimal:
    """Write a number with at least so many significant digits, with zeros where it has fewer."""
    places = digits - number.adjusted() - 1
    exponent = number.as_tuple().exponent
    if number.is_zero() or not isinstance(exponent, int) or places <= max(0, -exponent):
        return number
    return number.quantize(Decimal((0, (1,), -places)), context=EXACT)


def rounded(number: Decimal, digits: int) -> Decimal:
    """Round to so many significant digits."""
    return plain(Context(prec=digits).plus(number))
