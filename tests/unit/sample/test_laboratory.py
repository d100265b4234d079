"""Laboratory values of the sample region: they follow from one another, and a mark means something."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pytest

from hie.record.clinical import Observation
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import Patient, Sex
from hie.record.times import date_from_day
from hie.sample.analytes import ANALYTES, spelled
from hie.sample.facilities import invented_region
from hie.sample.generate import tales
from hie.sample.plan import RegionPlan
from hie.sample.stories.diabetic import ADMITTED, STAY
from ssmix2 import parse_name, read

PLAN = RegionPlan(patients=40, years=1)
MARKS = {"H", "L", "A"}
ENOUGH = 18
"""Results of a report whose share of marks says something."""


class Report(NamedTuple):
    """One OML-11: whose, where, when, and its results by key of the table, in the table's units."""

    story: str
    patient: Patient
    facility: FacilityCode
    day: int
    in_patient: bool
    results: dict[str, Observation]
    values: dict[str, float]

    @property
    def marked(self) -> float:
        return sum(one.flag in MARKS for one in self.results.values()) / len(self.results)


def reports() -> Iterator[Report]:
    region = invented_region(PLAN)
    dialects = {site.code: site.dialect for site in (*region.hospitals, *region.clinics)}
    keys = {(one.analysis, one.specimen): one.key for one in ANALYTES.values()}
    for tale in tales(PLAN, region):
        for document in tale.documents:
            name = parse_name(document.locator.rpartition("/")[2])
            if tale.story == "storage" or name is None or name.data_kind != "OML-11":
                continue
            reading = read(name, document.content, document.facility)
            results = _numbered(reading.records, keys)
            values = {
                key: float(one.value) / spelled(key, dialects[document.facility], female=False).factor
                for key, one in results.items()
                if one.value_type == "NM"
            }
            if not results:
                continue
            ordinal = date_from_day(reading.facts.service_day).toordinal()
            in_patient = b"PV1|0001|I" in document.content
            patient = tale.person.patient
            yield Report(tale.story, patient, document.facility, ordinal, in_patient, results, values)


def _numbered(records: Iterable[object], keys: dict[tuple[str, str], str]) -> dict[str, Observation]:
    """Give the results of the region's table; a test for an infection or a gene is none of them."""
    found = (
        (keys.get((one.code.code[:5], one.code.code[9:12])), one)
        for one in records
        if isinstance(one, Observation)
    )
    return {key: one for key, one in found if key}


@pytest.fixture(scope="module")
def told() -> list[Report]:
    return list(reports())


def holding(told: list[Report], *keys: str) -> list[dict[str, float]]:
    found = [report.values for report in told if all(key in report.values for key in keys)]
    assert len(found) > 50
    return found


def test_a_differential_adds_up_to_a_hundred(told: list[Report]) -> None:
    cells = ("NEU", "LYM", "MON", "EOS", "BAS")
    for values in holding(told, *cells):
        assert sum(values[key] for key in cells) == pytest.approx(100, abs=0.1)
        assert min(values[key] for key in cells) >= 0


def test_red_cell_indices_follow_from_cells_hemoglobin_and_hematocrit(told: list[Report]) -> None:
    for values in holding(told, "RBC", "Hb", "Ht", "MCV", "MCH", "MCHC"):
        assert values["MCV"] == pytest.approx(values["Ht"] * 10 / values["RBC"], abs=0.051)
        assert values["MCH"] == pytest.approx(values["Hb"] * 10 / values["RBC"], abs=0.051)
        assert values["MCHC"] == pytest.approx(values["Hb"] * 100 / values["Ht"], abs=0.051)


def test_filtration_follows_from_creatinine_age_and_sex(told: list[Report]) -> None:
    seen = 0
    for report in told:
        if "EGFR" in report.values:
            born = date_from_day(report.patient.birth_day)
            age = (report.day - born.toordinal()) // 365.2425
            woman = 0.739 if report.patient.sex is Sex.FEMALE else 1.0
            creatinine = round(report.values["CRE"], 2)
            expected = 194 * creatinine**-1.094 * age**-0.287 * woman
            assert report.values["EGFR"] == pytest.approx(expected, abs=0.051)
            seen += 1
    assert seen > 200


