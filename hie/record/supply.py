"""What one line of a prescription says about supply: which drug, how much, how used, from when, how long.

The findings index keeps this of every line, so that a list over all hospitals opens no document.
Amounts stay text as the source wrote them; what is no whole number of days is not said.
"""

from __future__ import annotations

from typing import NamedTuple

from hie.record.clinical import Coding, MedicationRequest
from hie.record.times import UNKNOWN_DAY, Day, day_of

NULL = '""'
"""HL7's explicit null: the source says that there is no value."""
MOST_DAYS = 9_999
CANCELLED = "CA"
"""ORC-1 of an order that is taken back."""
A_DAY = "/d"
"""Behind an amount that is a day's, where no single dose is said."""
INTERNAL, WHEN_NEEDED, EXTERNAL, SELF_INJECTED = 21, 22, 23, 24
"""RXE-27 (fact sheet §4.9); 0 where the source does not say."""
_KINDS = frozenset({INTERNAL, WHEN_NEEDED, EXTERNAL, SELF_INJECTED})
_JAMI_CODE = 16
"""Characters of a JAMI usage code (JAMISDP01): the first names the way, the third the timing."""
_JAMI_EXTERNAL, _JAMI_WHEN_NEEDED = "2", "5"


class Supply(NamedTuple):
    """One line of an order as the findings index keeps it."""

    drug: Coding
    """As written; the local name where the standard code has none, else the code."""
    unit: str
    """Of the single or the day's dose; of the total where no dose is said."""
    dose: str
    """Single dose as written, without its unit; `1-2` where uneven, `3/d` where only the day's is said."""
    usage: str
    """Text of the usage with what adds to it; only what adds where `usage_code` says the rest."""
    quantity: str
    """Total amount, with its unit where that is another than the dose's."""
    start: Day
    days: int
    """Days supplied; 0 where not said."""
    kind: int
    """RXE-27; where that is not said, what a JAMI usage code says of it."""
    cancelled: bool
    usage_code: str
    """Code of the usage where the source wrote no text; whoever shows it puts it in words."""


def supply_of(line: MedicationRequest) -> Supply:
    """Take from a line what the findings index keeps of it."""
    drug = line.medication
    if not drug.text:
        drug = Coding(drug.code, line.local.text or drug.code, drug.system)
    dose, by_day = _said(line.dose), _said(line.daily_dose)
    if not dose and by_day:
        dose = f"{by_day}{A_DAY}"
    unit = _said(line.dose_unit) or ("" if dose else _said(line.total_unit))
    total = _said(line.total)
    if total and line.total_unit != unit:
        total = f"{total} {_said(line.total_unit)}".rstrip()
    if dose and line.dose_max and line.dose_max not in {NULL, dose}:
        dose = f"{dose}-{line.dose_max}"
    text, code = _said(line.usage.text), _said(line.usage.code)
    return Supply(
        drug,
        unit,
        dose,
        _with_additions(text, line),
        total,
        day_of(line.start) if line.start else UNKNOWN_DAY,
        days_of(line.days),
        _kind_of(line.category.code, code),
        line.status == CANCELLED,
        "" if text else code,
    )


def _with_additions(said: str, line: MedicationRequest) -> str:
    """Join the usage's text with what adds to it, each once."""
    if line.usage_supplements or line.condition:
        for more in (*line.usage_supplements, line.condition):
            if more and more != NULL and more not in said:
                said = f"{said} {more}".strip()
    return said


def _kind_of(category: str, usage_code: str) -> int:
    kind = days_of(category)
    if kind in _KINDS or len(usage_code) != _JAMI_CODE:
        return kind
    if usage_code[2] == _JAMI_WHEN_NEEDED:
        return WHEN_NEEDED
    return EXTERNAL if usage_code[0] == _JAMI_EXTERNAL else kind


def days_of(text: str) -> int:
    """Read a small whole number; 0 for whatever is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_DAYS)) else 0


def _said(text: str) -> str:
    return "" if text == NULL else text
