"""A small picture of one item over time as SVG: points by facility, each with its own reference range.

What is beyond the limit of its method is hollow with an arrow and hangs on a dotted line; a result that
is itself a range is a bar; grades (`-`, `±`, `1+`) stand on a ladder of their own. The table beside it
says everything that it shows; shapes tell facilities apart as well as colours do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

from hie.exchange.records.series import Point
from hie.record.identifiers import FacilityCode
from hie.record.normal import GRADES, NormalValue
from hie.record.times import UNKNOWN_DAY, Day, date_from_day, day_from_date, day_of
from viewer.drawing import Sign

BROAD, SLIM = 720, 320
"""Widths of the picture on a desk and on a phone: drawn for each, so that its words stay readable."""
HEIGHT = 200
LEFT, RIGHT, TOP, BOTTOM = 60, 12, 14, 24
FEWEST = 2
"""Points below which there is nothing to see in a picture."""
LADDER = {0: "−", 1: "±", 2: "w+", 3: "1+", 4: "2+", 5: "3+", 6: "4+", 7: "5+"}
"""How the rungs of semi-quantitative results are written."""
_CLOCK_DIGITS, _MINUTES_A_DAY = 12, 1440
_BAR = 3
"""How broad the reference range of a single point is."""
SHAPES = (
    '<circle cx="{x}" cy="{y}" r="4"',
    '<path d="M{x} {y}m-4-4h8v8h-8z"',
    '<path d="M{x} {y}m0-5l5 9h-10z"',
    '<path d="M{x} {y}m0-5l5 5-5 5-5-5z"',
    '<path d="M{x} {y}m0 5l-5-9h10z"',
    '<path d="M{x} {y}m-1.5-5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z"',
    '<path d="M{x} {y}m-5-3l2-2 3 3 3-3 2 2-3 3 3 3-2 2-3-3-3 3-2-2 3-3z"',
    '<path d="M{x} {y}m-2-5h4l3 3v4l-3 3h-4l-3-3v-4z m2 3.2a1.8 1.8 0 1 0 .01 0z" fill-rule="evenodd"',
)


class Drawn(NamedTuple):
    """One point that has a place in the picture."""

    day: Day
    custodian: FacilityCode
    number: Decimal
    """In the series' unit, or the rank of a grade."""
    normal: NormalValue
    upper: Decimal | None = None
    """The other end of a result that is itself a range."""
    at: float = 0.0
    """Days since the year 1, with the time of day."""
    told: str = ""

    @property
    def middle(self) -> Decimal:
        """Where lines to its neighbours begin."""
        return self.number if self.upper is None else (self.number + self.upper) / 2


class Axes(NamedTuple):
    """Where a moment and a value stand in a picture; a stack of pictures shares the moments."""

    width: int
    height: int
    first: float
    last: float
    low: Decimal
    high: Decimal
    bottom: int = BOTTOM
    """Room below, for days where they are written."""

    def across(self, at: float) -> float:
        """Return the x of a moment."""
        part = (at - self.first) / (self.last - self.first) if self.last > self.first else 0.0
        return LEFT + part * (self.width - LEFT - RIGHT)

    def down(self, number: Decimal) -> float:
        """Return the y of a value."""
        part = float((number - self.low) / (self.high - self.low)) if self.high > self.low else 0.5
        return self.height - self.bottom - part * (self.height - TOP - self.bottom)


def shapes(shown: Mapping[FacilityCode, Sign]) -> dict[FacilityCode, int]:
    """Give each facility a shape, that of its mark if it is free; two share one only beyond eight."""
    found: dict[FacilityCode, int] = {}
    for code, sign in shown.items():
        turns = [(sign.mark + turn) % len(SHAPES) for turn in range(len(SHAPES))]
        found[code] = next((one for one in turns if one not in found.values()), turns[0])
    return found


def shape_of(sign: Sign, number: int) -> Markup:
    """Draw a facility's shape alone, for the table and the legend."""
    shape = _shape(sign, number, "0", "0")
    return Markup(f'<svg class="shape" viewBox="-7 -7 14 14" aria-hidden="true">{shape}</svg>')  # noqa: S704  numbers


