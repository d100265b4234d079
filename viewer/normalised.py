"""What stands behind the small mark beside a result: its value in one unit, and how that was made."""

from __future__ import annotations

from hie.record.normal import NormalValue
from viewer.formats import shown_unit
from viewer.locale import Words
from viewer.parts import Normalised

COMPARATORS = {"<": "<", "<=": "≦", ">": ">", ">=": "≧"}
CHANGES = frozenset(
    {
        *("unit.scaled", "unit.molar", "unit.charge", "unit.meant", "unit.misprint"),
        *("value.compound", "value.exponent", "value.flagged", "value.with_unit", "value.wide"),
    }
)
"""Steps after which a result says something that a quick look at the original does not."""

DASHES = frozenset({"-", "−", "－", "‐", "ー"})
"""Ways of writing a negative result by one sign."""


def is_changed(normal: NormalValue) -> bool:
    """Say whether a reader of the original alone would see another number or unit."""
    return normal.comparable and any(step.rule in CHANGES for step in normal.how)


def normal_text(normal: NormalValue) -> str:
    """Write a normal value: `< 0.5 mg/dL`, `3+`, `3+ 300 mg/dL`, `1–4 mg/dL`; empty if it says nothing."""
    if normal.number is None:
        return f"{COMPARATORS.get(normal.comparator, '')}{normal.grade}"
    number = f"{normal.number:f}"
    if normal.upper is not None:
        number = f"{number}–{normal.upper:f}"
    before = [normal.grade, COMPARATORS.get(normal.comparator, "")]
    return " ".join(filter(None, (*before, number, shown_unit(normal.unit))))


def plain_text(normal: NormalValue) -> str:
    """Write a normal value for a column of numbers: without unit, and without a grade beside a number."""
    return normal_text(normal._replace(unit="", grade="" if normal.number is not None else normal.grade))


def negative_word(value: str, words: Words) -> str:
    """Say in a word what a lone dash is: a negative result, which looks like no value at all."""
    return words("lab.negative") if value.strip() in DASHES else ""


def steps_told(normal: NormalValue, words: Words) -> tuple[str, ...]:
    """Say each step in a sentence, with what it was done with."""
    return tuple(
        f"{words(f'normal.{step.rule}')}: {shown_unit(step.detail)}"
        if step.detail
        else words(f"normal.{step.rule}")
        for step in normal.how
    )


def explained(normal: NormalValue, words: Words) -> Normalised:
    """Prepare what stands beside a result that was changed; it says conversion only where there was one."""
    converted = any(step.rule.startswith("unit.") for step in normal.how)
    return Normalised(
        words("normal.label" if converted else "normal.label.alike"),
        words("normal.mark"),
        normal_text(normal),
        steps_told(normal, words),
    )
