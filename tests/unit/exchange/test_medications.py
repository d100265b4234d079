"""The list of what a patient takes: runs, ends, ingredients, hints."""

from __future__ import annotations

import pytest

from hie.exchange.ports import Issue
from hie.exchange.records.allergies import Allergy
from hie.exchange.records.medication_hints import HintKind
from hie.exchange.records.medication_rules import SAMPLE, Ingredient, KnownBy, Rules
from hie.exchange.records.medications import CurrentMedication, listed
from hie.record.clinical import AllergyIntolerance, Coding
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import UNKNOWN_DAY, Day

TODAY = Day(20260601)
HERE, THERE = FacilityCode("1311234567"), FacilityCode("1311234575")
STATIN = Coding("999001111", "見本スタチン錠１０ｍｇ", "HOT9")
OTHER_STATIN = Coding("2189099F1011", "見本の別名錠", "YJ")
PENICILLIN = Coding("Y1", "見本経口ペニシリンカプセル", "99DRG")
RULES = Rules([SAMPLE])


def _issue(number: int, day: int, days: int = 28, drug: Coding = STATIN, where: FacilityCode = HERE) -> Issue:
    kind = DocumentClass.PRESCRIPTION
    return Issue(
        *(EntryId(number), where, Day(day), kind, drug, "1", "錠", "朝食後", "28"),
        *(Day(day), days, 21),
    )


def _list(*issues: Issue, allergies: tuple[Allergy, ...] = ()) -> CurrentMedication:
    return listed(issues, TODAY, allergies, RULES)


def _allergy(text: str) -> Allergy:
    said = AllergyIntolerance(Coding(), Coding("A", text, "99ALG"), Coding(), "")
    return Allergy(EntryId(90), THERE, Day(20250101), said)


def test_what_is_prescribed_again_without_a_gap_began_with_the_first_issue() -> None:
    (drug,) = _list(_issue(1, 20260301), _issue(2, 20260329), _issue(3, 20260509)).drugs
    assert (drug.start, drug.ends, drug.days_left) == (20260301, 20260605, 4)
    assert [one.entry for one in drug.issues] == [3, 2, 1]


def test_a_gap_longer_than_the_grace_begins_anew() -> None:
    (drug,) = _list(_issue(1, 20260301), _issue(2, 20260520)).drugs
    assert (drug.start, len(drug.issues)) == (20260520, 1)


@pytest.mark.parametrize(("day", "going_on"), [(20260421, True), (20260420, False)])
def test_a_supply_that_ran_out_stays_for_the_grace_and_is_then_ended(day: int, *, going_on: bool) -> None:
    found = _list(_issue(1, day))
    assert bool(found.drugs) is going_on
    assert bool(found.ended) is not going_on


def test_what_says_no_days_counts_for_some_time_and_its_end_is_unknown() -> None:
    found = _list(_issue(1, 20260310, days=0), _issue(2, 20260201, days=0, drug=PENICILLIN))
    (drug,) = found.drugs
    assert (drug.ends, drug.days_left) == (UNKNOWN_DAY, None)
    assert [one.last.drug for one in found.ended] == [PENICILLIN]


def test_what_was_taken_back_is_not_listed() -> None:
    assert _list(_issue(1, 20260520)._replace(cancelled=True)) == CurrentMedication((), (), ())


def test_what_a_pharmacy_handed_out_is_no_line_of_its_own() -> None:
    assert not _list(_issue(1, 20260520)._replace(document_class=DocumentClass.DISPENSE)).drugs


def test_a_drug_that_one_document_uses_in_two_ways_keeps_both_lines() -> None:
    found = _list(_issue(1, 20260520), _issue(1, 20260520)._replace(usage="夕食後"))
    assert [one.last.usage for one in found.drugs] == ["朝食後", "夕食後"]
    assert not found.hints


def test_the_shortest_supply_stands_first_and_an_unknown_one_last() -> None:
    found = _list(
        _issue(1, 20260520, days=0, drug=PENICILLIN),
        _issue(2, 20260520, days=90, where=THERE),
        _issue(3, 20260520),
    )
    assert [one.days_left for one in found.drugs] == [15, 77, None]


def test_what_ran_out_within_the_grace_stands_behind_all_that_is_still_taken() -> None:
    found = _list(
        _issue(1, 20260501, days=30, where=THERE),
        _issue(2, 20260520, days=0, drug=PENICILLIN),
        _issue(3, 20260520),
        _issue(4, 20260501, days=20, drug=Coding("", "別の抗菌薬", "")),
    )
    assert [(one.days_left, one.is_over) for one in found.drugs] == [
        *((15, False), (None, False)),
        *((-2, True), (-12, True)),
    ]


def test_how_many_ingredients_nobody_knows_is_counted() -> None:
    house = Coding("620001", "院内の錠", "99DRG")
    assert _list(_issue(1, 20260520), _issue(2, 20260520, drug=house)).unknown == 1
    assert _list(_issue(1, 20260520)).unknown == 0


def test_a_future_issue_that_is_already_written_goes_on() -> None:
    ahead = _issue(2, 20260610)._replace(service_day=Day(20260530))
    found = _list(_issue(1, 20260510), ahead)
    assert [([one.entry for one in drug.issues], drug.days_left) for drug in found.drugs] == [
        ([1, 2], 5),
        ([2, 1], None),
    ]
    assert not found.hints
    assert not _list(_issue(2, 20260610)).drugs


