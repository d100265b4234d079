"""Amounts and usages of drugs in words: the one writer for list, summary, band and document."""

from __future__ import annotations

from typing import Protocol

from hie.record.supply import A_DAY, EXTERNAL
from viewer.formats import amount
from viewer.locale import Words
from viewer.usage import usage_text


class Line(Protocol):
    """What a line says of supply: `hie.record.supply.Supply`, or what the findings keep of it."""

    @property
    def dose(self) -> str:
        """Single dose without its unit, `1-2` where uneven, `3/d` where only the day's is said."""

    @property
    def unit(self) -> str:
        """Of the dose; of the total where no dose is said."""

    @property
    def quantity(self) -> str:
        """Total, with its unit behind a blank where that is another."""

    @property
    def usage(self) -> str:
        """Text with what adds to it."""

    @property
    def usage_code(self) -> str:
        """Code where the source wrote no text."""

    @property
    def kind(self) -> int:
        """RXE-27, 0 where not said."""


def how_much(line: Line, words: Words) -> str:
    """Write the amount as it was said: once or a day; in all for what is applied and what says no dose."""
    if line.dose.endswith(A_DAY):
        return words("rx.daily", amount=amount(line.dose.removesuffix(A_DAY), line.unit))
    if line.dose and (line.kind != EXTERNAL or not line.quantity):
        return words("rx.once", amount=_single(line))
    return in_all(line, words) or words("rx.no_dose")


def in_all(line: Line, words: Words) -> str:
    """Write the total; empty where none is said."""
    number, _, unit = line.quantity.partition(" ")
    return words("rx.total", amount=amount(number, unit or line.unit)) if number else ""


def how_used(line: Line, words: Words) -> str:
    """Write how it is used: the source's text, else its code in words, with what adds to it."""
    code = line.usage_code
    said = " ".join(filter(None, (usage_text(code) or code, line.usage)))
    return said or words("rx.no_usage")


def _single(line: Line) -> str:
    """Write the single dose, from the least to the most where it is uneven."""
    least, _, most = line.dose.partition("-")
    if not most:
        return amount(least, line.unit)
    return "〜".join(filter(None, (amount(least, ""), amount(most, line.unit))))
