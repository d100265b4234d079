"""The strip of months, and the columns of years and lives."""

from __future__ import annotations

import re

from hie.exchange.ports.densities import Month
from hie.record.times import Day, Period
from viewer.locale import WORDS, Language
from viewer.periods import View, life, span, turned
from viewer.strip import strip_of

WORDS_JA = WORDS[Language.JAPANESE]
TODAY = Day(20240520)


def _density(month: int, entries: int = 1, new: int = 0) -> Month:
    return Month(month, entries, new)


def _bars(picture: str, name: str) -> list[tuple[int, int]]:
    """Return place and height of the bars of a class."""
    (drawn,) = re.findall(rf'<path class="{name}" d="([^"]*)"', picture)
    return sorted((int(place), int(height)) for place, height in re.findall(r"M(\d+) 22v-(\d+)", drawn))


def test_each_month_with_a_record_has_a_bar_newest_left() -> None:
    found = strip_of(
        [_density(202405, 100), _density(202301)],
        Period(TODAY, TODAY),
        TODAY,
        WORDS_JA,
        "",
        oldest_first=False,
    )
    assert found is not None
    assert [(year.text, year.entries) for year in found.years] == [("2024", 100), ("2023", 1)]
    assert _bars(str(found.picture), "bar") == [(2 * 7, 22), (2 * 23, 2)]


def test_the_strip_turns_with_the_order() -> None:
    found = strip_of(
        [_density(202405, 100), _density(202301)],
        Period(TODAY, TODAY),
        TODAY,
        WORDS_JA,
        "&all=1",
        oldest_first=True,
    )
    assert found is not None
    assert [year.address for year in found.years] == [
        "?view=year&at=20231231&all=1",
        "?view=year&at=20241231&all=1",
    ]
    assert _bars(str(found.picture), "bar") == [(0, 2), (2 * 16, 22)]


def test_a_month_with_something_new_is_marked() -> None:
    found = strip_of(
        [_density(202404, 3, 2), _density(202301)],
        Period(TODAY, TODAY),
        TODAY,
        WORDS_JA,
        "",
        oldest_first=False,
    )
    assert found is not None
    assert _bars(str(found.picture), "new") == [(2 * 8, 22)]


def test_a_life_of_one_year_has_no_strip() -> None:
    assert strip_of([_density(202404)], Period(TODAY, TODAY), TODAY, WORDS_JA, "", oldest_first=False) is None


def test_a_day_that_nobody_knows_moves_no_year() -> None:
    found = strip_of(
        [_density(202301), _density(0)], Period(TODAY, TODAY), TODAY, WORDS_JA, "", oldest_first=False
    )
    assert found is not None
    assert len(found.years) == 2


def test_days_of_a_year_stand_in_the_column_of_their_month_either_way() -> None:
    for laid in (
        span(View.YEAR, TODAY),
        turned(span(View.YEAR, TODAY)),
        life(2009, 2024),
        life(2009, 2024, oldest_first=True),
    ):
        for place, column in enumerate(laid.columns):
            assert {laid.column_of[column.first], laid.column_of[column.last]} == {place}


def test_a_life_is_never_wider_than_a_long_one() -> None:
    assert len(life(1000, 2024).columns) == 130
    assert life(1000, 2024).columns[0].last == 20241231