def drawable(points: Sequence[Point], told: Callable[[Point], str] | None = None) -> list[Drawn]:
    """Choose the points that have a place and a day, oldest first.

    Those with a number in the series' unit; where some say a grade alone, those with a grade, by its rank.
    """
    graded = is_graded(points)
    found = []
    for point in points:
        normal, day = point.normal, day_of(point.written.observed_at) or point.written.service_day
        if normal is None or day == UNKNOWN_DAY:
            continue
        number, upper = _placed(normal, graded=graded)
        if number is not None:
            text = told(point) if told else ""
            found.append(
                Drawn(day, point.written.custodian, number, normal, upper, _moment(point, day), text)
            )
    return sorted(found, key=lambda one: one.at)


def is_graded(points: Sequence[Point]) -> bool:
    """Say whether an item is drawn on the ladder of grades."""
    return any(one.normal and one.normal.grade and one.normal.number is None for one in points)


def _placed(normal: NormalValue, *, graded: bool) -> tuple[Decimal | None, Decimal | None]:
    if graded:
        return (Decimal(GRADES[normal.grade]) if normal.grade else None), None
    return (normal.number, normal.upper) if normal.comparable else (None, None)


def _moment(point: Point, day: Day) -> float:
    digits = point.written.observed_at[8:_CLOCK_DIGITS]
    minutes = int(digits[:2]) * 60 + int(digits[2:]) if len(digits) == 4 and digits.isdecimal() else 0  # noqa: PLR2004  HHMM
    return date_from_day(day).toordinal() + minutes / _MINUTES_A_DAY


def axes_of(
    points: Sequence[Drawn], width: int, height: int, first: float, last: float, bottom: int = BOTTOM
) -> Axes:
    """Fit a picture's values: from the least to the most of points and reference ranges."""
    ends = [
        end
        for one in points
        for end in (one.number, one.upper, *(() if _is_rank(one) else (one.normal.low, one.normal.high)))
        if end is not None
    ]
    return Axes(width, height, first, last, min(ends), max(ends), bottom)


def _is_rank(one: Drawn) -> bool:
    return one.normal.number is None or (bool(one.normal.grade) and one.number != one.normal.number)


def curve(
    points: Sequence[Drawn], shown: Mapping[FacilityCode, Sign], label: str, written: Callable[[Day], str]
) -> Markup:
    """Draw points and their reference ranges, for both widths; empty where there are fewer than two."""
    if len(points) < FEWEST:
        return Markup()
    first, last = points[0].at, points[-1].at
    drawn = "".join(
        picture(points, shown, axes_of(points, width, HEIGHT, first, last), written)
        for width in (BROAD, SLIM)
    )
    return Markup(f'<div role="img" aria-label="{escape(label)}">{drawn}</div>')  # noqa: S704  escaped


def picture(
    points: Sequence[Drawn], shown: Mapping[FacilityCode, Sign], axes: Axes, written: Callable[[Day], str]
) -> str:
    """Draw one picture of one width; the days below it stand where the axes begin and end."""
    kinds = shapes(shown)
    graded = any(_is_rank(one) for one in points)
    rungs = sorted({one.number for one in points}) if graded else list(dict.fromkeys((axes.low, axes.high)))
    named = "curve slim" if axes.width == SLIM else "curve"
    pieces = [
        f'<svg class="{named}" viewBox="0 0 {axes.width} {axes.height}" aria-hidden="true">',
        *(_level(LADDER[int(one)] if graded else f"{one:f}", one, axes) for one in rungs),
        *ticks(axes),
        dated(axes, written) if axes.bottom >= BOTTOM else "",
        *([] if graded else _ranges(points, axes)),
        *_lines(points, axes),
        *(_point(one, shown[one.custodian], kinds[one.custodian], axes) for one in points),
        "</svg>",
    ]
    return "".join(pieces)


