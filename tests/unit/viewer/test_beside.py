"""What the gathering pages say: results in one unit, and each allergy and diagnosis once with its sources."""

from __future__ import annotations

from hie.exchange.ports import DatedObservation
from hie.exchange.records.allergies import Allergy
from hie.exchange.records.panels import EVERYTHING
from hie.exchange.records.problems import Problem
from hie.exchange.records.results import Latest, items_of
from hie.record.clinical import AllergyIntolerance, Coding
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import Day
from tests.build.records import PROBLEM
from viewer.beside import Beside, Result, allergies_told, problems_told, result_of
from viewer.drawing import Sign
from viewer.locale import WORDS, Language

ONE, OTHER = FacilityCode("1319900001"), FacilityCode("1319900002")
SIGNS = {code: Sign(code, code[-1], code[-1], 0, own=False) for code in (ONE, OTHER)}
WORDS_JA = WORDS[Language.JAPANESE]
GLUCOSE, WHITE_CELLS = "3D010000001926101", "2A010000001930101"


def _result(value: str, unit: str, code: str, day: int) -> DatedObservation:
    coding = Coding(code, "項目", "JC10")
    return DatedObservation(EntryId(day), ONE, Day(day), coding, value, unit, "", "", f"{day}0900")


def _told(*results: DatedObservation) -> Result:
    (item,) = items_of(results, EVERYTHING)
    newest, *before = reversed(item.points)
    return result_of(Latest(item, newest, before[0] if before else None), "p", SIGNS, WORDS_JA)


def _allergy(text: str, where: FacilityCode, reaction: str = "") -> Allergy:
    kind, severe = Coding("DA", "薬剤アレルギー", "HL70127"), Coding("SV", "重度", "HL70128")
    said = AllergyIntolerance(kind, Coding("A", text, "99ALG"), severe, reaction)
    return Allergy(EntryId(int(where[-1])), where, Day(20250101), said)


def _problem(
    name: str, where: FacilityCode, icd10: str, onset: str = "", *, suspected: bool = False
) -> Problem:
    told = PROBLEM._replace(name=name, primary=False, icd10=icd10, onset=onset, suspected=suspected)
    return Problem(EntryId(int(where[-1])), where, Day(20250101), told)


def _lines(some: list[Beside]) -> list[tuple[str, str, list[int]]]:
    return [(one.text, one.remark, [each.entry for each in one.sources]) for one in some]


def test_a_result_in_another_unit_has_the_converted_one_beside_it() -> None:
    told = _told(_result("116", "mg/dL", GLUCOSE, 20250101), _result("6.49", "mmol/L", GLUCOSE, 20250201))
    assert (told.value, told.normal) == ("6.49 mmol/L", "≈117 mg/dL")
    assert told.before == "前回 116 mg/dL"


def test_what_was_before_is_said_in_the_unit_it_is_compared_in() -> None:
    told = _told(_result("6.49", "mmol/L", GLUCOSE, 20250101), _result("116", "mg/dL", GLUCOSE, 20250201))
    assert (told.value, told.normal) == ("116 mg/dL", "")
    assert told.before == "前回 6.49 mmol/L ≈117 mg/dL"


def test_a_unit_that_is_only_spelled_otherwise_is_written_as_usual() -> None:
    told = _told(_result("5.6", "×１０＾３／μL", WHITE_CELLS, 20250101))
    assert (told.value, told.normal) == ("5.6 ×10³/μL", "")


def test_a_unit_that_no_table_knows_stays_as_it_is_written() -> None:
    assert _told(_result("5", "さじ", WHITE_CELLS, 20250101)).value == "5 さじ"


def test_one_substance_is_one_line_with_all_its_reactions_and_sources() -> None:
    found = [_allergy("ペニシリン系抗菌薬", ONE, "呼吸困難"), _allergy("ペニシリン系抗菌薬（発疹）", OTHER)]
    assert _lines(allergies_told(found, SIGNS, WORDS_JA)) == [
        ("ペニシリン系抗菌薬", "薬剤アレルギー・重度・発疹・呼吸困難", [1, 2])
    ]


def test_what_only_one_way_of_writing_says_stays_as_it_is_written() -> None:
    found = [_allergy("鶏卵（発疹）", ONE), _allergy("鶏卵（発疹）", OTHER), _allergy("牛乳", ONE)]
    assert [line[0::2] for line in _lines(allergies_told(found, SIGNS, WORDS_JA))] == [
        ("鶏卵（発疹）", [1, 2]),
        ("牛乳", [1]),
    ]


def test_a_diagnosis_of_two_hospitals_is_one_line_since_its_first_day() -> None:
    found = [
        _problem("高血圧症", ONE, "I10", "20200401"),
        _problem("高血圧症", OTHER, "I10", "20180301"),
    ]
    assert _lines(problems_told(found, SIGNS, WORDS_JA)) == [("高血圧症", "2018年3月1日から", [1, 2])]


def test_another_code_or_a_suspicion_is_another_diagnosis() -> None:
    found = [
        _problem("糖尿病", ONE, "E11"),
        _problem("糖尿病", OTHER, "E14"),
        _problem("糖尿病", OTHER, "E14", suspected=True),
    ]
    assert [line[1] for line in _lines(problems_told(found, SIGNS, WORDS_JA))] == ["", "", "疑い"]


def test_a_suspicion_that_stands_in_the_name_is_said_once() -> None:
    found = [_problem("狭心症の疑い", ONE, "I20", suspected=True)]
    assert _lines(problems_told(found, SIGNS, WORDS_JA)) == [("狭心症の疑い", "", [1])]
