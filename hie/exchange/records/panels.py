"""Which results are read together, by purpose. Data: a panel takes one line, an item its JLAC10 analyte.

Items are those of `ssmix2.normal`, in the order in which they are read; `:urine` chooses the material.
Behind `|` stand beginnings of YJ codes (classes of drugs) that are read beside the panel.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ssmix2.normal import Analyte, analyte_of, belongs, is_jlac10

_PANELS = """
diabetes    | 3D046 3D010 3D055 8A065 3C015 3A015/28:urine 1A020:urine 3F077 3F015 3F070 9N006 | 396 2492 2499
kidney      | 8A065 3C015 3C025 3H015 3H010 3H020 3H030 3H040 3C020 2A030 1A010:urine 1A015:urine \
3A015/28:urine 1A100:urine 3C016 | 213 214 217 219 394 3999
liver       | 3B035 3B045 3B050 3B070 3B090 3B110 3J010 3J015 3A015 2A050 2B030/53 2B030/57 3C040 \
5D015 | 391 325 3999
anaemia     | 2A030 2A020 2A040 2A060 2A070 2A080 2A110 3I010 3I020 5C095 3G040 3G105 | 322 313 3999
coagulation | 2B030/57 2B030/53 2B030/51 2B020 2B100 2B120 2B140 2B200 2A050 | 333 339
"""
_KEYS = """
key      | 2A030 2A050 2A010 5C070 3C015 8A065 3H015 3A015 3B035 3B045 3D046 3D010 2B030/57 4Z271 4Z272 |
pharmacy | 8A065 3C015 3H015 2B030/57 |
"""


class Panel(NamedTuple):
    """Items that are read together."""

    key: str
    """Stands in addresses and names its word, `panel.<key>`."""
    analytes: tuple[Analyte, ...]
    """In the order in which they are read; empty for everything there is."""
    drugs: tuple[str, ...] = ()
    """Beginnings of YJ codes: what is taken for, or acts on, what the panel measures."""
    codes: tuple[str, ...] = ()
    """JLAC10 codes that somebody chose, beside `analytes`."""

    @property
    def chooses(self) -> bool:
        """Say whether it is some items; everything there is, if not."""
        return bool(self.analytes or self.codes)

    @property
    def fronts(self) -> frozenset[str]:
        """JLAC10 characters 1 to 5 of everything in it; empty for everything there is."""
        return frozenset(
            {front for one in self.analytes for front in one.fronts} | {code[:5] for code in self.codes}
        )


def _analyte(written: str) -> Analyte:
    code, _, group = written.partition(":")
    return analyte_of(code, group or "blood")


def _read(text: str) -> dict[str, Panel]:
    parts = [[part.strip() for part in line.split("|")] for line in text.strip().splitlines()]
    return {
        key: Panel(key, tuple(_analyte(one) for one in items.split()), tuple(drugs.split()))
        for key, items, drugs in parts
    }


EVERYTHING = Panel("all", ())
PANELS = {EVERYTHING.key: EVERYTHING, **_read(_PANELS)}
"""Key -> panel, in the order in which the page offers them."""
KEY_RESULTS, PHARMACY = _read(_KEYS).values()
"""What a summary shows, and what a pharmacist needs beside a prescription."""
MOST_CHOSEN = 8


def chosen(codes: Iterable[str]) -> Panel | None:
    """Make a panel of up to eight items that somebody picked; none where no code is shaped like JLAC10."""
    known = tuple(dict.fromkeys(filter(is_jlac10, codes)))[:MOST_CHOSEN]
    return Panel("chosen", (), (), known) if known else None


def holds(codes: Iterable[str], code: str) -> bool:
    """Say whether one of these codes asks for the item that `code` names."""
    return any(belongs(code, asked) for asked in codes)
