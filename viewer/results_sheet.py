"""Results as one sheet: items as rows, times of collection as columns, the newest first.

The page, the CSV file and the copied text are written from the same sheet, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hie.exchange.records.panels import holds
from hie.exchange.records.results import Item, Results, day_of_point
from hie.exchange.records.series import Point
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.times import UNKNOWN_DAY, day_of
from viewer.addresses import series_page
from viewer.drawing import Sign
from viewer.formats import NULL, clock_time, moment, plain_day, shown_unit, shown_value
from viewer.locale import Words
from viewer.normalised import is_changed, negative_word, normal_text, steps_told
from viewer.parts import Tone
from viewer.results import tone_of

MOST_COLUMNS = 24
"""Times of collection on one sheet; those before are on the next."""
_MINUTES = 12
_METHOD = slice(12, 15)
_SIGNS = {Tone.HIGH: "▲", Tone.LOW: "▼", Tone.ATTENTION: "!", Tone.PLAIN: ""}
_TWICE = frozenset({"HH", "LL"})
_GROUPS = {"1": "urine", "2": "blood", "3": "chemistry", "4": "hormones", "5": "immunology"}
_ORDER = ("blood", "chemistry", "coagulation", "immunology", "hormones", "urine", "other", "own")
_COAGULATION = "2B"
_BESIDE_CREATININE = "8A065"
_SEVERAL = " / "
"""Stands between two results of one item at one moment."""


class Shown(NamedTuple):
    """One result in a cell."""

    value: str
    """As its source wrote it."""
    unit: str
    """As its source wrote it, where the row's own unit does not say it."""
    normal: str
    """What it is in the row's unit, where it was converted."""
    tone: Tone
    sign: str
    """Marks what is abnormal, without colour."""
    word: str
    """Says what is abnormal: high, low; the source's own letter where we have no word."""
    entry: int
    told: str
    """Original, unit, range, hospital, time, conversion and method in one text."""

    @property
    def text(self) -> str:
        """What a copy of the cell says."""
        return " ".join(filter(None, (self.value, self.unit, self.normal, self.word)))


class SheetColumn(NamedTuple):
    """One time of collection at one hospital."""

    moment: str
    """Digits up to the minute, as far as they are known."""
    custodian: FacilityCode
    day: str
    year: str
    clock: str
    sign: Sign


class SheetRow(NamedTuple):
    """One item."""

    name: str
    unit: str
    reference_range: str
    """The newest one, in the row's unit; of its own hospital."""
    ranges_differ: bool
    address: str
    """Where its series stands; empty for a facility's own item."""
    code: str
    owner: str
    """Whose own item it is."""
    cells: tuple[tuple[Shown, ...], ...]


class Section(NamedTuple):
    """Rows that a report prints together; `key` names its word, `results.group.<key>`."""

    key: str
    rows: tuple[SheetRow, ...]


class ResultsSheet(NamedTuple):
    """The whole table."""

    columns: tuple[SheetColumn, ...]
    sections: tuple[Section, ...]
    older: str
    """Moment of the last column, where older ones follow; else empty."""
    left_out: int = 0
    """Older times of collection that are known and stand on the sheets behind this one."""

    @property
    def rows(self) -> tuple[SheetRow, ...]:
        """All rows, in order."""
        return tuple(row for section in self.sections for row in section.rows)


def sheet_of(
    found: Results,
    patient: PatientId,
    shown: Mapping[FacilityCode, Sign],
    words: Words,
    before: str = "",
    kept_rows: Sequence[str] = (),
) -> ResultsSheet:
    """Lay out results that were measured before the moment `before`; all, if it is empty.

    Items of `kept_rows` have their row even where none of these columns has a result of them.
    """
    keys = {_key(point) for item in found.items for point in item.points}
    ordered = sorted(
        (key for key in keys if not before or _padded(key[0]) < _padded(before)),
        key=lambda key: (_padded(key[0]), key[1]),
        reverse=True,
    )
    kept = ordered[:MOST_COLUMNS]
    while len(kept) < len(ordered) and _padded(ordered[len(kept)][0]) == _padded(kept[-1][0]):
        kept = ordered[: len(kept) + 1]  # what was measured at one moment is not torn apart
    columns = tuple(_column(key, shown, words) for key in kept)
    place = {key: number for number, key in enumerate(kept)}
    sections: dict[str, list[SheetRow]] = {}
    for item in found.items:
        is_kept = item.code and holds(kept_rows, item.code)
        if is_kept or any(_key(point) in place for point in item.points):
            sections.setdefault(_section(item) if not found.panel.chooses else "", []).append(
                _row(item, patient, place, shown, words)
            )
    ranked = sorted(sections, key=lambda key: _ORDER.index(key) if key else -1)
    more = len(kept) < len(ordered) or found.cut
    return ResultsSheet(
        columns,
        tuple(Section(key, tuple(sections[key])) for key in ranked),
        kept[-1][0] if more and kept else "",
        len(ordered) - len(kept),
    )


def lines_of(sheet: ResultsSheet, words: Words) -> list[list[str]]:
    """Write a sheet as lines of texts, heads first: what is exported and copied."""
    heads = [words("results.item"), words("lab.unit"), words("lab.range")]
    times = [_time_told(column) for column in sheet.columns]
    lines = [[*heads, *times]]
    for row in sheet.rows:
        cells = [_SEVERAL.join(one.text for one in cell) for cell in row.cells]
        spread = "*" if row.ranges_differ else ""
        lines.append([_named(row), row.unit, row.reference_range + spread, *cells])
    return lines


