"""Somebody who never consented: nothing may be stored at the hub beyond a count, images included."""

from __future__ import annotations

from collections.abc import Iterator

from hie.sample import dicom
from hie.sample import documents as papers
from hie.sample.chart import Disease, Document
from hie.sample.drugs import Infusion, rp
from hie.sample.plan import working_day
from hie.sample.tale import Charts, Tale


def tell(charts: Charts) -> Tale:
    """Tell a rich record at two hospitals and the clinic, without any consent."""
    charts.allergies = ("egg",)
    return Tale("refused", charts.person, charts, (), _documents(charts))


def _documents(charts: Charts) -> Iterator[Document]:
    plan = charts.plan
    for chart in (charts.hospital(0), charts.hospital(1), charts.clinic()):
        yield chart.demographics(plan.first)
        for ordinal in range(plan.last - 12, plan.first, -56):
            day = working_day(ordinal)
            yield chart.visit(day, "01", "0915")
            yield chart.laboratory(day, "general", "01", "0925")
            yield chart.prescribe(
                day, (rp("morning", 56, "calcium 1"), rp("evening", 56, "ssri 1")), "01", "1000"
            )
        yield chart.problems(
            plan.last - 12,
            [Disease("depression", plan.first - 300), Disease("hypertension", plan.first - 900)],
        )
    hospital = charts.hospital(0)
    day = working_day(plan.last - 40)
    done, documents = hospital.image(day, ("CR", "胸部"), "01", "健診異常影", "1110")
    yield from documents
    yield from dicom.chest(hospital, done)
    yield hospital.inject(day, (Infusion((("saline", "100"), ("iron", "1")), "100 mL/hr", 11, 60),))
    for chart in (hospital, charts.hospital(1)):
        yield from papers.progress_note(chart, day, "01", ("息切れ", "貧血様", "鉄欠乏性貧血", "鉄剤静注"))
    yield from papers.referral(hospital, day, "01", "見本検診センター", "精査結果の報告")
