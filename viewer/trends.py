"""Several items of one patient over one axis of time, with what was supplied of drugs below them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup, escape

from hie.exchange.records.medications import Band
from hie.exchange.records.panels import Panel
from hie.exchange.records.results import Item, Results, day_of_point
from hie.exchange.records.series import Point
from hie.record.identifiers import FacilityCode
from hie.record.times import UNKNOWN_DAY, Day, date_from_day
from viewer.addresses import series_page
from viewer.curve import (
    FEWEST,
    LEFT,
    RIGHT,
    SLIM,
    Axes,
    Drawn,
    axes_of,
    dated,
    drawable,
    picture,
    ticks,
)
from viewer.dosage import how_much, how_used
from viewer.drawing import Sign
from viewer.formats import plain_day, shown_unit
from viewer.locale import Words
from viewer.results_sheet import Shown, range_of, shown_of, told_of

MIDDLE = 600
"""Width of the pictures beside the sheet."""
MOST_POINTS = 400
"""Points drawn of one item, the newest."""
MOST_LANES = 8
"""Drugs drawn below the curves; the list of medication has them all."""
_HEIGHT, _FOOT, _LANE = 96, 10, 18
_CHARACTER = 12
_NO_VALUES = (Decimal(0), Decimal(1))
_WIDE = 0x2E80
"""First character of those that are as broad as they are high."""


class Trend(NamedTuple):
    """One item's picture."""

    name: str
    unit: str
    address: str
    latest: Shown
    """The newest result of all, drawn or not."""
    latest_day: str
    reference_range: str
    """Of the newest result that has one, in the trend's unit."""
    picture: Markup
    undrawn: int
    """Results that have no place in it: words, other units; the table has them."""
    methods: str
    """Where it was measured by several methods: which."""


class Trends(NamedTuple):
    """The stack."""

    trends: tuple[Trend, ...]
    bands: Markup
    more_drugs: int
    drawn: frozenset[FacilityCode]
    """Facilities that have a point in it."""
    first: str
    """The day on which the axis of all begins, at the left."""
    last: str


def trends_of(found: Results, patient: str, shown: Mapping[FacilityCode, Sign], words: Words) -> Trends:
    """Draw the items of a panel that have at least two points, from the first of them all to the last."""
    told = [(item, drawable(item.points, _teller(item, shown, words))[-MOST_POINTS:]) for item in found.items]
    stacked = [(item, points) for item, points in told if len(points) >= FEWEST]
    if not stacked:
        return Trends((), Markup(), 0, frozenset(), "", "")
    first = min(points[0].at for _, points in stacked)
    last = max(points[-1].at for _, points in stacked)
    drawn = tuple(_trend(item, points, patient, shown, (first, last), words) for item, points in stacked)
    lanes = _lanes(found.bands, found.panel)
    bands = [_bands(lanes[:MOST_LANES], shown, (first, last, width), words) for width in (MIDDLE, SLIM)]
    return Trends(
        drawn,
        Markup("".join(bands)),  # noqa: S704  escaped where it was made
        max(0, len(lanes) - MOST_LANES),
        frozenset(one.custodian for _, points in stacked for one in points),
        plain_day(min(points[0].day for _, points in stacked), words),
        plain_day(max(points[-1].day for _, points in stacked), words),
    )


def _teller(item: Item, shown: Mapping[FacilityCode, Sign], words: Words) -> Callable[[Point], str]:
    return lambda point: told_of(point, item, shown[point.written.custodian].name, words)