def _named(row: SheetRow) -> str:
    return f"{row.name} ({row.owner})" if row.owner else row.name


def _time_told(column: SheetColumn) -> str:
    when = f"{column.year}/{column.day}" if column.year else column.day
    return " ".join(filter(None, (when, column.clock, column.sign.name)))


def _padded(digits: str) -> str:
    return digits.ljust(_MINUTES, "0")


def _key(point: Point) -> tuple[str, FacilityCode]:
    written = point.written
    if day_of(written.observed_at) != UNKNOWN_DAY:
        return (written.observed_at[:_MINUTES], written.custodian)
    known = written.service_day != UNKNOWN_DAY
    return (str(written.service_day) if known else "", written.custodian)


def _column(key: tuple[str, FacilityCode], shown: Mapping[FacilityCode, Sign], words: Words) -> SheetColumn:
    digits, custodian = key
    day = day_of(digits)
    sign = shown[custodian]
    if day == UNKNOWN_DAY:
        return SheetColumn(digits, custodian, words("day.unknown"), "", "", sign)
    written = f"{day // 100 % 100}/{day % 100}"
    return SheetColumn(digits, custodian, written, str(day // 10000), clock_time(digits), sign)


def _section(item: Item) -> str:
    if item.custodian is not None:
        return "own"
    if item.code.startswith(_COAGULATION):
        return "coagulation"
    if item.code.startswith(_BESIDE_CREATININE):
        return "chemistry"
    return _GROUPS.get(item.code[:1], "other")


def _row(
    item: Item,
    patient: PatientId,
    place: Mapping[tuple[str, FacilityCode], int],
    shown: Mapping[FacilityCode, Sign],
    words: Words,
) -> SheetRow:
    unit = item.analyte.unit.name if item.analyte else _own_unit(item.points)
    cells: list[list[Shown]] = [[] for _ in place]
    for point in item.points:
        column = place.get(_key(point))
        if column is not None:
            cells[column].append(shown_of(point, item, unit, shown, words))
    ranges = [told for point in item.points if (told := range_of(point, unit))]
    return SheetRow(
        item.name,
        shown_unit(unit),
        ranges[-1] if ranges else "",
        len(set(ranges)) > 1,
        series_page(patient, item.code) if item.code else "",
        item.code,
        shown[item.custodian].short if item.custodian else "",
        tuple(map(tuple, cells)),
    )


def _own_unit(points: Sequence[Point]) -> str:
    units = (point.written.unit for point in reversed(points))
    return next((unit for unit in units if unit not in {"", NULL}), "")


def range_of(point: Point, unit: str) -> str:
    """Write a reference range in the row's unit; as it is written where it is no pair of numbers."""
    normal, written = point.normal, point.written.reference_range
    if written in {"", NULL}:
        return ""
    if normal is None or (normal.low is None and normal.high is None) or normal.unit != unit:
        own = point.written.unit
        return " ".join(
            filter(None, (written.strip(), shown_unit(own) if own not in {"", NULL, unit} else ""))
        )
    low, high = ("" if end is None else f"{end:f}" for end in (normal.low, normal.high))
    return f"{low}–{high}"


def shown_of(point: Point, item: Item, unit: str, shown: Mapping[FacilityCode, Sign], words: Words) -> Shown:
    """Prepare one result: as written first, converted beside."""
    written, normal = point.written, point.normal
    tone = tone_of(written.flag)
    changed = normal is not None and is_changed(normal)
    strange = normal is not None and not normal.comparable and normal.number is not None
    own = "" if written.unit == NULL else written.unit
    said = shown_unit(own) if changed or (strange and own != unit) else ""
    if strange and unit and not own:
        said = words("results.no_unit")  # it may be a thousand times another: the row's unit is not its own
    return Shown(
        words("lab.null") if written.value == NULL else shown_value(written.value),
        said,
        f"≈{normal_text(normal._replace(unit=''))}" if normal is not None and changed else "",
        tone,
        _SIGNS[tone] * (2 if written.flag in _TWICE else 1),
        negative_word(written.value, words)
        if tone is Tone.PLAIN
        else words.either(f"flag.{written.flag}", written.flag),
        written.entry,
        told_of(point, item, shown[written.custodian].name, words),
    )


def told_of(point: Point, item: Item, facility: str, words: Words) -> str:
    """Say everything of a result: what stood there, where and when, and how it was brought into one unit."""
    written, normal = point.written, point.normal
    unit = "" if written.unit == NULL else shown_unit(written.unit)
    value = words("lab.null") if written.value == NULL else shown_value(written.value).strip()
    at = written.observed_at
    when = moment(at, words) if day_of(at) else plain_day(day_of_point(point), words)
    parts = [
        f"{item.name} {value} {unit}".strip(),
        words.either(f"flag.{written.flag}", written.flag) if tone_of(written.flag) is not Tone.PLAIN else "",
        f"{facility} {when}",
        f"{words('lab.range')} {written.reference_range.strip()}"
        if written.reference_range not in {"", NULL}
        else "",
    ]
    if normal is not None and normal.how:
        if normal.comparable:
            parts.append(f"{words('series.normal')} {normal_text(normal)}")
        parts.extend(steps_told(normal, words))
    if item.code:
        method = written.code.code[_METHOD]
        parts.append(f"JLAC10 {written.code.code}")
        if method:
            parts.append(words("results.method", method=method))
    return " | ".join(filter(None, parts))
