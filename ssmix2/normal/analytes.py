"""Codes to analytes: JLAC10 characters 1 to 5, the material's group, the result identification (§5.5)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from ssmix2.memo import Memo
from ssmix2.normal.analyte_table import ANALYTES
from ssmix2.normal.units import NAMED, Unit

BLOOD, URINE = "blood", "urine"
FRONT = slice(0, 5)
_MATERIAL = slice(9, 12)
_IDENTIFICATION = slice(15, 17)
_JLAC10 = re.compile("[0-9][A-Z][0-9]{3}(?:[0-9A-Z]{10}(?:[0-9A-Z]{2})?)?")
_BLOOD_FIRST, _BLOOD_LAST = "017", "039"
_URINE_FIRST, _URINE_LAST = "001", "012"
_PLAIN = frozenset({"", "01", "02", "03", "11"})
"""Result identifications of the analyte itself: 定量 01 to 03, 定性 11; others name another quantity."""


class Analyte(NamedTuple):
    """What is measured in what, and the unit to which its results are brought."""

    code: str
    """JLAC10 characters 1 to 5, with `/` and the result identification where that tells results apart."""
    group: str
    """`blood`, `urine`, or empty where no material matters."""
    unit: Unit
    name: str
    molar_mass: Decimal | None
    """g/mol"""
    charge: int
    """Of the ion; 0 where it is none."""
    meant: tuple[tuple[str, Unit], ...]
    """Units that mean another one for this analyte: `%` is g/dL for MCHC."""
    same: tuple[str, ...]
    """Other codes of the same thing, written like `code`."""

    @property
    def fronts(self) -> tuple[str, ...]:
        """JLAC10 characters 1 to 5 of all its codes."""
        return tuple(dict.fromkeys(one[FRONT] for one in (self.code, *self.same)))


def is_jlac10(code: str) -> bool:
    """Say whether a code is shaped like JLAC10: its first 5, 15 or all 17 characters."""
    return _JLAC10.fullmatch(code) is not None


def group_of(code: str) -> str:
    """Name the group of the material a code names: `blood`, `urine`, else the material's own three digits."""
    material = code[_MATERIAL]
    if _BLOOD_FIRST <= material <= _BLOOD_LAST:
        return BLOOD
    return URINE if _URINE_FIRST <= material <= _URINE_LAST else material


def _analyte(line: str) -> Analyte:
    code, group, unit, name, more = (column.strip() for column in line.split("|"))
    given = [one.split("=") for one in more.split()]
    masses = [Decimal(value) for key, value in given if key == "M"]
    return Analyte(
        code,
        group,
        NAMED[unit],
        name,
        masses[0] if masses else None,
        next((int(value) for key, value in given if key == "z"), 0),
        tuple((key, NAMED[value]) for key, value in given if key not in {"M", "z", "is"}),
        tuple(value for key, value in given if key == "is"),
    )


ALL = tuple(_analyte(line) for line in ANALYTES.strip().splitlines())
_BY_CODE = {(code, one.group): one for one in ALL for code in (one.code, *one.same)}


def _found(code: str) -> Analyte | None:
    if not is_jlac10(code):
        return None
    front, group, identification = code[FRONT], group_of(code), code[_IDENTIFICATION]
    keys = [f"{front}/{identification}"] + ([front] if identification in _PLAIN else [])
    # Five characters name no material: blood stands before urine, as everywhere in the table.
    groups = (group, "") if code[_MATERIAL] else (BLOOD, URINE, "")
    for key in keys:
        for one in groups:
            if (key, one) in _BY_CODE:
                return _BY_CODE[key, one]
    return None


def analyte_of(code: str, group: str) -> Analyte:
    """Return the analyte that the table writes so, of a group or of any; raise `KeyError` for none."""
    return _BY_CODE.get((code, group)) or _BY_CODE[code, ""]


ANALYTE: Memo[Analyte | None] = Memo(_found)
"""JLAC10 code -> analyte; None where the table has none."""


def belongs(code: str, to: str) -> bool:
    """Say whether results under `code` stand in the series that the code `to` asks for.

    They are one analyte of the table, or, where the table knows none, agree in characters 1 to 5, in
    the group of the material and in the result identification, as far as `to` names them.
    """
    analyte = ANALYTE[to]
    if analyte is not None:
        return ANALYTE[code] is analyte
    return (
        is_jlac10(code)
        and ANALYTE[code] is None
        and code[FRONT] == to[FRONT]
        and (not to[_MATERIAL] or group_of(code) == group_of(to))
        and (not to[_IDENTIFICATION] or code[_IDENTIFICATION] == to[_IDENTIFICATION])
    )
