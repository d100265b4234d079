"""How long a meal runs, from its entry, the next one and the stay."""

from hie.exchange.ports import EntryLine
from hie.exchange.records.stays import Stay
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import LAST_DAY, Day
from viewer.grid import MOST_TOGETHER
from viewer.meals import MealBand, meal_lanes
from viewer.periods import View, span

HERE, THERE = FacilityCode("1"), FacilityCode("2")
TODAY = Day(20240520)
SHOWN = span(View.MONTH, TODAY)


def _meal(number: int, day: int, days: int, custodian: FacilityCode = HERE) -> EntryLine:
    return EntryLine(EntryId(number), Day(day), custodian, DocumentClass.MEAL, "OMD", days, 0, "")


def _stay(first: int, last: int) -> Stay:
    return Stay(HERE, Day(first), Day(last))


def _lanes(lines: list[EntryLine], stays: list[Stay]) -> list[list[MealBand]]:
    return meal_lanes(lines, stays, SHOWN, TODAY)


def _days(lines: list[EntryLine], stays: list[Stay]) -> list[tuple[int, int]]:
    return sorted((band.meals.start, band.meals.end) for lane in _lanes(lines, stays) for band in lane)


def test_a_meal_runs_as_many_days_as_its_order_says() -> None:
    assert _days([_meal(1, 20240430, 3)], []) == [(20240430, 20240502)]


def test_meals_without_a_day_between_are_one_band_that_opens_all() -> None:
    ((band,),) = _lanes([_meal(2, 20240506, 2), _meal(1, 20240503, 3)], [])
    assert (band.meals.start, band.meals.end, band.meals.entries) == (20240503, 20240507, (1, 2))
    assert band.last - band.first == 4


def test_a_meal_without_an_end_runs_until_the_next_one_or_the_end_of_its_stay() -> None:
    stays = [_stay(20240502, 20240509)]
    assert _days([_meal(1, 20240502, 0)], stays) == [(20240502, 20240509)]
    assert _days([_meal(2, 20240506, 1), _meal(1, 20240502, 0)], stays) == [(20240502, 20240506)]
    assert _days([_meal(1, 20240515, 0)], [_stay(20240514, LAST_DAY)]) == [(20240515, TODAY)]


def test_a_planned_stay_lengthens_no_meal_and_no_order_runs_beyond_the_calendar() -> None:
    planned = _stay(20240502, 20240509)._replace(planned=True)
    assert _days([_meal(1, 20240502, 0)], [planned]) == [(20240502, 20240502)]
    assert len(_lanes([_meal(1, 20240502, 3_000_000)], [])) == 1


def test_without_a_known_stay_an_open_meal_is_known_for_its_first_day_only() -> None:
    assert _days([_meal(1, 20240512, 0)], [_stay(20240502, 20240509)]) == [(20240512, 20240512)]


def test_meals_of_two_hospitals_on_the_same_days_stand_in_two_lanes() -> None:
    lanes = _lanes([_meal(1, 20240503, 3), _meal(2, 20240504, 1, THERE)], [])
    assert [[band.meals.custodian for band in lane] for lane in lanes] == [[HERE], [THERE]]


def test_a_band_opens_no_more_than_a_chip() -> None:
    lines = [_meal(number, 20240501, 1) for number in range(MOST_TOGETHER + 1)]
    found = [band.meals.entries for lane in _lanes(lines, []) for band in lane]
    assert sorted(map(len, found)) == [1, MOST_TOGETHER]


def test_meals_that_begin_after_the_period_are_not_drawn() -> None:
    assert _lanes([_meal(1, 20250101, 3)], []) == []
