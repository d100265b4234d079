"""A stroke: acute hospital, rehabilitation hospital, home with the clinic's doctor."""

from __future__ import annotations

from collections.abc import Iterator

from consent.model import Provision
from hie.sample import consents, dicom, documents, orders, ward
from hie.sample.chart import Chart, Disease, Document
from hie.sample.drugs import Infusion, rp
from hie.sample.plan import working_day
from hie.sample.tale import Charts, Tale

STRUCK = 160
"""Days before the region's last day."""
ACUTE, REHABILITATION = 21, 84
_REHABILITATION_HOSPITAL = 3
_MEDICINES = ("aspirin 1", "statin 1", "calcium 1", "ppi 1")


def tell(charts: Charts) -> Tale:
    """Tell half a year; his family signed for all that take part, and for who comes home to him."""
    struck = charts.plan.last - STRUCK
    charts.allergies = ("contrast", "mackerel")
    charts.body.settle({"LDL": 138})
    nursing, care = (one.code for one in charts.region.others[1:3])
    at_home = Provision(recipients=frozenset({nursing, care}))
    agreed = (consents.given(charts.person, struck + 2, Provision(), at_home),)
    return Tale("stroke", charts.person, charts, agreed, _documents(charts, struck))


def _documents(charts: Charts, struck: int) -> Iterator[Document]:
    hospitals = len(charts.region.hospitals)
    acute = charts.hospital(0)
    rehabilitation = charts.hospital(min(_REHABILITATION_HOSPITAL, hospitals - 1))
    clinic = charts.clinic()
    yield from _before(clinic, charts.plan.first, struck)
    yield from _acute(acute, struck, rehabilitation.site.facility.name)
    yield from _rehabilitation(rehabilitation, struck + ACUTE)
    yield from _home(clinic, struck + ACUTE + REHABILITATION, charts.plan.last)


def _before(chart: Chart, first: int, struck: int) -> Iterator[Document]:
    yield chart.demographics(first)
    for visit, ordinal in enumerate(range(struck - 20, first, -42)):
        day = working_day(ordinal)
        yield chart.visit(day, "01", "1110")
        yield chart.prescribe(day, (rp("morning", 42, "calcium 1", "statin 1"),), clock="1130")
        if visit % 3 == 0:
            yield chart.laboratory(day, "clinic", clock="1115")


def _acute(chart: Chart, struck: int, to: str) -> Iterator[Document]:
    yield chart.demographics(struck, "2048")
    yield chart.visit(struck, "39", "2040")
    for modality, region, clock in (("CT", "頭部", "2055"), ("MR", "頭部", "2120")):
        done, asked = chart.image(struck, (modality, region), "39", "右片麻痺、構音障害。発症２時間", clock)
        yield from asked
        if modality == "CT":
            yield from dicom.phantom(chart, done)
    yield from orders.measured(
        chart, struck, "admission", "14", "2050", known={"GLU": 151, "CRP": 0.42, "DD": 1.8}
    )
    yield from orders.electrocardiogram(chart, struck, "39", "脳梗塞、心房細動の検索", "2135")
    yield chart.admit(struck, "14", "SCU", "2210")
    yield ward.attending(chart, struck, "2215", "14")
    yield from ward.allergies(chart, struck, "2225")
    yield ward.meals(chart, "fasting", (struck + 1, "07"), (struck + 2, "18"))
    yield ward.meals(chart, "soft", (struck + 3, "07"), (struck + ACUTE, "07"), struck + 2)
    drip = (
        Infusion((("saline", "100"), ("edaravone", "20")), "200 mL/hr", 9, 30),
        Infusion((("maintenance", "500"), ("heparin", "5")), "20 mL/hr", 10, 780),
    )
    for day in range(1, 8):
        yield from orders.drip_given(chart, struck + day, drip, "14")
    yield from ward.transfer(chart, struck + 3, "1430", ward.Bed("7W", "7W08", "1"), planned_on=struck + 2)
    for day in (1, 3, 7, 14, 20):
        known = {"CRP": 1.9 * 0.8**day}
        yield from orders.measured(
            chart, struck + day, "general", "14", "0635", known=known, ordered_on=struck + day - 1
        )
    for day in (3, 10, 17):
        yield chart.prescribe(struck + day, (rp("morning", 7, *_MEDICINES),), "14", "1015")
    yield from chart.image(struck + 14, ("CT", "頭部"), "14", "脳梗塞 経過", "1405")[1]
    yield chart.prescribe(struck + ACUTE, (rp("morning", 14, *_MEDICINES),), "14", "0910", at_discharge=True)
    yield chart.problems(
        struck + ACUTE,
        [Disease("infarction", struck, primary=True), Disease("hemiplegia", struck)],
        department="14",
    )
    yield from ward.planned_discharge(chart, struck + ACUTE)
    yield chart.discharge(struck + ACUTE, "02")
    yield from _papers(chart, struck, to)


