"""Spellings of units, exact factors, and what is not converted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssmix2.normal.units import NAMED, SPELLED, SPELLING, Unit, factor_between, folded, rounded, scaled

SAME = """
×10^3/μL | ×10\\S\\3/μL 10^3/uL 10*3/μL .10*3/uL K/uL x10³/µl １０＾３／μＬ 1000/μL 千/μl *10^3/mm3 x10^3個/uL
×10^4/μL | 万/μL .10*4/uL ×10^4/mm3 10^4/μｌ X10000/MCL 10000/μＬ 10x4/μl
×10^6/μL | ×10^6/μL 百万/μl M/uL .10*6/uL
×10^9/L | 10*9/L ×10^9/l 10^9/ℓ
/μL | /uL /mm3 /mm^3 個/μL 1/mm3 個／μL /MCL
mg/dL | mg/dl MG/DL ｍｇ／ｄｌ ㎎/㎗ mg% mg/100mL
μg/dL | ug/dL mcg/dl µg/dl μg／dL μｇ/ｄｌ
U/L | IU/l u/L IU/L IU/L/37℃ Ｕ／Ｌ 単位/L
μU/mL | uIU/mL μIU/mL uiu/mL mcIU/mL μU／mL
mEq/L | meq/L ｍＥｑ/Ｌ
μmol/L | umol/L μモル/L MCMOL/L μＭ/l
/HPF | /hpf /(hpf) 個/HPF /ＨＰＦ /1HPF HPF 個/視野
mmHg | mm(hg) Torr ｍｍＨｇ
mL/min/1.73m^2 | mL/min/1.73m*2 ml/分/1.73㎡ mL/min/1.73m2 mL/min/1.73m\\S\\2
mg/gCr | mg/g(creat) mg/g･Cre mg/gCRE mg/g.cr mg/g-Cr. MG/G･CREA
mOsm/kg | mosm/kg_h2o mOsm/Kg･H2O mOsm/kgH2O
秒 | sec SEC. s
℃ | cel 度
"""


@pytest.mark.parametrize("line", SAME.strip().splitlines())
def test_spellings_of_one_unit_are_one_unit(line: str) -> None:
    name, spellings = line.split(" | ")
    assert {spelling: SPELLING[spelling].unit for spelling in spellings.split()} == dict.fromkeys(
        spellings.split(), NAMED[name]
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [("mOms/L", "mOsm/L"), ("個/HFP", "/HPF"), ("/HPL", "/HPF"), ("干/μl", "×10^3/μL"), ("lU/Ｌ", "U/L")],
)
def test_a_misprint_is_corrected_and_said(written: str, meant: str) -> None:
    assert SPELLING[written] == (NAMED[meant], True)


@pytest.mark.parametrize("text", ["MU/L", "MIU/mL", "ＭＵ／Ｌ", "MＩＵ/L"])
def test_mega_is_no_milli(text: str) -> None:
    assert SPELLING[text].unit is None
    assert SPELLING[text.replace("M", "m").replace("Ｍ", "ｍ")].unit is not None


@pytest.mark.parametrize("text", ["ﾎﾟｲﾝﾄ", "mg/dL 以下", "x" * 41, "g/", "10^3", "mol"])
def test_what_no_table_knows_is_no_unit(text: str) -> None:
    assert SPELLING[text].unit is None


@pytest.mark.parametrize("text", ["", " ", "-", "－"])
def test_no_unit_is_that_of_a_pure_number(text: str) -> None:
    assert SPELLING[text].unit is NAMED[""]


def test_no_two_units_share_a_name_and_every_unit_is_found_by_its_name() -> None:
    assert [
        name for name, unit in NAMED.items() if factor_between(SPELLING[name].unit or unit, unit) != 1
    ] == []


def test_mass_is_not_substance_and_a_litre_is_no_kilogram() -> None:
    assert factor_between(NAMED["mg/dL"], NAMED["mmol/L"]) is None
    assert factor_between(NAMED["mOsm/L"], NAMED["mOsm/kg"]) is None
    assert factor_between(NAMED["COI"], NAMED["S/CO"]) is None


@given(
    st.decimals(-(10**12), 10**12, allow_nan=False, places=6),
    st.sampled_from(list(NAMED.values())),
    st.sampled_from(list(NAMED.values())),
)
def test_a_number_taken_to_another_unit_and_back_is_the_same_number(
    number: Decimal, one: Unit, other: Unit
) -> None:
    there, back = factor_between(one, other), factor_between(other, one)
    assert (there is None) == (back is None)
    if there is not None and back is not None and one.kind != "time":
        assert scaled(scaled(number, there), back) == number


@given(st.text())
def test_folding_takes_any_text_and_folding_twice_finds_the_same_unit(text: str) -> None:
    once = folded(text)
    assert SPELLED.get(folded(once)) in {SPELLED.get(once), None} or SPELLED.get(once) is None


@pytest.mark.parametrize(("number", "told"), [("0.8404816", "0.84"), ("99.08", "99.1"), ("1234.5", "1230")])
def test_rounding_keeps_so_many_digits_and_no_exponent(number: str, told: str) -> None:
    assert str(rounded(Decimal(number), 3)) == told
