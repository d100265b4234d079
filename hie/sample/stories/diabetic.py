"""A diabetic followed at the clinic is admitted for pneumonia; a second and a third hospital see her too.

The demonstration's first patient: data of three hospitals and of the clinic on one calendar.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model import Provision
from hie.sample import consents, dicom, notebooks, orders, ward
from hie.sample import documents as papers
from hie.sample.chart import Chart, Disease, Document
from hie.sample.drugs import Infusion, Line, Rp, rp
from hie.sample.plan import working_day
from hie.sample.tale import Charts, Tale
from ssmix2.layout import ConditionFlag

ADMITTED = 75
"""Days before the region's last day."""
STAY = 13
_DAYS_OF_DRIP = 5
_MONTH = 28
_CLINIC_RPS = (
    rp("twice", _MONTH, "biguanide 1"),
    rp("morning", _MONTH, "dpp4 1", "calcium 1", "statin 1"),
    rp("constipation", 0, "magnesium 2")._replace(occurrences=10),
)
_HANDED_OUT = (
    notebooks.HandedOut("biguanide", "twice", "2", _MONTH),
    notebooks.HandedOut("dpp4", "morning", "1", _MONTH),
    notebooks.HandedOut("calcium", "morning", "1", _MONTH, "見本カルシウム拮抗ＯＤ錠５ｍｇ「かもめ」"),
    notebooks.HandedOut("statin", "morning", "1", 14),
)
"""Another product of one drug, half of another, and the laxative not at all."""
# She does not bear penicillins: a quinolone, first by drip, then to take home.
_DRIPS = (
    Infusion((("quinolone-drip", "1"),), "100 mL/hr", 9, 60),
    Infusion((("maintenance", "500"),), "60 mL/hr", 10, 480),
)
_FIRST_AFTERNOON = (_DRIPS[0]._replace(hour=14), _DRIPS[1]._replace(hour=15))
_COURSE_OF_PNEUMONIA = (
    # day of stay, CRP, WBC, neutrophils, glucose, albumin
    (0, 14.62, 15.8, 88.2, 268, 3.6),
    (1, 17.05, 14.1, 86.0, 231, 3.3),
    (3, 9.31, 10.2, 78.4, 198, 3.2),
    (5, 4.18, 8.0, 68.1, 176, 3.3),
    (8, 1.27, 6.6, 62.5, 158, 3.6),
    (12, 0.31, 5.9, 58.0, 149, 4.0),
)
_NOTES = {
    0: (
        "昨日から熱と咳、息が苦しい",
        "体温38.9度、SpO2 91%（室内気）、右下肺野に湿性ラ音",
        "市中肺炎、右下葉。２型糖尿病",
        "酸素2L。ペニシリンアレルギーのためキノロン系を点滴。血糖は1日4回測る",
    ),
    1: (
        "息苦しさが強い",
        "SpO2 88%（酸素2L）、呼吸数28",
        "呼吸状態の悪化",
        "HCUへ移る。酸素5L。夕方に改善し一般病棟へ戻る",
    ),
    5: (
        "だいぶ楽になった。食欲も出てきた",
        "体温36.8度、SpO2 96%（室内気）、ラ音は減少",
        "肺炎は改善傾向",
        "点滴を1剤にし、食事を糖尿病食へ",
    ),
    12: (
        "家に帰れそう",
        "CRP 0.31、歩行時もSpO2 96%",
        "軽快",
        "明日退院。かかりつけ医で血糖と腎機能を続けてみてもらう",
    ),
}
"""By day of the stay: what she says, what is found, what it is, what is done."""
_A1C = (7.1, 7.3, 7.2, 7.0, 7.4, 7.8, 8.1, 7.6)


def tell(charts: Charts) -> Tale:
    """Tell her years; she consented to everything at the start, and named her pharmacy and who comes home."""
    plan, person = charts.plan, charts.person
    charts.allergies = ("penicillin", "contrast", "shrimp")
    charts.body.settle({"A1C": 7.2, "CRE": 0.66, "LDL": 118, "TG": 98, "BNP": 98})
    hers = Provision(recipients=frozenset(one.code for one in charts.region.others[:3]))
    agreed = (consents.given(person, plan.first - 20, Provision(), hers),)
    return Tale("diabetic", person, charts, agreed, _documents(charts))


def _documents(charts: Charts) -> Iterator[Document]:
    last = charts.plan.last
    yield from _clinic(charts.clinic(), charts.plan.first, last)
    yield from _pneumonia(charts.hospital(0), last - ADMITTED)
    yield from _eyes(charts.hospital(1), charts.plan.first, last)
    yield from _heart(charts.hospital(2), charts.plan.first, last)