def _papers(chart: Chart, struck: int, to: str) -> Iterator[Document]:
    """Write what the acute hospital's extended storage holds; one note was corrected an hour later."""
    for day, words in _NOTES.items():
        if day == 1:
            yield from documents.flagged(
                documents.progress_note(chart, struck + day, "14", (*words[:3], "（記載途中）"), "1005"), "2"
            )
        yield from documents.progress_note(chart, struck + day, "14", words)
    for day in range(1, 8):
        yield from documents.vital_signs(chart, struck + day, "14", 1.6 if day == 2 else 0.0)  # noqa: PLR2004  a fever
    end = struck + ACUTE
    yield from documents.discharge_summary(
        chart,
        struck,
        end,
        "14",
        ("脳梗塞（左中大脳動脈領域）", "右片麻痺"),
        (
            "発症2時間で救急搬送。エダラボン投与。",
            "第3病日から離床。",
            "右上下肢の麻痺が残り、回復期へ転院。",
        ),
        medicines=_TAKEN_HOME,
    )
    yield from documents.referral(chart, end, "14", to, "回復期リハビリテーションをお願いします。")


_NOTES = {
    1: (
        "右手が動かしにくい",
        "右上肢MMT3、右下肢MMT3、構音障害あり",
        "急性期脳梗塞",
        "点滴継続、ベッド上安静",
    ),
    3: (
        "少し動くようになった",
        "右上肢MMT4、嚥下は水分でむせあり",
        "改善傾向",
        "離床開始、言語聴覚療法を依頼",
    ),
    7: ("歩いてみたい", "端座位安定、立位は軽介助", "順調", "平行棒内歩行から開始"),
    14: ("だいぶ慣れた", "杖歩行20m軽介助", "回復期の適応", "転院調整"),
}
"""Days after the stroke -> what was said, found, thought and planned."""

_TAKEN_HOME = (
    ("アスピリン", "1日1回朝食後"),
    ("スタチン", "1日1回朝食後"),
    ("カルシウム拮抗薬", "1日1回朝食後"),
)


def _rehabilitation(chart: Chart, begin: int) -> Iterator[Document]:
    yield chart.demographics(begin, "1320")
    yield from ward.planned_admission(chart, begin, "36", "2F")
    yield chart.admit(begin, "36", "2F", "1330")
    yield ward.attending(chart, begin, "1340", "36")
    yield from ward.allergies(chart, begin, "1350")
    away = (begin + 41, begin + 43)
    yield ward.meals(chart, "soft", (begin, "18"), (away[0], "07"))
    yield ward.meals(chart, "regular", (away[1], "18"), (begin + REHABILITATION, "07"), begin + 40)
    yield from ward.leave(chart, *away)
    for day in range(0, REHABILITATION, 14):
        yield from orders.measured(chart, begin + day, "routine", "36", "0700")
        yield chart.prescribe(
            begin + day, (rp("morning", 14, *_MEDICINES), rp("bedtime", 14, "magnesium 2")), "36", "1110"
        )
    yield chart.prescribe(
        begin + REHABILITATION, (rp("morning", 21, *_MEDICINES),), "36", "0915", at_discharge=True
    )
    problems = [
        Disease("infarction", begin - ACUTE, primary=True),
        Disease("hemiplegia", begin - ACUTE),
        Disease("dysphagia", begin),
    ]
    yield chart.problems(begin + REHABILITATION, problems, department="36")
    yield from ward.planned_discharge(chart, begin + REHABILITATION)
    yield chart.discharge(begin + REHABILITATION, "06")
    yield from documents.discharge_summary(
        chart,
        begin,
        begin + REHABILITATION,
        "36",
        ("脳梗塞（左中大脳動脈領域）", "右片麻痺", "嚥下障害"),
        (
            "理学療法・作業療法・言語聴覚療法を実施。",
            "屋内は杖歩行で自立。",
            "嚥下食からやわらかい普通食へ。",
        ),
        medicines=_TAKEN_HOME,
    )


def _home(chart: Chart, begin: int, last: int) -> Iterator[Document]:
    for visit, ordinal in enumerate(range(begin + 5, last + 1, 14)):
        day = working_day(ordinal)
        yield chart.visit(day, "01", "1400")
        if visit % 2 == 0:
            yield chart.prescribe(
                day,
                (rp("morning", 28, *_MEDICINES), rp("pain", 0, "analgesic 1")._replace(occurrences=10)),
                clock="1425",
            )
            yield chart.laboratory(day, "clinic", clock="1410")
    yield chart.problems(
        last - 7,
        [
            Disease("sequelae", begin, primary=True),
            Disease("hypertension", begin - 3000),
            Disease("dyslipidemia", begin - 3000),
        ],
    )
