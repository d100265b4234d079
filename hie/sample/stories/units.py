"""Three hospitals measure the same things in different units: a trend must convert, or keep them apart."""

from __future__ import annotations

from collections.abc import Iterator
from math import sin

from consent.model import Provision
from hie.sample import consents, orders, ward
from hie.sample.chart import Chart, Disease, Document
from hie.sample.drugs import rp
from hie.sample.plan import working_day
from hie.sample.tale import Charts, Tale

_LEVELS = {"PLT": 231.0, "A1C": 5.8, "Hb": 12.1, "CRE": 0.62, "WBC": 6.8}
_ACTIVITY = {"CRP": 1.35, "RF": 96.0, "MMP3": 152.0}
"""Of the rheumatism; it swings from month to month."""


def tell(charts: Charts) -> Tale:
    """Tell two years in three hospitals; the demo clinic and the hospitals may see them."""
    sites = frozenset(charts.hospital(position).site.code for position in range(3))
    clinic = charts.clinic().site.code
    charts.allergies = ("local-anesthetic",)
    charts.body.settle(_LEVELS)
    agreed = (
        consents.given(
            charts.person, charts.plan.first - 12, Provision(disclosers=sites, recipients=frozenset({clinic}))
        ),
        consents.given(
            charts.person, charts.plan.first + 60, Provision(disclosers=sites | {clinic}, recipients=sites)
        ),
    )
    return Tale("units", charts.person, charts, agreed, _documents(charts))


def _documents(charts: Charts) -> Iterator[Document]:
    plan = charts.plan
    clinic = charts.clinic()
    yield clinic.demographics(plan.first)
    for ordinal in range(plan.last - 12, plan.first, -56):
        day = working_day(ordinal)
        yield clinic.visit(day, "01", "0940")
        yield clinic.laboratory(day, "clinic", clock="0945")
        yield clinic.prescribe(day, (rp("morning", 56, "ppi 1", "vitamin-d 1"),), clock="1005")
    yield clinic.problems(plan.last - 12, [Disease("reflux", plan.first - 400, primary=True)])
    for position, (department, order_set) in enumerate(
        (("35", "rheumatism"), ("01", "general"), ("11", "inflammation"))
    ):
        chart = charts.hospital(position)
        yield chart.demographics(plan.first + position)
        for ordinal in range(plan.last - 5 - 9 * position, plan.first, -35 - 14 * position):
            day = working_day(ordinal)
            swing = 1 + 0.3 * sin(day / 40)
            known = {key: level * swing for key, level in _ACTIVITY.items()}
            yield chart.visit(day, department, f"{9 + position:02d}20")
            yield chart.laboratory(day, order_set, department, f"{9 + position:02d}30", known=known)
            if position == 0:
                yield chart.prescribe(
                    day,
                    (rp("twice", 35, "antirheumatic 1"), rp("morning", 35, "steroid 0.5", "folic 1")),
                    department,
                    "1105",
                )
            if position == 2:  # noqa: PLR2004  the third hospital
                yield chart.prescribe(day, (rp("patch-1", 0, "patch 28"),), department, "1145")
        yield chart.problems(
            plan.last - 30, [Disease("rheumatism", plan.first - 900, primary=True)], department=department
        )
    yield from _lying_there(charts.hospital(0), plan.last)


def _lying_there(chart: Chart, last: int) -> Iterator[Document]:
    """Tell the first days of a stay that has not ended: admitted, moved, to be discharged in some days."""
    yield chart.admit(last - 4, "35", "4E", "1045")
    yield from orders.measured(chart, last - 3, "inflammation", "35", "0640", known={"CRP": 4.2})
    yield from ward.transfer(chart, last - 2, "1330", ward.Bed("6E", "6E07", "2"))
    yield from ward.planned_discharge(chart, last + 1)
