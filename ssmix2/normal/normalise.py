"""One result to one `NormalValue`: read the value, find the unit, bring both into the analyte's unit."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from hie.record.normal import NormalValue, Step
from ssmix2.normal.analytes import ANALYTE, Analyte
from ssmix2.normal.ranges import read_range
from ssmix2.normal.units import (
    EXACT,
    NAMED,
    NO_UNIT,
    SPELLING,
    Unit,
    factor_between,
    measured_digits,
    plain,
    rounded,
    scaled,
    told_to,
)
from ssmix2.normal.values import FLAG_LETTERS, FLAGGED, ValueRead, read_value

FEWEST_DIGITS = 3
"""Significant digits that a result keeps, at least, when a molar mass converts it.

Of the zeros at the end of a whole number as many count: the others only say how large it is.
"""
_MASS, _SUBSTANCE, _EQUIVALENTS = "mass concentration", "substance concentration", "equivalents"
_VOLUMES = frozenset({"volume", "volume a day"})
_UNKNOWN_ANALYTE = Step("analyte.unknown")


class Conversion(NamedTuple):
    """How numbers are brought from one unit to the analyte's."""

    factor: Decimal = Decimal(1)
    steps: tuple[Step, ...] = ()
    rounds: bool = False
    """The factor comes from a molar mass: the product has no more digits than the result had."""

    def __call__(self, number: Decimal | None) -> Decimal | None:
        """Convert one number; an end that is open stays open."""
        if number is None:
            return None
        if self.factor == 1:
            return number
        product, digits = scaled(number, self.factor), measured_digits(number, FEWEST_DIGITS)
        if self.rounds:
            digits = max(FEWEST_DIGITS, digits)
            product = rounded(product, digits)
        return told_to(product, digits)

    def limit(self, number: Decimal | None) -> Decimal | None:
        """Convert an end of a reference range, which nobody measured: zeros at its end say nothing."""
        converted = self(number)
        return converted if converted is None or self.factor == 1 else plain(converted)


def normalise(code: str, value: str, unit: str, reference_range: str = "") -> NormalValue | None:
    """Bring a result into its analyte's unit; None where the source says nothing or that there is nothing.

    Never raises. What cannot be brought there keeps its own numbers and unit, is not `comparable`,
    and its last step says why.
    """
    read = read_value(value)
    if read is None:
        return None
    limits = read_range(reference_range)
    analyte = ANALYTE[code]
    if read.unit in FLAG_LETTERS and not _is_volume(analyte.unit if analyte else SPELLING[unit].unit):
        read = read._replace(unit="", steps=(FLAGGED,))
    if read.number is None:
        graded = bool(read.grade)
        steps = read.steps if analyte or not graded else (*read.steps, _UNKNOWN_ANALYTE)
        return NormalValue(read.comparator, None, None, read.grade, unit, None, None, steps, graded)
    conversion, target, comparable = _conversion(analyte, read, unit)
    return NormalValue(
        read.comparator,
        conversion(read.number),
        conversion(read.upper),
        read.grade,
        target,
        conversion.limit(limits.low),
        conversion.limit(limits.high),
        (*read.steps, *conversion.steps, *limits.steps),
        comparable,
    )


def _is_volume(unit: Unit | None) -> bool:
    return unit is not None and unit.kind in _VOLUMES


def ucum_of(analyte: Analyte) -> str:
    """Return the UCUM code of the unit to which an analyte's results are brought."""
    return analyte.unit.ucum


def _conversion(analyte: Analyte | None, read: ValueRead, written: str) -> tuple[Conversion, str, bool]:
    """Say how to convert, into which unit, and whether that is the analyte's."""
    spelled = SPELLING[written.strip() or read.unit]
    source = spelled.unit
    if source is None:
        return Conversion(steps=(Step("unit.unknown", written.strip()),)), written, False
    steps = _spelling(written, source, misprint=spelled.misprint)
    obstacle = _obstacle(analyte, read, source)
    if analyte is None or obstacle is not None:
        return Conversion(steps=steps + (obstacle or ())), source.name, False
    for name, meant in analyte.meant:
        if NAMED[name] is source:
            steps, source = (*steps, Step("unit.meant", f"{name} = {meant.name}")), meant
            break
    found = _between(source, analyte)
    if found is None:
        return Conversion(steps=(*steps, Step("unit.other", analyte.unit.name))), source.name, False
    return found._replace(steps=steps + found.steps), analyte.unit.name, True


def _obstacle(analyte: Analyte | None, read: ValueRead, source: Unit) -> tuple[Step, ...] | None:
    """Say why a result cannot be compared, whatever its unit; none if nothing is in the way."""
    if analyte is None:
        return (_UNKNOWN_ANALYTE,)
    inside = SPELLING[read.unit].unit if read.unit else None
    if inside is not None and inside is not source:
        return (Step("unit.two", inside.name),)
    if source is NO_UNIT and analyte.unit is not NO_UNIT:
        return (Step("unit.absent", analyte.unit.name),)
    return () if read.per else None  # the step of the fraction has said it


def _spelling(written: str, unit: Unit, *, misprint: bool) -> tuple[Step, ...]:
    if misprint:
        return (Step("unit.misprint", f"{written.strip()} → {unit.name}"),)
    if written.strip() in {unit.name, ""}:
        return ()
    return (Step("unit.spelled", f"{written.strip()} → {unit.name}"),)


def _between(source: Unit, analyte: Analyte) -> Conversion | None:
    """Convert by factor inside one kind, else by charge, by molar mass, or by both."""
    target = analyte.unit
    factor = factor_between(source, target)
    if factor is not None:
        if factor == 1:
            return Conversion()
        return Conversion(factor, (Step("unit.scaled", _told(source, target, factor)),))
    kinds = (source.kind, target.kind)
    # In the base units: eq/L = mol/L · charge, g/L = mol/L · g/mol.
    if kinds == (_EQUIVALENTS, _SUBSTANCE) and analyte.charge == 1:
        factor = EXACT.divide(source.factor, target.factor)
        return Conversion(factor, (Step("unit.charge", _told(source, target, factor)),))
    if kinds == (_SUBSTANCE, _MASS) and analyte.molar_mass:
        return _molar(source, target, analyte.molar_mass, Step("unit.molar", f"{analyte.molar_mass} g/mol"))
    if kinds == (_EQUIVALENTS, _MASS) and analyte.molar_mass and analyte.charge:
        mass = EXACT.divide(analyte.molar_mass, Decimal(analyte.charge))
        detail = f"{analyte.molar_mass} g/mol ÷ {analyte.charge}"
        return _molar(source, target, mass, Step("unit.molar", detail))
    return None


def _molar(source: Unit, target: Unit, mass: Decimal, step: Step) -> Conversion:
    factor = EXACT.divide(EXACT.multiply(source.factor, mass), target.factor)
    return Conversion(factor, (step, Step("unit.scaled", _told(source, target, factor))), rounds=True)


def _told(source: Unit, target: Unit, factor: Decimal) -> str:
    return f"{source.name} → {target.name} ×{plain(factor):f}"
