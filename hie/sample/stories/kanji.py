"""Names, drugs and comments full of kanji whose bytes hold delimiters, and of variants to be normalised."""

from __future__ import annotations

from collections.abc import Iterator

from consent.model import Provision
from hie.sample import consents
from hie.sample.chart import Disease, Document
from hie.sample.drugs import Line, Rp
from hie.sample.plan import working_day
from hie.sample.tale import Charts, Tale

DELIMITER_KANJI = "日期糖五剤枝入服時応右愛移頓倍"
"""Everyday characters whose second byte is one of `|^~\\&`."""


def tell(charts: Charts) -> Tale:
    """Tell monthly visits of a man who is registered as 髙﨑 and written as 高崎."""
    agreed = (consents.given(charts.person, charts.plan.first - 3, Provision()),)
    return Tale("kanji", charts.person, charts, agreed, _documents(charts))


def _documents(charts: Charts) -> Iterator[Document]:
    plan = charts.plan
    for chart in (charts.clinic(), charts.hospital(1)):
        yield chart.demographics(plan.first)
        for ordinal in range(plan.last - 15, plan.first, -49):
            day = working_day(ordinal)
            rps = (
                Rp(
                    "thrice",
                    49,
                    (Line("kanji-tablet", "1", instructions=("五時服用｜右頓倍^糖",)),),
                    condition=DELIMITER_KANJI,
                ),
                Rp("twice", 49, (Line("kanji-powder", "1.5"),), supplements=("日曜を除く", "①②期間は半量")),
            )
            yield chart.visit(day, "01", "1000")
            yield chart.prescribe(day, rps, "01", "1020")
            yield from chart.image(
                day, ("CR", "胸部"), "01", f"右移動時の愛護的観察 {DELIMITER_KANJI}～㎎Ⅲ㈱&|^~\\", "1030"
            )[1]
        yield chart.laboratory(working_day(plan.last - 15), "diabetes", "01", "1005")
        yield chart.problems(plan.last - 15, [Disease("gallstone", plan.first, suspected=True)])
    # Since then the hospital says nothing: his doctor is told of the silence.
    yield charts.hospital(1).admit(working_day(plan.last - 15), "01", "5W", "1400")
