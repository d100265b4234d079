"""A small picture of one analyte over time as SVG: points by facility, each with its own reference range.

The table below it says everything that it shows; shapes tell facilities apart as well as colours do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup, escape

from hie.exchange.records.series import Point
from hie.record.identifiers import FacilityCode
from hie.record.normal import NormalValue
from hie.record.times import UNKNOWN_DAY, Day, date_from_day, day_of
from viewer.drawing import Sign

BROAD, SLIM = 720, 320
"""Widths of the picture on a desk and on a phone: drawn for each, so that its words stay readable."""
HEIGHT = 200
LEFT, RIGHT, TOP, BOTTOM = 60, 12, 14, 24
FEWEST = 2
"""Points below which there is nothing to see in a picture."""
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
    normal: NormalValue


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
    """Draw points and their reference ranges, for both widths; empty where there are fewer than two."""
    if len(points) < FEWEST:
        return Markup()
    drawn = "".join(_drawn(points, shown, width, written) for width in (BROAD, SLIM))
    return Markup(f'<div role="img" aria-label="{escape(label)}">{drawn}</div>')  # noqa: S704  escaped


def _drawn(
    points: Sequence[Drawn], shown: Mapping[FacilityCode, Sign], width: int, written: Callable[[Day], str]
) -> str:
    kinds = shapes(shown)
    ends = [end for one in points for end in (one.number, one.normal.low, one.normal.high) if end is not None]
    low, high = min(ends), max(ends)
    first, last = (date_from_day(day).toordinal() for day in (points[0].day, points[-1].day))

    def across(day: Day) -> str:
        part = (date_from_day(day).toordinal() - first) / max(last - first, 1)
        return f"{LEFT + part * (width - LEFT - RIGHT):.1f}"

    def down(number: Decimal) -> str:
        part = float((number - low) / (high - low)) if high > low else 0.5
        return f"{HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM):.1f}"

    path = " ".join(f"{across(one.day)},{down(one.number)}" for one in points)
    named = "curve slim" if width == SLIM else "curve"
    pieces = [
        f'<svg class="{named}" viewBox="0 0 {width} {HEIGHT}" aria-hidden="true">',
        *(_level(number, down(number), width) for number in dict.fromkeys((low, high))),
        f'<text x="{LEFT}" y="{HEIGHT - 6}">{escape(written(points[0].day))}</text>',
        f'<text class="end" x="{width - RIGHT}" y="{HEIGHT - 6}">{escape(written(points[-1].day))}</text>',
        *(_range(one.normal, across(one.day), down) for one in points),
        f'<polyline points="{path}"/>',
        *(
            _point(one, shown[one.custodian], kinds[one.custodian], across(one.day), down(one.number))
            for one in points
        ),
        "</svg>",
    ]
    return "".join(pieces)


def _level(number: Decimal, y: str, width: int) -> str:
    line = f'<line class="level" x1="{LEFT}" x2="{width - RIGHT}" y1="{y}" y2="{y}"/>'
    return f'{line}<text class="end" x="{LEFT - 6}" y="{y}" dy="4">{number:f}</text>'


def _range(normal: NormalValue, x: str, down: Callable[[Decimal], str]) -> str:
    if normal.low is None or normal.high is None:
        return ""
    return f'<line class="range" x1="{x}" x2="{x}" y1="{down(normal.low)}" y2="{down(normal.high)}"/>'


def _point(one: Drawn, sign: Sign, number: int, x: str, y: str) -> str:
    beyond = "↓" if one.normal.comparator.startswith("<") else "↑" if one.normal.comparator else ""
    arrow = f'<text class="beyond" x="{x}" y="{y}" dy="-7">{beyond}</text>' if beyond else ""
    return f"{_shape(sign, number, x, y)}{arrow}"


def _shape(sign: Sign, number: int, x: str, y: str) -> str:
    return f'{SHAPES[number].format(x=x, y=y)} class="m{sign.mark}"/>'
