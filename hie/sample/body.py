"""What a laboratory finds in a person: levels they keep, drawn once, and values that follow from them.

Ratios and sums are counted from the rounded values a doctor sees: red-cell indices, the differential, eGFR,
TP from albumin, ALT from AST, chloride from sodium, TC from its parts, glucose from HbA1c.
"""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from hie.record.people import Patient, Sex
from hie.sample.analytes import ANALYTES, ORDER_SETS

GROWN_UP = 18
"""The Japanese equation of eGFR holds from this age on; below it none is reported."""

_OF_LEVELS, _OF_DAYS = 0.22, 0.065
"""Deviations, as shares of a reference range: between people, and from day to day of one person."""
_BEYOND = 0.08
"""Share of a range by which levels may lie outside it."""
_WELL_WITHIN = {"UPH": 0.2, "USG": 0.1, "NA": 0.12, "K": 0.1, "CA": 0.1, "EOS": 0.1, "BAS": 0.1}
"""Shares of a range within it that levels keep to, where a level outside would be an illness."""
_BEST_FILTRATION = 64.0
"""Whoever's kidneys are not told of filters at least about this much."""

_DEVIATES = tuple(NormalDist().inv_cdf((step + 0.5) / 1024) for step in range(1024))
_CENTRES = {
    "CRE": 0.4, "ALB": 0.4, "CEA": 0.3, "CA199": 0.25, "BNP": 0.4, "DD": 0.4, "RF": 0.3, "CRP": 0.35,
    "TSH": 0.35, "TG": 0.4, "EOS": 0.3, "BAS": 0.25, "TBIL": 0.3, "GGT": 0.35, "AST": 0.4, "UPH": 0.4,
    "LD": 0.6,
}  # fmt: skip
"""Where in the range most people are, if not in its middle."""

# What nobody reports and values follow from, for men and for women.
_HIDDEN = {
    "GLOBULIN": (2.3, 3.1, 2.3, 3.1),
    "ALT/AST": (0.75, 1.25, 0.55, 0.95),
    "NA-CL": (34.2, 37.4, 34.2, 37.4),
    "SUGAR": (84.0, 106.0, 84.0, 106.0),
}
_FROM: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("WBC", "PLT", "Hb"), ()),
    **dict.fromkeys(("RBC", "Ht", "MCV", "MCH", "MCHC"), ("Hb", "MCV", "MCHC")),
    **dict.fromkeys(("NEU", "LYM", "MON", "EOS", "BAS"), ("NEU", "MON", "EOS", "BAS")),
    "EGFR": ("CRE",),
    "TP": ("ALB", "GLOBULIN"),
    "DBIL": ("TBIL",),
    "ALT": ("AST", "ALT/AST"),
    "CL": ("NA", "NA-CL"),
    "TC": ("LDL", "HDL", "TG"),
    "GLU": ("A1C", "SUGAR"),
    "UGLU": ("A1C", "SUGAR"),
}
"""What must be drawn for an item that is not drawn itself."""

_OTHERS_THAN_NEUTROPHILS = 42.0
_HEALTHY_A1C, _GLUCOSE_PER_A1C = 5.45, 33.0
_GLUCOSE_IN_URINE = ((160, 0.0), (180, 1.0), (225, 2.0), (280, 3.0))


class _Keeping(NamedTuple):
    """A level somebody keeps and how far single days are from it."""

    level: float
    drift: float


@lru_cache(256)
def _drawn(order_set: str) -> tuple[str, ...]:
    """List what to draw for an order set, each once."""
    return tuple(
        dict.fromkeys(base for key in ORDER_SETS[order_set] for base in _FROM.get(key, (key,)) or (key,))
    )


@lru_cache(256)
def _range(key: str, female: bool) -> tuple[float, float]:  # noqa: FBT001  a table's axis
    """Give the range a healthy person's values lie in."""
    analyte = ANALYTES.get(key)
    low, high, *of_women = (
        _HIDDEN[key]
        if analyte is None
        else (analyte.low, analyte.high, analyte.female_low, analyte.female_high)
    )
    return (of_women[0], of_women[1]) if female else (low, high)


