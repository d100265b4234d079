"""Results as lines, one result each: what a spreadsheet program can sort, filter and plot.

Nothing of it is left out or put together: what the source wrote, and beside it the value in one unit.
"""

from __future__ import annotations

from collections.abc import Mapping

from hie.exchange.records.results import Item, Results, day_of_point
from hie.exchange.records.series import Point
from hie.record.identifiers import FacilityCode
from hie.record.times import UNKNOWN_DAY, day_of
from viewer.drawing import Sign
from viewer.formats import NULL, clock_time, shown_value
from viewer.locale import Words
from viewer.normalised import negative_word, plain_text
from viewer.parts import Tone
from viewer.results import tone_of

COLUMNS = ("moment", "facility", "item", "code", "value", "unit", "normal", "normal_unit", "range", "flag")
"""Keys of the heads, `results.line.<key>`."""
_MINUTES = 12


def long_lines(
    found: Results, shown: Mapping[FacilityCode, Sign], words: Words, before: str = ""
) -> list[list[str]]:
    """Write every result measured before the moment `before`, the newest first; heads stand first."""
    end = before.ljust(_MINUTES, "0")
    points = [
        (_digits(point), item, point)
        for item in found.items
        for point in reversed(item.points)
        if not before or _digits(point) < end
    ]
    points.sort(key=lambda one: one[0], reverse=True)  # items of one moment stay in their order
    heads = [words(f"results.line.{key}") for key in COLUMNS]
    return [heads, *(_line(point, item, shown, words) for _, item, point in points)]


def _digits(point: Point) -> str:
    at, day = point.written.observed_at, day_of_point(point)
    known = str(day) if day != UNKNOWN_DAY else ""
    return (at[:_MINUTES] if day_of(at) != UNKNOWN_DAY else known).ljust(_MINUTES, "0")


def _line(point: Point, item: Item, shown: Mapping[FacilityCode, Sign], words: Words) -> list[str]:
    written, normal, day = point.written, point.normal, day_of_point(point)
    when = f"{day // 10000}/{day // 100 % 100}/{day % 100}" if day != UNKNOWN_DAY else ""
    clock = clock_time(written.observed_at) if day_of(written.observed_at) != UNKNOWN_DAY else ""
    value = words("lab.null") if written.value == NULL else shown_value(written.value).strip()
    same = normal is not None and normal.comparable
    return [
        f"{when} {clock}".strip(),
        shown[written.custodian].name,
        item.name,
        written.code.code if item.code else "",
        value,
        _said(written.unit),
        (negative_word(value, words) or plain_text(normal)) if normal is not None and same else "",
        normal.unit if normal is not None and same and normal.number is not None else "",
        _said(written.reference_range),
        "" if tone_of(written.flag) is Tone.PLAIN else words.either(f"flag.{written.flag}", written.flag),
    ]


def _said(text: str) -> str:
    return "" if text == NULL else text.strip()
