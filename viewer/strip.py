"""The density strip: one bar for each month of a life, and where in it the calendar stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from hie.exchange.ports.densities import Month
from hie.record.times import Day, Period
from viewer.locale import WORDS, Language, Words
from viewer.periods import MONTHS, View

HEIGHT = 22
"""Of the bars, in units of the picture; a month is two of them wide."""
WIDTH = 2
FEWEST_YEARS = 2
MOST_YEARS = 60
"""Years that one strip shows, the latest: older ones stand in the view of the life."""


class Year(NamedTuple):
    """One year under the bars."""

    text: str
    address: str
    entries: int


class Strip(NamedTuple):
    """A life by months: newest first unless the person wants it otherwise."""

    picture: Markup
    years: tuple[Year, ...]
    """In the order of the bars."""
    links: Markup
    """The same as links."""


def strip_of(
    found: Sequence[Month], shown: Period, today: Day, words: Words, picked: str, *, oldest_first: bool
) -> Strip | None:
    """Draw a life's months; none for one that is shorter than two years of the calendar."""
    months = {one.month: (one.entries, one.new) for one in found}
    known = [month for month in months if month]
    last = max([today // 10000, *(month // 100 for month in known)])
    first = max(min([today // 10000, *(month // 100 for month in known)]), last - MOST_YEARS + 1)
    if last - first + 1 < FEWEST_YEARS:
        return None
    years = list(range(first, last + 1) if oldest_first else range(last, first - 1, -1))
    width = len(years) * MONTHS * WIDTH
    bars = "".join(_bars(months, years, shown, oldest_first=oldest_first))
    label = escape(words("strip.label", first=first, last=last))
    picture = (
        f'<svg class="strip" viewBox="0 0 {width} {HEIGHT + 3}" preserveAspectRatio="none" role="img"'
        f' aria-label="{label}">{bars}</svg>'
    )
    counts: dict[int, int] = {}
    for month, (entries, _) in months.items():
        counts[month // 100] = counts.get(month // 100, 0) + entries
    listed = tuple(
        Year(str(year), f"?view={View.YEAR}&at={year}1231{picked}", counts.get(year, 0)) for year in years
    )
    links = "".join(_link(year, words) for year in listed)
    return Strip(Markup(picture), listed, Markup(links))  # noqa: S704  numbers and escaped texts


def _link(year: Year, words: Words) -> str:
    told = items_in_words(year.entries, words.language)
    return f'<a href="{escape(year.address)}" title="{told}">{year.text}</a>'


@lru_cache(4096)
def items_in_words(number: int, language: Language) -> str:
    """Say a number of documents; escaped."""
    return str(escape(WORDS[language]("calendar.items", n=number)))


@lru_cache(256)
def _places(years: tuple[int, ...], *, oldest_first: bool) -> Mapping[int, int]:
    """Say where each month of the years stands."""
    order = range(1, MONTHS + 1) if oldest_first else range(MONTHS, 0, -1)
    return {
        year * 100 + month: WIDTH * (place * MONTHS + number)
        for place, year in enumerate(years)
        for number, month in enumerate(order)
    }


def _bars(
    months: Mapping[int, tuple[int, int]], years: Sequence[int], shown: Period, *, oldest_first: bool
) -> Iterator[str]:
    """Draw the window, then the bars; their height grows with the root, so that one visit is still seen."""
    place_of = _places(tuple(years), oldest_first=oldest_first)
    first = max(shown.start // 100, min(place_of))
    last = min(shown.end // 100, max(place_of))
    if first <= last:
        ends = place_of[first], place_of[last]
        at, wide = min(ends), max(ends) - min(ends) + WIDTH
        yield f'<rect class="here" x="{at}" y="0" width="{wide}" height="{HEIGHT + 3}"/>'
    most = max((entries for entries, _ in months.values()), default=1)
    usual, new = [], []
    for month, (entries, unseen) in months.items():
        place = place_of.get(month)
        if place is not None:
            tall = max(2, round(HEIGHT * (entries / most) ** 0.5))
            bar = f"M{place} {HEIGHT}v-{tall}h1.6v{tall}z"
            usual.append(bar)
            if unseen:
                new.append(f"{bar}M{place} {HEIGHT + 1}h1.6v2h-1.6z")
    yield f'<path class="bar" d="{"".join(usual)}"/>'
    if new:
        yield f'<path class="new" d="{"".join(new)}"/>'