def dated(axes: Axes, written: Callable[[Day], str]) -> str:
    """Write below a picture the days on which it begins and ends."""
    first, last = (escape(written(_day(at))) for at in (axes.first, axes.last))
    y = f'y="{axes.height - 6}"'
    return f'<text x="{LEFT}" {y}>{first}</text><text class="end" x="{axes.width - RIGHT}" {y}>{last}</text>'


def ticks(axes: Axes) -> list[str]:
    """Draw a line where each year begins."""
    years = range(date.fromordinal(int(axes.first)).year + 1, date.fromordinal(int(axes.last)).year + 1)
    places = [f"{axes.across(date(year, 1, 1).toordinal()):.1f}" for year in years]
    foot = axes.height - axes.bottom
    return [f'<line class="year" x1="{x}" x2="{x}" y1="{TOP}" y2="{foot}"/>' for x in places]


def _day(at: float) -> Day:
    return day_from_date(date.fromordinal(int(at)))


def _level(text: str, number: Decimal, axes: Axes) -> str:
    y = f"{axes.down(number):.1f}"
    line = f'<line class="level" x1="{LEFT}" x2="{axes.width - RIGHT}" y1="{y}" y2="{y}"/>'
    return f'{line}<text class="end" x="{LEFT - 6}" y="{y}" dy="4">{escape(text)}</text>'


def _ranges(points: Sequence[Drawn], axes: Axes) -> list[str]:
    """Draw the reference range: one band where all have the same, else a bar at each point."""
    if len({(one.normal.low, one.normal.high) for one in points}) > 1:
        return [_range(one.normal, axes.across(one.at) - _BAR / 2, _BAR, axes) for one in points]
    return [_range(points[0].normal, LEFT, axes.width - RIGHT - LEFT, axes)]


def _range(normal: NormalValue, x: float, width: float, axes: Axes) -> str:
    """Draw one reference range; an end that is open reaches to the picture's own."""
    if normal.low is None and normal.high is None:
        return ""
    top = axes.down(axes.high if normal.high is None else normal.high)
    bottom = axes.down(axes.low if normal.low is None else normal.low)
    height = f'y="{top:.1f}" height="{bottom - top:.1f}"'
    return f'<rect class="range" x="{x:.1f}" width="{width}" {height}/>'


def _lines(points: Sequence[Drawn], axes: Axes) -> list[str]:
    """Join points; to and from one that is only known to be beyond a limit, by dots."""
    paths: dict[bool, list[str]] = {False: [], True: []}
    for before, after in pairwise(points):
        censored = bool(before.normal.comparator or after.normal.comparator)
        start, end = (f"{axes.across(one.at):.1f} {axes.down(one.middle):.1f}" for one in (before, after))
        paths[censored].append(f"M{start}L{end}")
    names = {False: "joined", True: "joined beyond"}
    return [f'<path class="{names[kind]}" d="{"".join(path)}"/>' for kind, path in paths.items() if path]


def _point(one: Drawn, sign: Sign, number: int, axes: Axes) -> str:
    x, y = f"{axes.across(one.at):.1f}", f"{axes.down(one.middle):.1f}"
    comparator = one.normal.comparator
    beyond = "↓" if comparator.startswith("<") else "↑" if comparator else ""
    below = beyond == "↓"
    pieces = [
        f'<text class="beyond" x="{x}" y="{y}" dy="{15 if below else -7}">{beyond}</text>' if beyond else ""
    ]
    if one.upper is not None:
        top, bottom = f"{axes.down(one.upper):.1f}", f"{axes.down(one.number):.1f}"
        pieces.append(f'<line class="between m{sign.mark}" x1="{x}" x2="{x}" y1="{bottom}" y2="{top}"/>')
    told = f"<title>{escape(one.told)}</title>" if one.told else ""
    kind = "pt hollow" if beyond else "pt"
    return f'<g class="{kind}" data-at="{one.at:.4f}">{told}{_shape(sign, number, x, y)}{"".join(pieces)}</g>'


def _shape(sign: Sign, number: int, x: str, y: str) -> str:
    return f'{SHAPES[number].format(x=x, y=y)} class="m{sign.mark}"/>'