def _trend(
    item: Item,
    points: Sequence[Drawn],
    patient: str,
    shown: Mapping[FacilityCode, Sign],
    ends: tuple[float, float],
    words: Words,
) -> Trend:
    written = item.analyte.unit.name if item.analyte else ""
    unit = shown_unit(written)
    pictures = [
        picture(points, shown, axes_of(points, width, _HEIGHT, *ends, _FOOT), _unwritten)
        for width in (MIDDLE, SLIM)
    ]
    days = [plain_day(one.day, words) for one in (points[0], points[-1])]
    label = words("series.picture", name=item.name, unit=unit, first=days[0], last=days[1], n=len(points))
    methods = sorted({method for one in item.points if (method := one.written.code.code[12:15])})
    body = f'<div role="img" aria-label="{escape(label)}">{"".join(pictures)}</div>'
    return Trend(
        item.name,
        unit,
        series_page(patient, item.code),  # type: ignore[arg-type]
        shown_of(item.points[-1], item, written, shown, words),
        plain_day(day_of_point(item.points[-1]), words),
        next(filter(None, (range_of(one, written) for one in reversed(item.points))), ""),
        Markup(body),  # noqa: S704  escaped
        len(item.points) - len(points),
        words("list.comma").join(methods) if len(methods) > 1 else "",
    )


def _unwritten(_: Day) -> str:
    return ""


def _lanes(bands: Sequence[Band], panel: Panel) -> list[list[Band]]:
    """Put bands of one drug into one lane: what is read beside the panel first, then the longest."""
    lanes: dict[str, list[Band]] = {}
    for band in bands:
        known = band.ingredient.code if band.ingredient else band.name
        lanes.setdefault(known, []).append(band)
    return sorted(lanes.values(), key=lambda lane: (not _concerns(lane[0], panel), -_length(lane)))


def _concerns(band: Band, panel: Panel) -> bool:
    return band.ingredient is not None and bool(panel.drugs) and band.ingredient.code.startswith(panel.drugs)


def _length(lane: Sequence[Band]) -> int:
    return sum(_ordinal(one.period.end) - _ordinal(one.period.start) for one in lane)


def _ordinal(day: Day) -> int:
    return date_from_day(day).toordinal() if day != UNKNOWN_DAY else 0


def _bands(
    lanes: Sequence[Sequence[Band]],
    shown: Mapping[FacilityCode, Sign],
    place: tuple[float, float, int],
    words: Words,
) -> str:
    """Draw the axis of the whole stack, and above its days a lane for each drug."""
    first, last, width = place
    height = len(lanes) * _LANE + 30
    axes = Axes(width, height, first, last, *_NO_VALUES)
    named = "curve bands slim" if width == SLIM else "curve bands"
    label = words("results.bands.picture", n=len(lanes)) if lanes else words("results.axis")
    pieces = [f'<svg class="{named}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">']
    pieces.extend(ticks(axes))
    for number, lane in enumerate(lanes):
        pieces.extend(_lane(lane, number * _LANE + 4, axes, shown, words))
    return "".join((*pieces, dated(axes, lambda day: plain_day(day, words)), "</svg>"))


def _lane(
    lane: Sequence[Band], y: int, axes: Axes, shown: Mapping[FacilityCode, Sign], words: Words
) -> list[str]:
    pieces = []
    begun = axes.width - RIGHT
    for band in lane:
        start = max(axes.across(_ordinal(band.period.start)), LEFT)
        end = min(axes.across(_ordinal(band.period.end) + 1), axes.width - RIGHT)
        if end <= LEFT or start >= axes.width - RIGHT:
            continue
        begun = min(begun, int(start))
        sign = shown.get(band.custodian)
        last = band.issues[0]
        told = words(
            "results.band",
            name=band.name,
            dose=f"{how_much(last, words)} {how_used(last, words)}",
            first=plain_day(band.period.start, words),
            last=plain_day(band.period.end, words),
            facility=sign.name if sign else "",
        )
        mark = f" m{sign.mark}" if sign else ""
        pieces.append(
            f'<rect class="band{mark}" x="{start:.1f}" y="{y}" width="{max(end - start, 2):.1f}"'
            f' height="{_LANE - 4}"><title>{escape(told)}</title></rect>'
        )
    if not pieces:
        return []
    # The name stands in front of its first band where there is room, else upon it.
    broad = sum(_CHARACTER if ord(one) >= _WIDE else _CHARACTER * 0.6 for one in lane[-1].name)
    before = begun - broad - 4 > LEFT
    x, side = (begun - 4, ' class="end name"') if before else (max(begun, LEFT) + 4, ' class="name"')
    pieces.append(f'<text{side} x="{x}" y="{y}" dy="11">{escape(lane[-1].name)}</text>')
    return pieces
