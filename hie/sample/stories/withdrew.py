"""Somebody who consented, was seen, and took it back three months before the region's last day."""

from __future__ import annotations

from collections.abc import Iterator

from consent.model import Provision
from hie.sample import consents
from hie.sample.chart import Disease, Document
from hie.sample.drugs import rp
from hie.sample.plan import working_day
from hie.sample.tale import Charts, Tale

TAKEN_BACK = 90
"""Days before the region's last day."""


def tell(charts: Charts) -> Tale:
    """Tell thyroid care at two hospitals and the clinic, before and after the withdrawal."""
    plan = charts.plan
    decided = (
        consents.given(charts.person, plan.first - 5, Provision()),
        consents.withdrawn(charts.person, plan.last - TAKEN_BACK),
    )
    return Tale("withdrew", charts.person, charts, decided, _documents(charts))


def _documents(charts: Charts) -> Iterator[Document]:
    plan = charts.plan
    charts.body.settle({"TSH": 3.9, "FT4": 1.15})
    for position, chart in enumerate((charts.hospital(1), charts.hospital(2), charts.clinic())):
        yield chart.demographics(plan.first)
        for ordinal in range(plan.last - 9 - position, plan.first, -63):
            day = working_day(ordinal)
            yield chart.visit(day, "71" if position < 2 else "01", "1330")  # noqa: PLR2004  the clinic has no departments
            yield chart.laboratory(day, "thyroid", "71", "1335")
            yield chart.prescribe(day, (rp("rising", 63, "thyroxine 1"),), "71", "1410")
        yield chart.problems(plan.last - 9, [Disease("thyroid-low", plan.first - 1500, primary=True)])