def test_parts_are_less_than_their_whole_and_fats_follow_friedewald(told: list[Report]) -> None:
    for values in holding(told, "TP", "ALB", "TBIL"):
        assert values["ALB"] + 1.5 < values["TP"] < values["ALB"] + 4
        assert values.get("DBIL", 0) < values["TBIL"]
    for values in holding(told, "TC", "TG", "HDL", "LDL"):
        assert values["TC"] - values["HDL"] - values["TG"] / 5 == pytest.approx(values["LDL"], abs=0.6)
    for values in holding(told, "AST", "ALT"):
        assert 0.4 < values["ALT"] / values["AST"] < 1.6


def test_glucose_follows_hemoglobin_a1c_where_nobody_is_acutely_ill(told: list[Report]) -> None:
    for report in told:
        if {"A1C", "GLU"} <= set(report.values) and report.values["GLU"] < 200:
            assert abs(report.values["GLU"] - 95 - 33 * (report.values["A1C"] - 5.45)) < 20


def test_marks_follow_from_value_and_range(told: list[Report]) -> None:
    for report in told:
        for one in report.results.values():
            if one.value_type == "NM":
                low, high = map(float, one.reference_range.split("-"))
                value = float(one.value)
                assert one.flag == ("H" if value > high else "L" if value < low else "N")
            elif one.reference_range == "(-)":
                assert (one.flag == "A") == (one.value[-1] == "+" and one.value.strip() != "+-")


def test_one_day_gives_one_creatinine_whatever_the_unit(told: list[Report]) -> None:
    days: dict[tuple[PatientId, int], list[Report]] = defaultdict(list)
    for report in told:
        if "CRE" in report.values:
            days[report.patient.id, report.day].append(report)
    both = 0
    for same in days.values():
        first, *others = same
        for other in others:
            assert other.values["CRE"] == pytest.approx(first.values["CRE"], abs=0.002)
            assert other.results["CRE"].flag == first.results["CRE"].flag
            both += first.results["CRE"].unit != other.results["CRE"].unit
    assert both


def test_every_creatinine_bears_the_same_mark_in_both_units() -> None:
    for female in (True, False):
        plain, other = spelled("CRE", 0, female), spelled("CRE", 1, female)
        for hundredths in range(30, 200):
            value = hundredths / 100
            shown = float(f"{value * other.factor:.{other.decimals}f}")
            assert (shown > other.high, shown < other.low) == (value > plain.high, value < plain.low)


def test_stable_visits_are_mostly_unmarked(told: list[Report]) -> None:
    shares = []
    for report in told:
        if len(report.results) >= ENOUGH and not report.in_patient and report.values.get("CRP", 0) < 2:
            assert report.marked < 0.35, report.story
            shares.append(report.marked)
    assert len(shares) > 200
    assert 0.02 < sum(shares) / len(shares) < 0.15


def test_a_stable_month_of_the_diabetic_marks_sugar_and_little_else(told: list[Report]) -> None:
    admitted = PLAN.last - ADMITTED
    stable = [
        report
        for report in told
        if report.story == "diabetic"
        and not admitted - 4 <= report.day <= admitted + STAY
        and "A1C" in report.values
    ]
    assert stable
    for report in stable:
        assert report.results["A1C"].flag == report.results["GLU"].flag == "H"
        assert sum(one.flag in MARKS for one in report.results.values()) <= 5


def test_pneumonia_marks_inflammation_until_it_has_gone(told: list[Report]) -> None:
    admitted = PLAN.last - ADMITTED
    stay = [
        r
        for r in told
        if r.story == "diabetic" and admitted <= r.day <= admitted + STAY and "CRP" in r.values
    ]
    assert all(stay[0].results[key].flag == "H" for key in ("CRP", "WBC", "NEU"))
    assert stay[0].results["LYM"].flag == "L"
    assert all(stay[-1].results[key].flag == "N" for key in ("WBC", "NEU", "LYM"))
    assert stay[-1].values["CRP"] < 0.05 * stay[0].values["CRP"]