class Body:
    """One person as laboratories find them: the same at every facility, in the region's units."""

    def __init__(self, patient: Patient, random: Random) -> None:
        self._female = patient.sex is Sex.FEMALE
        year, rest = divmod(patient.birth_day, 10_000)
        self._born = date(year, *divmod(rest, 100)).toordinal()
        self._random = random
        self._levels: dict[str, _Keeping] = {}
        self._days: dict[int, dict[str, float]] = {}

    def age(self, ordinal: int) -> int:
        """Count full years."""
        return int((ordinal - self._born) / 365.2425)

    def settle(self, levels: dict[str, float], spread: float = 0.0) -> None:
        """Set the levels this person keeps near, give or take a share of each."""
        for key, level in levels.items():
            own = level * (1 + spread * self._random.choice(_DEVIATES))
            self._levels[key] = _Keeping(own, self._width(key) * _OF_DAYS)

    def measure(self, ordinal: int, order_set: str, known: dict[str, float] | None) -> dict[str, float]:
        """Find the values of an order set on a day; a second sample of a day finds the same."""
        found = self._days.setdefault(ordinal, {})
        if known:
            found = self._days[ordinal] = dict(known)
        drawn = _drawn(order_set)
        levels = self._levels
        for key, deviate in zip(drawn, self._random.choices(_DEVIATES, k=len(drawn)), strict=True):
            if key not in found:
                keeping = levels.get(key) or self._level(key, ordinal)
                found[key] = max(0.0, keeping.level + deviate * keeping.drift)
        _count(found)
        if "CRE" in found and "EGFR" not in found:
            found["CRE"] = round(found["CRE"], 2)
            found["EGFR"] = filtration(found["CRE"], self.age(ordinal), female=self._female)
        return found

    def _width(self, key: str) -> float:
        low, high = _range(key, self._female)
        return high - low or 1.0

    def _level(self, key: str, ordinal: int) -> _Keeping:
        """Draw a level inside the range, where most days are normal too."""
        low, high = _range(key, self._female)
        width = high - low
        if not width:
            keeping = _Keeping(0.0, _OF_DAYS)
        else:
            level = low + width * (_CENTRES.get(key, 0.5) + _OF_LEVELS * self._random.choice(_DEVIATES))
            margin = width * _WELL_WITHIN.get(key, -_BEYOND)
            level = min(max(level, low + margin), high - margin)
            if key == "CRE":
                level = min(level, _creatinine(_BEST_FILTRATION, self.age(ordinal), female=self._female))
            keeping = _Keeping(level, width * _OF_DAYS)
        self._levels[key] = keeping
        return keeping


def filtration(creatinine: float, age: int, *, female: bool) -> float:
    """Estimate GFR in mL/min/1.73 m² as in Japan: 194 x Cr^-1.094 x age^-0.287 (x 0.739 of women)."""
    rate = 194 * math.pow(max(creatinine, 0.1), -1.094) * math.pow(max(age, 1), -0.287)
    return rate * 0.739 if female else rate


def _creatinine(rate: float, age: int, *, female: bool) -> float:
    """Give the creatinine in mg/dL at which the equation says `rate`."""
    return math.pow(filtration(1.0, age, female=female) / rate, 1 / 1.094)


def _count(found: dict[str, float]) -> None:
    """Add what follows from the values drawn; what stands there already stays."""
    if "MCHC" in found and "Ht" not in found:
        _red_cells(found)
    if "MON" in found and "LYM" not in found:
        _differential(found)
    if "ALT/AST" in found and "ALT" not in found:
        found["AST"] = float(round(found["AST"]))
        found["ALT"] = found["AST"] * found["ALT/AST"]
    if "SUGAR" in found and "UGLU" not in found:
        _sugar(found)
    if "NA-CL" in found:
        _serum(found)
    if "TG" in found and "TC" not in found:
        found["TC"] = round(found["LDL"]) + round(found["HDL"]) + round(found["TG"]) / 5


def _red_cells(found: dict[str, float]) -> None:
    """Count the indices from cells, hemoglobin and hematocrit as they are reported."""
    found["WBC"] = round(found["WBC"], 1)
    hemoglobin = found["Hb"] = round(found["Hb"], 1)
    hematocrit = found["Ht"] = round(hemoglobin * 100 / found["MCHC"], 1)
    cells = found["RBC"] = round(hematocrit * 10 / found["MCV"], 2)
    found["MCV"] = hematocrit * 10 / cells
    found["MCH"] = hemoglobin * 10 / cells
    found["MCHC"] = hemoglobin * 100 / hematocrit


def _serum(found: dict[str, float]) -> None:
    """Let chloride follow sodium; total protein holds albumin, bilirubin its direct part."""
    found["CL"] = round(found["NA"]) - found["NA-CL"]
    if "GLOBULIN" in found:
        found["TP"] = round(found["ALB"], 1) + found["GLOBULIN"]
        found["DBIL"] = found["TBIL"] * 0.22


def _differential(found: dict[str, float]) -> None:
    """Share among the other cells what neutrophils leave: the five add up to 100."""
    neutrophils = found["NEU"] = round(found["NEU"], 1)
    share = (100 - neutrophils) / _OTHERS_THAN_NEUTROPHILS
    monocytes = found["MON"] = round(found["MON"] * share, 1)
    eosinophils = found["EOS"] = round(found["EOS"] * share, 1)
    basophils = found["BAS"] = round(found["BAS"] * share, 1)
    found["LYM"] = round(100 - neutrophils - monocytes - eosinophils - basophils, 1)


def _sugar(found: dict[str, float]) -> None:
    """Let glucose follow HbA1c unless it was told, and sugar in urine follow glucose."""
    found["A1C"] = round(found["A1C"], 1)
    if "GLU" not in found:
        found["GLU"] = found["SUGAR"] + _GLUCOSE_PER_A1C * (found["A1C"] - _HEALTHY_A1C)
    glucose = found["GLU"] = float(round(found["GLU"]))
    found["UGLU"] = next((strip for limit, strip in _GLUCOSE_IN_URINE if glucose < limit), 4.0)