def _clinic(chart: Chart, first: int, last: int) -> Iterator[Document]:
    """Tell monthly visits, except while she lay in hospital."""
    yield chart.demographics(first, height="151.2", weight="58.4").flagged(ConditionFlag.SUPERSEDED)
    known = [Disease("diabetes", first - 3200, primary=True), Disease("hypertension", first - 2900)]
    yield chart.problems(first, known).flagged(ConditionFlag.SUPERSEDED)
    admitted = last - ADMITTED
    for visit, ordinal in enumerate(range(last - 3, first, -_MONTH)):
        day = working_day(ordinal)
        if admitted - 1 <= day <= admitted + STAY:
            continue
        yield chart.visit(day, "01", "0905")
        tested = {"A1C": _A1C[visit // 2 % len(_A1C)]}
        yield chart.laboratory(day, "diabetes" if visit % 2 == 0 else "clinic", clock="0912", known=tested)
        yield chart.prescribe(day, _CLINIC_RPS, clock="0931")
    # Three days before the admission: fever, a first antibiotic, an X-ray asked for elsewhere.
    day = working_day(admitted - 3)
    yield chart.visit(day, "01", "1630")
    yield chart.laboratory(day, "clinic", clock="1635", known={"WBC": 11.9, "GLU": 214, "A1C": 7.4})
    yield chart.prescribe(
        day,
        (rp("morning", 3, "antibiotic 2"), rp("fever", 0, "analgesic 1")._replace(occurrences=6)),
        clock="1650",
    )
    yield chart.demographics(last - 3, "0900", height="150.8", weight="55.1")
    yield chart.problems(
        last - 3,
        [
            *known,
            Disease("dyslipidemia", first - 2000),
            Disease("pneumonia", admitted, end=admitted + STAY + 14),
        ],
    )


def _pneumonia(chart: Chart, admitted: int) -> Iterator[Document]:
    """Tell the emergency visit, thirteen days in bed and the visit after."""
    yield chart.demographics(admitted, "1012", height="151.0", weight="55.3")
    yield chart.visit(admitted, "39", "1008")
    pneumonia, diabetes = Disease("pneumonia", admitted, primary=True), Disease("diabetes", admitted - 4000)
    yield chart.problems(admitted, [pneumonia, diabetes], "1210", "45")
    for modality, region, images, clock in (
        ("CR", "胸部", dicom.chest, "1042"),
        ("CT", "胸部", dicom.phantom, "1118"),
    ):
        done, documents = chart.image(
            admitted, (modality, region), "39", "発熱、酸素飽和度低下。肺炎の疑い", clock
        )
        yield from documents
        yield from images(chart, done)
    for day, *values in _COURSE_OF_PNEUMONIA:
        known = dict(zip(("CRP", "WBC", "NEU", "GLU", "ALB"), values, strict=True))
        if day == 0:
            yield from orders.measured(chart, admitted, "admission", "39", "1025", known=known)
            yield from orders.electrocardiogram(chart, admitted, "39", "発熱、頻呼吸", "1055")
            yield chart.admit(admitted, "45", "5E", "1320")
            yield ward.attending(chart, admitted, "1330", "45")
            yield from ward.allergies(chart, admitted, "1340")
        else:
            yield from orders.measured(
                chart,
                admitted + day,
                "inflammation",
                "45",
                "0630",
                known=known,
                ordered_on=admitted + day - 1,
            )
    yield from _on_the_ward(chart, admitted)
    yield from _medicines_in_hospital(chart, admitted)
    done, documents = chart.image(admitted + 7, ("CR", "胸部"), "45", "肺炎 経過観察", "0930")
    yield from documents
    yield from dicom.chest(chart, done)
    yield from ward.planned_discharge(chart, admitted + STAY, first_for=admitted + STAY - 1)
    yield chart.discharge(admitted + STAY)
    yield from _papers(chart, admitted)
    yield from _after(chart, admitted)


def _papers(chart: Chart, admitted: int) -> Iterator[Document]:
    """Write what is read first: a note every few days, and the summary she took home."""
    for day, words in _NOTES.items():
        yield from papers.progress_note(chart, admitted + day, "45", words)
    yield from papers.discharge_summary(
        chart,
        admitted,
        admitted + STAY,
        "45",
        ("細菌性肺炎（右下葉）", "２型糖尿病"),
        (
            "発熱と呼吸困難で入院。ペニシリンアレルギーのためキノロン系を点滴。",
            "第2病日に酸素化が悪化し、HCUで経過をみた。第4病日に解熱。",
            "インスリンは使わず、食事と内服で血糖は落ち着いた。",
        ),
        medicines=(("見本キノロン錠", "１日１回朝食後 5日分"), ("見本去痰剤", "１日３回毎食後 7日分")),
    )


def _on_the_ward(chart: Chart, admitted: int) -> Iterator[Document]:
    """Tell what she ate, and the day on which she lay in three beds."""
    yield ward.meals(chart, "fasting", (admitted, "18"), (admitted + 1, "12"))
    yield ward.meals(chart, "porridge", (admitted + 1, "18"), (admitted + 3, "07"), admitted + 1)
    yield ward.meals(chart, "sugar", (admitted + 3, "12"), (admitted + STAY, "07"), admitted + 2)
    for one in ward.transfer(chart, admitted + 1, "0610", ward.Bed("HCU", "HCU1", "2")):
        yield one.flagged(ConditionFlag.SUPERSEDED)
    yield from ward.transfer(chart, admitted + 1, "1650", ward.Bed("5E", "5E12", "1"))
    yield from ward.transfer(
        chart, admitted + 8, "1400", ward.Bed("4W", "4W03", "2"), planned_on=admitted + 7
    )


def _medicines_in_hospital(chart: Chart, admitted: int) -> Iterator[Document]:
    """Tell drips, a prescription that was corrected, and what she took home."""
    yield from orders.drip_given(chart, admitted, _FIRST_AFTERNOON, "45", "1345")
    for day in range(1, 8):
        drips = _DRIPS[: 2 if day < _DAYS_OF_DRIP else 1]
        yield from orders.drip_given(chart, admitted + day, drips, "45", "0840")
    inpatient = (
        rp("twice", 7, "biguanide 1"),
        rp("morning", 7, "dpp4 1", "calcium 1", "statin 1"),
        rp("thrice", 7, "expectorant 1"),
    )
    wrong = chart.prescribe(admitted + 1, (rp("thrice", 7, "biguanide 2"),), "45", "0950")
    yield wrong.flagged(ConditionFlag.SUPERSEDED)
    number = wrong.locator.rsplit("_", 4)[1]
    right = chart.prescribe(admitted + 1, inpatient, "45", "1405", order_number=number)
    yield right
    yield orders.drugs_given(chart, right, admitted + 1, inpatient, "45", "1405")
    yield chart.prescribe(admitted + 8, inpatient, "45", "1010")
    home = (
        rp("morning", 5, "quinolone 1"),
        rp("thrice", 7, "expectorant 1"),
        Rp(
            "sleepless",
            0,
            (Line("sleep", "1", instructions=("別包",)),),
            occurrences=5,
            condition="眠れない時のみ",
        ),
    )
    yield chart.prescribe(admitted + STAY, home, "45", "0905", at_discharge=True)


def _after(chart: Chart, admitted: int) -> Iterator[Document]:
    """Tell the visit two weeks after she went home."""
    after = working_day(admitted + STAY + 14)
    yield chart.visit(after, "45", "1010")
    yield chart.laboratory(after, "general", "45", "1020", known={"CRP": 0.08})
    done, documents = chart.image(after, ("CR", "胸部"), "45", "肺炎治癒確認", "1035")
    yield from documents
    yield from dicom.chest(chart, done)
    yield chart.problems(
        after,
        [Disease("pneumonia", admitted, end=after, primary=True), Disease("diabetes", admitted - 4000)],
        "1105",
        "45",
    )


def _eyes(chart: Chart, first: int, last: int) -> Iterator[Document]:
    """Tell half-yearly visits to the eye department, the last one recent."""
    yield chart.demographics(first + 12)
    for ordinal in range(last - 38, first, -182):
        day = working_day(ordinal)
        yield chart.visit(day, "26", "1410")
        yield chart.laboratory(day, "diabetes", "26", "1415")
        yield chart.prescribe(day, (rp("eye-3", 0, "dry-eye 4"), rp("eye-1", 0, "eyedrop 2")), "26", "1455")
    # Her allergy to penicillins stands on record, and nobody looked.
    stye = working_day(last - 6)
    yield chart.prescribe(stye, (rp("thrice", 7, "penicillin-oral 1"),), "26", "1520")
    yield chart.problems(
        last - 38,
        [Disease("retinopathy", first + 12, primary=True), Disease("cataract", first + 12)],
        department="26",
    )


def _heart(chart: Chart, first: int, last: int) -> Iterator[Document]:
    """Tell quarterly visits to the heart department."""
    yield chart.demographics(first + 33)
    for visit, ordinal in enumerate(range(last - 18, first, -91)):
        day = working_day(ordinal)
        yield chart.visit(day, "08", "1050")
        yield chart.laboratory(day, "heart", "08", "1055")
        # The clinic gives her a statin too: two doctors, one ingredient.
        yield chart.prescribe(day, (rp("morning", 91, "arb 1", "beta 0.5", "statin 1"),), "08", "1130")
        if visit == 0:
            yield notebooks.brought(chart, day, working_day(last - 3 - _MONTH), _HANDED_OUT)
            yield from chart.image(day, ("CR", "胸部"), "08", "心拡大の評価", "1105")[1]
    yield chart.problems(
        last - 18,
        [Disease("angina", first + 33, suspected=True), Disease("hypertension", first + 33)],
        department="08",
    )
