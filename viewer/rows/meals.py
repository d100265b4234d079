"""Meals ordered in hospital: what, at which meals, from when to when; drawn as bands in the calendar."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.clinical import NutritionOrder
from hie.record.entry import DocumentClass
from viewer.examinations import CANCELLED, allergies_of, named
from viewer.formats import moment
from viewer.locale import Words
from viewer.parts import Cell, Line, Part, Table, Tone, facts
from viewer.rows import Look, Row


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw one line per diet, supplement or preference, then who ordered and the allergies known then."""
    words = look.words
    records = opened.reading.records if opened.reading else ()
    meals = [one for one in records if isinstance(one, NutritionOrder)]
    if not meals:
        return
    columns = tuple(words(f"meal.{key}") for key in ("food", "kind", "meals", "start", "end", "text"))
    yield Table(words("meal.heading"), "", columns, tuple(_line(one, words) for one in meals), stacks=True)
    yield facts(
        (words("profile.allergies"), allergies_of(records, words)),
        (words("rx.injection_orderer"), meals[0].orderer),
        (words("rx.ordered"), moment(meals[0].ordered_at, words)),
    )


def _line(meal: NutritionOrder, words: Words) -> Line:
    cancelled = meal.status in CANCELLED
    when = " ".join(map(named, meal.meals or meal.frequency))
    return Line(
        (
            Cell(" ".join(map(named, meal.foods)), remark=words("rx.cancelled") if cancelled else ""),
            Cell(words.either(f"meal.kind.{meal.kind}", meal.kind)),
            Cell(when),
            Cell(moment(meal.start, words)),
            Cell(moment(meal.end, words)),
            Cell(" ".join(meal.texts)),
        ),
        Tone.SOFT if cancelled else Tone.PLAIN,
    )


ROW = Row("meals", 100, frozenset({DocumentClass.MEAL}), detail)
