"""A result brought into one form, beside what the hospital wrote: number, unit, grade, and how it was made.

The original is never replaced: who shows a `NormalValue` shows the source's own text first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Step(NamedTuple):
    """One thing that was done to a result."""

    rule: str
    """Names its sentence on the screen, `normal.<rule>`: `unit.scaled`, `value.censored`, …"""
    detail: str = ""
    """What it was done with: units and factors, never the value."""


GRADES = {"-": 0, "±": 1, "w+": 2, "+": 3, "1+": 3, "2+": 4, "3+": 5, "4+": 6, "5+": 7}
"""Semi-quantitative grade -> its rank; `+` is positive without a degree, `w+` weakly positive."""


class NormalValue(NamedTuple):
    """What a result says, as numbers that can be compared."""

    comparator: str
    """`<`, `<=`, `>`, `>=` of a result beyond the limit of its method, else empty."""
    number: Decimal | None
    """The value, or the lower end of a range."""
    upper: Decimal | None
    """The upper end of a result that is itself a range."""
    grade: str
    """One of `GRADES`, or empty."""
    unit: str
    """The unit of all numbers here: the analyte's where `comparable`, else the source's own."""
    low: Decimal | None
    """Lower end of the reference range; none where it is open or could not be read."""
    high: Decimal | None
    how: tuple[Step, ...]
    """In the order in which they were done."""
    comparable: bool
    """The numbers are in the analyte's unit, or there is a grade and no number."""

    def __repr__(self) -> str:
        """Show no value."""
        return f"NormalValue({', '.join(step.rule for step in self.how)})"
