"""A small picture of one analyte over time as SVG: points by facility, each with its own reference range.

The table below it says everything that it shows; shapes tell facilities apart as well as colours do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup, escape

from hie.exchange.series import Point
from hie.record.identifiers import FacilityCode
from hie.record.normal import NormalValue
from hie.record.times import UNKNOWN_DAY, Day, date_from_day, day_of
from viewer.drawing import Sign

WIDTH, HEIGHT = 720, 200
LEFT, RIGHT, TOP, BOTTOM = 60, 12, 14, 24
FEWEST = 2
"""Points below which there is nothing to see in a picture."""
SHAPES = (
    '<circle cx="{x}" cy="{y}" r="4"',
    '<path d="M{x} {y}m-4-4h8v8h-8z"',
    '<path d="M{x} {y}m0-5l5 9h-10z"',
    '<path d="M{x} {y}m0-5l5 5-5 5-5-5z"',
)


class Drawn(NamedTuple):
    """One point that has a place in the picture."""

    day: Day
    custodian: FacilityCode
    number: Decimal
    normal: NormalValue


def shape_of(sign: Sign) -> Markup:
    """Draw a facility's shape alone, for the table."""
    shape = _shape(sign, "0", "0")
    return Markup(f'<svg class="shape" viewBox="-7 -7 14 14" aria-hidden="true">{shape}</svg>')  # noqa: S704  numbers


def drawable(points: Sequence[Point]) -> list[Drawn]:
    """Choose the points with a number in the series' unit and a day, oldest first."""
    found = []
    for point in points:
        normal = point.normal
        if normal is not None and normal.comparable and normal.number is not None:
            day = day_of(point.written.observed_at) or point.written.service_day
            if day != UNKNOWN_DAY:
                found.append(Drawn(day, point.written.custodian, normal.number, normal))
    return sorted(found, key=lambda one: one.day)


def curve(
    points: Sequence[Drawn], shown: Mapping[FacilityCode, Sign], label: str, written: Callable[[Day], str]
) -> Markup:
    """Draw points and their reference ranges; empty where there are fewer than two."""
    if len(points) < FEWEST:
        return Markup()
    ends = [end for one in points for end in (one.number, one.normal.low, one.normal.high) if end is not None]
    low, high = min(ends), max(ends)
    first, last = (date_from_day(day).toordinal() for day in (points[0].day, points[-1].day))

    def across(day: Day) -> str:
        part = (date_from_day(day).toordinal() - first) / max(last - first, 1)
        return f"{LEFT + part * (WIDTH - LEFT - RIGHT):.1f}"

    def down(number: Decimal) -> str:
        part = float((number - low) / (high - low)) if high > low else 0.5
        return f"{HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM):.1f}"

    path = " ".join(f"{across(one.day)},{down(one.number)}" for one in points)
    pieces = [
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">',
        *(_level(number, down(number)) for number in dict.fromkeys((low, high))),
        f'<text x="{LEFT}" y="{HEIGHT - 6}">{escape(written(points[0].day))}</text>',
        f'<text class="end" x="{WIDTH - RIGHT}" y="{HEIGHT - 6}">{escape(written(points[-1].day))}</text>',
        *(_range(one.normal, across(one.day), down) for one in points),
        f'<polyline points="{path}"/>',
        *(_point(one, shown[one.custodian], across(one.day), down(one.number)) for one in points),
        "</svg>",
    ]
    return Markup("".join(pieces))  # noqa: S704  texts were escaped, the rest are numbers


def _level(number: Decimal, y: str) -> str:
    line = f'<line class="level" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
    return f'{line}<text class="end" x="{LEFT - 6}" y="{y}" dy="4">{number:f}</text>'


def _range(normal: NormalValue, x: str, down: Callable[[Decimal], str]) -> str:
    if normal.low is None or normal.high is None:
        return ""
    return f'<line class="range" x1="{x}" x2="{x}" y1="{down(normal.low)}" y2="{down(normal.high)}"/>'


def _point(one: Drawn, sign: Sign, x: str, y: str) -> str:
    beyond = "↓" if one.normal.comparator.startswith("<") else "↑" if one.normal.comparator else ""
    arrow = f'<text class="beyond" x="{x}" y="{y}" dy="-7">{beyond}</text>' if beyond else ""
    return f"{_shape(sign, x, y)}{arrow}"


def _shape(sign: Sign, x: str, y: str) -> str:
    return f'{SHAPES[sign.mark % len(SHAPES)].format(x=x, y=y)} class="m{sign.mark}"/>'
