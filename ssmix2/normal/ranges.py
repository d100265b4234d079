"""Reference ranges to two numbers, each end open where it is not given (OBX-7, fact sheet §4.12)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from hie.record.normal import Step
from ssmix2.er7 import NULL
from ssmix2.normal.characters import folded
from ssmix2.normal.values import LONGEST, NUMBER, number_of, read_value

_BETWEEN = re.compile(rf"({NUMBER})?[-~](?:<|<=)?({NUMBER})?(未満|以下)?")
_MARKS = str.maketrans({"≦": "<", "≤": "<", "≧": ">", "≥": ">"})


class RangeRead(NamedTuple):
    """The two ends of a reference range."""

    low: Decimal | None = None
    high: Decimal | None = None
    steps: tuple[Step, ...] = ()


def read_range(text: str) -> RangeRead:
    """Read `6.5-8.2`, `13.7～16.8`, `>10`, `5以下`; of free text, as for two sexes, it says so."""
    if not text.strip() or text.strip() == NULL:
        return RangeRead()
    bare = folded(text).translate(_MARKS).strip("()[]") if len(text) <= LONGEST else ""
    if found := _BETWEEN.fullmatch(bare):
        low, high = (number_of(end) if end else None for end in found.groups()[:2])
        if (low, high) != (None, None) and not (low is not None and high is not None and low > high):
            return RangeRead(low, high)
    value = read_value(bare)
    if value is not None and value.number is not None and value.comparator and not value.grade:
        if value.comparator[0] == "<":
            return RangeRead(high=value.number)
        return RangeRead(low=value.number)
    if value is not None and value.grade and value.number is None:
        return RangeRead()  # the range of a strip is a grade
    return RangeRead(steps=(Step("range.text"),))