@pytest.mark.parametrize(
    ("drug", "expected"),
    [
        (Coding("2171022F2025", "名", "YJ"), Ingredient("2171022", "アムロジピン", KnownBy.YJ)),
        (Coding("2171998F1011", "名", "YJ"), Ingredient("2171998", "", KnownBy.YJ)),
        (Coding("103299401", "名", "HOT9"), Ingredient("2171022", "アムロジピン", KnownBy.HOT)),
        (Coding("620007329", "アムロジピン錠", "HOT9"), Ingredient("2171022", "アムロジピン", KnownBy.NAME)),
        (Coding("", "【般】アムロジピン錠５ｍｇ", ""), Ingredient("2171022", "アムロジピン", KnownBy.NAME)),
        (Coding("", "ｱﾑﾛｼﾞﾋﾟﾝ錠", ""), Ingredient("2171022", "アムロジピン", KnownBy.NAME)),
        (Coding("2171022F2025", "院内の錠", "99DRG"), None),
        (Coding("", "見たことのない錠", ""), None),
    ],
)
def test_an_ingredient_is_known_by_code_else_by_name_else_not(
    drug: Coding, expected: Ingredient | None
) -> None:
    assert RULES.ingredient_of(drug) == expected


def test_one_ingredient_at_two_hospitals_is_a_hint_with_both_sources() -> None:
    (hint,) = _list(_issue(1, 20260520), _issue(2, 20260521, drug=OTHER_STATIN, where=THERE)).hints
    assert (hint.kind, hint.about, hint.rule) == (HintKind.SAME_INGREDIENT, "見本スタチン", "sample")
    assert [(one.entry, one.custodian) for one in hint.sources] == [(1, HERE), (2, THERE)]


def test_an_ingredient_of_the_code_alone_is_a_hint_of_no_table() -> None:
    one, two = Coding("2171998F1011", "甲", "YJ"), Coding("2171998G2022", "乙", "YJ")
    (hint,) = _list(_issue(1, 20260520, drug=one), _issue(2, 20260521, drug=two, where=THERE)).hints
    assert (hint.about, hint.rule) == ("2171998", "")


def test_what_ended_gives_no_hint() -> None:
    assert not _list(_issue(1, 20260101), _issue(2, 20260521, drug=OTHER_STATIN, where=THERE)).hints


def test_an_allergy_to_a_group_is_a_hint_with_both_sources() -> None:
    (hint,) = _list(
        _issue(1, 20260520, drug=PENICILLIN),
        _issue(2, 20260520),
        allergies=(_allergy("ペニシリン系抗菌薬（発疹）"), _allergy("鶏卵（発疹）")),
    ).hints
    assert (hint.kind, hint.about) == (HintKind.ALLERGY, "ペニシリン系")
    assert [(one.entry, one.text) for one in hint.sources] == [
        (1, PENICILLIN.text),
        (90, "ペニシリン系抗菌薬（発疹）"),
    ]


def test_an_allergy_to_an_ingredient_names_it() -> None:
    drug = Coding("2329023F1020", "タケプロンＯＤ錠１５", "YJ")
    (hint,) = _list(_issue(1, 20260520, drug=drug), allergies=(_allergy("ランソプラゾール"),)).hints
    assert hint.about == "ランソプラゾール"


def test_a_drug_issued_again_while_much_is_left_is_a_hint() -> None:
    (hint,) = _list(_issue(1, 20260520), _issue(2, 20260530)).hints
    assert (hint.kind, [one.entry for one in hint.sources]) == (HintKind.SUPPLY_TWICE, [1, 2])
    assert not _list(_issue(1, 20260509), _issue(2, 20260530)).hints


def test_a_few_days_more_do_not_end_what_lasts_for_weeks() -> None:
    found = _list(
        _issue(1, 20260410, 90, PENICILLIN),
        _issue(2, 20260420, 3, PENICILLIN),
        allergies=(_allergy("ペニシリン"),),
    )
    assert [(drug.last.entry, drug.days_left) for drug in found.drugs] == [(1, 37)]
    assert [hint.kind for hint in found.hints] == [HintKind.ALLERGY]


def test_one_drug_from_two_departments_of_a_hospital_stands_twice_and_is_told() -> None:
    found = _list(_issue(1, 20260525, 14), _issue(2, 20260525, 14))
    assert {drug.last.entry for drug in found.drugs} == {1, 2}
    assert [(hint.kind, {one.entry for one in hint.sources}) for hint in found.hints] == [
        (HintKind.SUPPLY_TWICE, {1, 2})
    ]


def test_what_begins_later_does_not_hide_what_is_taken_today() -> None:
    later = _issue(2, 20260601)._replace(start=Day(20260715))
    found = _list(_issue(1, 20260501, 60), later)
    assert [(drug.last.entry, drug.days_left) for drug in found.drugs] == [(1, 28), (2, None)]
    assert not found.hints


def test_an_old_order_without_days_does_not_come_back_when_newer_ones_have_run_out() -> None:
    found = _list(_issue(1, 20260201, 0), _issue(2, 20260415), _issue(3, 20260501))
    assert [drug.last.entry for drug in (*found.drugs, *found.ended)] == [3]


def test_one_drug_twice_alike_in_one_document_is_a_hint() -> None:
    (hint,) = _list(_issue(1, 20260530), _issue(1, 20260530)).hints
    assert hint.kind == HintKind.SAME_INGREDIENT


def test_two_usages_given_as_codes_are_two_ways_to_take_one_drug() -> None:
    morning, evening = (
        _issue(1, 20260520)._replace(usage="", usage_code=code)
        for code in ("1011000400000000", "1011040000000000")
    )
    assert _list(morning, evening).hints == ()


def test_a_start_at_the_end_of_the_calendar_breaks_nothing() -> None:
    last = _issue(1, 20260520)._replace(start=Day(99991231))
    drugs = _list(last, last._replace(entry=EntryId(2))).drugs
    assert {one.ends for one in drugs} == {99991231}
