"""Writes `docs/reference/normalisation.md` from the tables: `python -m tests.spec.normal.page`."""

from __future__ import annotations

from pathlib import Path

from hie.record.normal import GRADES
from ssmix2.normal import normalise
from ssmix2.normal.analytes import ALL, Analyte
from ssmix2.normal.unit_table import MISPRINTS
from ssmix2.normal.units import NAMED, NO_UNIT, SPELLED, Unit
from ssmix2.normal.value_table import COMPARATORS_AFTER, COMPARATORS_BEFORE, GRADE_WORDS, UNMEASURABLE
from viewer.locale import WORDS, Language
from viewer.locale.english import TEXTS

PAGE = Path(__file__).resolve().parents[3] / "docs/reference/normalisation.md"
OPENING_WORDS = """# How results are brought into one form

This page is written from the tables in `ssmix2/normal/`: `python -m tests.spec.normal.page`, and a test
fails when it is out of date. Whoever finds a wrong line has found a defect.

What a hospital wrote is never changed and stands first wherever a normalised value is shown; leading
blanks are data. Results are normalised when somebody looks, not when they are filed. A unit, an analyte or
a text that no table here knows is not converted, and the result says so. Factors between units of one
kind of quantity are exact; where a molar mass leads from substance to mass, the product keeps as many
significant digits as the result had, and three at least. Every converted result keeps the zeros that were
measured (250 ×10³/μL is 25.0 ×10⁴/μL); of the zeros at the end of a whole number three digits' worth count.
Offsets are never applied: HbA1c in mmol/mol stays what it is.
"""
EXAMPLES = (
    ("3C015000002327101", "74.3", "μmol/L", "57.5-94.6"),
    ("2A010000001930901", "8600", "/μL", "3300-8600"),
    ("2A990000001930955", "158", "×10\\S\\3/μL", "158-348"),
    ("5C070000002306201", "0.02未満", "ｍｇ／ｄｌ", ""),
    ("3H015000002326101", "4.1", "mEq/L", "3.6-4.8"),
    ("3H030000002327101", "5.0", "mEq/L", ""),
    ("3H045000002390201", "290", "mOms/L", ""),
    ("1A010000000191111", "3+(300)", "mg/dL", ""),
    ("1A010000000191111", " 3 +", "", ""),
    ("1A010000000191111", "(-)", "", "(-)"),
    ("5C070000002306201", "測定不能", "mg/dL", ""),
    ("3C015000002327101", "0.7", "", "M:0.65-1.07 F:0.46-0.79"),
    ("9Z999000002399901", "12", "mg/dL", ""),
)
SHOWN = 14
"""Spellings of a unit that a line shows."""


def page() -> str:
    """Return the whole page."""
    parts = [
        *(OPENING_WORDS, _examples(), _analytes(), _units(), _misprints()),
        *(_values(), _steps()),
    ]
    return "\n".join(parts)


def _table(heading: str, words: str, columns: str, rows: list[str]) -> str:
    rule = "|".join("---" for _ in columns.split("|"))
    return "\n".join([f"## {heading}", "", words, "", f"| {columns} |", f"|{rule}|", *rows, ""])


def _code(text: str) -> str:
    return f"`{text}`" if text else "–"


def _examples() -> str:
    rows = []
    for code, value, unit, limits in EXAMPLES:
        found = normalise(code, value, unit, limits)
        assert found is not None
        number = "" if found.number is None else f"{found.number:f}"
        told = " ".join(filter(None, (found.grade, found.comparator, number, found.unit if number else "")))
        ends = "–".join("" if end is None else f"{end:f}" for end in (found.low, found.high)).strip("–")
        how = "; ".join(f"{one.rule} {one.detail}".strip() for one in found.how)
        cells = (_code(code), _code(value), _code(unit), _code(limits), told or "–", ends or "–")
        rows.append(f"| {' | '.join(cells)} | {'yes' if found.comparable else 'no'} | {how or '–'} |")
    columns = "Code | Result | Unit | Range | Normal | Range | Comparable | How"
    return _table(
        "Examples", "A result is comparable when its numbers are in its analyte's unit.", columns, rows
    )


def _analytes() -> str:
    return _table(
        "Analytes",
        "By JLAC10 characters 1 to 5, with `/` and the result identification where that tells results apart,"
        " and by the group of the material.",
        "Code | Also | Material | Name | Unit | UCUM | Molar mass | Charge | Taken as",
        [_analyte(one) for one in ALL],
    )


def _analyte(one: Analyte) -> str:
    meant = ", ".join(f"{name} = {unit.name}" for name, unit in one.meant)
    cells = (
        *(_code(one.code), ", ".join(map(_code, one.same)) or "–", one.group or "any", one.name),
        *(one.unit.name or "pure number", _code(one.unit.ucum), str(one.molar_mass or "–")),
        *(str(one.charge or "–"), meant or "–"),
    )
    return f"| {' | '.join(cells)} |"


def _units() -> str:
    return _table(
        "Units",
        "Spellings as they look when width, case, blanks, brackets, dots and dashes are set aside:"
        " `μ` is `u`, `mm³` is `ul` and `IU` is `U`.",
        "Unit | UCUM | Quantity | Base units | Spellings",
        [_unit(unit) for unit in NAMED.values() if unit is not NO_UNIT],
    )


def _unit(unit: Unit) -> str:
    spellings = [spelling for spelling, found in SPELLED.items() if found is unit][:SHOWN]
    told = ", ".join(_code(one) for one in spellings) or "–"
    return f"| {unit.name} | {_code(unit.ucum)} | {unit.kind} | {unit.factor:f} | {told} |"


def _misprints() -> str:
    lines = [line.split(" = ") for line in MISPRINTS.strip().splitlines()]
    rows = [f"| {_code(wrong)} | {_code(right)} |" for wrong, right in lines]
    return _table("Misprints", "Corrected, and said so.", "Written | Meant", rows)


def _values() -> str:
    def words(text: str) -> str:
        return ", ".join(_code(word) for word in text.split())

    grades = sorted(GRADE_WORDS, key=GRADES.__getitem__)
    rows = [
        f"| grade {_code(grade)}, rank {GRADES[grade]} | {words(GRADE_WORDS[grade])} |" for grade in grades
    ]
    rows += [f"| {_code(sign)} before | {words(text)} |" for sign, text in COMPARATORS_BEFORE.items()]
    rows += [f"| {_code(sign)} behind | {words(text)} |" for sign, text in COMPARATORS_AFTER.items()]
    rows.append(f"| no result | {words(UNMEASURABLE)} |")
    return _table(
        "Words and signs", "In half width and small letters, blanks aside.", "Means | Written", rows
    )


def _steps() -> str:
    japanese, english = WORDS[Language.JAPANESE], WORDS[Language.ENGLISH]
    keys = [
        key
        for key in TEXTS
        if key.startswith(("normal.value.", "normal.unit.", "normal.analyte.", "normal.range."))
    ]
    rows = [f"| {_code(key.removeprefix('normal.'))} | {japanese(key)} | {english(key)} |" for key in keys]
    return _table("Steps", "Each normal value names what was done to it.", "Step | 日本語 | English", rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
