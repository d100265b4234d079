"""The density strip: one bar for each month of a life, and where in it the calendar stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from hie.exchange.ports import Density
from hie.record.times import Day, Period
from viewer.locale import Words
from viewer.periods import MONTHS, View

HEIGHT = 22
"""Of the bars, in units of the picture; a month is two of them wide."""
WIDTH = 2
FEWEST_YEARS = 2
MOST_YEARS = 60
"""Years that one strip shows, the latest: older ones stand in the view of the life."""


class Strip(NamedTuple):
    """A life by months: newest first unless the person wants it otherwise."""

    picture: Markup
    years: tuple[tuple[str, str], ...]
    """Text and address of each year, in the order of the bars."""


def by_month(density: Sequence[Density]) -> dict[int, list[int]]:
    """Add up documents and new ones by month."""
    found: dict[int, list[int]] = {}
    for one in density:
        count = found.setdefault(one.month, [0, 0])
        count[0] += one.entries
        count[1] += one.new
    return found


def strip_of(
    density: Sequence[Density], shown: Period, today: Day, words: Words, picked: str, *, oldest_first: bool
) -> Strip | None:
    """Draw a life's months; none for one that is shorter than two years of the calendar."""
    months = by_month(density)
    known = [month for month in months if month]
    last = max([today // 10000, *(month // 100 for month in known)])
    first = max(min([today // 10000, *(month // 100 for month in known)]), last - MOST_YEARS + 1)
    if last - first + 1 < FEWEST_YEARS:
        return None
    years = list(range(first, last + 1) if oldest_first else range(last, first - 1, -1))
    width = len(years) * MONTHS * WIDTH
    bars = "".join(_bars(months, years, shown, words, oldest_first=oldest_first))
    label = escape(words("strip.label", first=first, last=last))
    picture = (
        f'<svg class="strip" viewBox="0 0 {width} {HEIGHT + 3}" preserveAspectRatio="none" role="img"'
        f' aria-label="{label}">{bars}</svg>'
    )
    view = View.YEAR
    return Strip(
        Markup(picture),  # noqa: S704  numbers and escaped texts
        tuple((str(year), f"?view={view}&at={year}1231{picked}") for year in years),
    )


def _bars(
    months: dict[int, list[int]], years: Sequence[int], shown: Period, words: Words, *, oldest_first: bool
) -> Iterator[str]:
    """Draw the window, then the bars; their height grows with the root, so that one visit is still seen."""
    order = range(1, MONTHS + 1) if oldest_first else range(MONTHS, 0, -1)
    placed = [year * 100 + month for year in years for month in order]
    inside = [place for place, month in enumerate(placed) if shown.start // 100 <= month <= shown.end // 100]
    if inside:
        at, wide = inside[0] * WIDTH, len(inside) * WIDTH
        yield f'<rect class="here" x="{at}" y="0" width="{wide}" height="{HEIGHT + 3}"/>'
    most = max((count[0] for count in months.values()), default=1)
    for place, month in enumerate(placed):
        entries, new = months.get(month, (0, 0))
        if entries:
            tall = max(2, round(HEIGHT * (entries / most) ** 0.5))
            title = words("strip.month", year=month // 100, month=month % 100, n=entries)
            if new:
                title += f" {words('chip.new', n=new)}"
            yield (
                f'<rect class="{"new" if new else "bar"}" x="{place * WIDTH}" y="{HEIGHT - tall}"'
                f' width="1.6" height="{tall}"><title>{escape(title)}</title></rect>'
            )
            if new:
                yield f'<rect class="new" x="{place * WIDTH}" y="{HEIGHT + 1}" width="1.6" height="2"/>'
