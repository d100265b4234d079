"""The strip of months, and the columns of years and lives."""

from __future__ import annotations

import re

from hie.exchange.ports import Density
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.times import Day, Period
from viewer.locale import WORDS, Language
from viewer.periods import View, life, span, turned
from viewer.strip import strip_of

HERE = FacilityCode("1319900001")
WORDS_JA = WORDS[Language.JAPANESE]
TODAY = Day(20240520)


def _density(month: int, entries: int = 1, new: int = 0) -> Density:
    return Density(month, HERE, DocumentClass.NOTE, "", entries, 0, new)


def _bars(picture: str, name: str) -> list[tuple[int, int]]:
    """Return place and height of the bars of a class."""
    found = re.findall(rf'<rect class="{name}" x="(\d+)" y="\d+" width="1.6" height="(\d+)"', picture)
    return [(int(place), int(height)) for place, height in found]


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
    assert [text for text, _ in found.years] == ["2024", "2023"]
    assert _bars(str(found.picture), "bar") == [(2 * 7, 22), (2 * 23, 2)]
    assert "2023年1月 1件" in found.picture


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
    assert found.years == (("2023", "?view=year&at=20231231&all=1"), ("2024", "?view=year&at=20241231&all=1"))
    assert _bars(str(found.picture), "bar") == [(0, 2), (2 * 16, 22)]


def test_a_month_with_something_new_is_marked_and_said() -> None:
    found = strip_of(
        [_density(202404, 3, 2), _density(202301)],
        Period(TODAY, TODAY),
        TODAY,
        WORDS_JA,
        "",
        oldest_first=False,
    )
    assert found is not None
    assert "2024年4月 3件 新着2件" in found.picture
    assert len(_bars(str(found.picture), "new")) == 2


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
