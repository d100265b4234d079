"""Results to numbers, grades and one unit: what is read, what is not, and that each step is named."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hie.record.normal import GRADES, NormalValue
from ssmix2.normal import ANALYTE, belongs, normalise
from ssmix2.normal.characters import folded, shown
from ssmix2.normal.ranges import read_range
from ssmix2.normal.units import SPELLED, with_mega
from ssmix2.normal.value_table import GRADE_WORDS
from ssmix2.normal.values import read_value

CRE, CRP, WBC = "3C015000002327101", "5C070000002306201", "2A010000001930901"

NUMBERS = """
0.71 | 0.71
７．５ | 7.5
-1.2 | -1.2
1,234.5 | 1234.5
.5 | 0.5
<0.5 | < 0.5
> 100 | > 100
>= 200 | >= 200
<= 400 | <= 400
＜０．５ | < 0.5
100以上 | >= 100
200↑ | >= 200
0.02未満 | < 0.02
300ミマン | < 300
5以下 | <= 5
U100 | > 100
L300 | < 300
100< | > 100
1 - 4 | 1 to 4
0.5～2 | 0.5 to 2
-0.5--0.1 | -0.5 to -0.1
x80 | 80
80倍 | 80
1 : 80 | 80
5×10^3 | 5000
1.2E3 | 1200
7.8H | 7.8
0.71 mg/dL | 0.71
"""
GRADED = """
- | -
(-) | -
陰性 | -
ｲﾝｾｲ | -
検出せず | -
+- | ±
± | ±
+/- | ±
少量 | ±
弱陽性 | w+
+ | +
(+) | +
POS | +
ヨウセイ | +
1+ | 1+
3 + | 3+
(2+) | 2+
++ | 2+
＋＋＋ | 3+
>3+ | 3+
"""


def _told(value: NormalValue | None) -> str:
    assert value is not None
    upper = f" to {value.upper}" if value.upper is not None else ""
    return f"{value.comparator} {value.number}{upper}".strip()


@pytest.mark.parametrize("line", NUMBERS.strip().splitlines())
@pytest.mark.parametrize("blanks", ["", " ", "  "])
def test_numbers_are_read_however_they_are_written(line: str, blanks: str) -> None:
    written, meant = line.split(" | ")
    assert _told(normalise(CRE, blanks + written, "")) == meant


@pytest.mark.parametrize("line", GRADED.strip().splitlines())
@pytest.mark.parametrize("blanks", ["", " ", "  "])
def test_grades_are_read_however_they_are_written(line: str, blanks: str) -> None:
    written, meant = line.split(" | ")
    found = normalise("1A010000000191111", blanks + written, "")
    assert found is not None
    assert (found.grade, found.number, found.comparable) == (meant, None, True)
    assert [step.rule for step in found.how] == ["value.grade"]


@pytest.mark.parametrize(
    ("code", "value", "unit", "meant"),
    [
        ("1A005000000101001", "1.5L", "", ("1500", "mL", True, ["value.with_unit", "unit.scaled"])),
        ("1A005000000101001", "1.5L", "mL", ("1.5", "mL", False, ["value.with_unit", "unit.two"])),
        (CRE, "0.3L", "mg/dL", ("0.3", "mg/dL", True, ["value.flagged"])),
        ("2A060000001930101", "78L", "fL", ("78", "fL", True, ["value.flagged"])),
        ("9Z999000001930101", "78L", "fL", ("78", "fL", False, ["value.flagged", "analyte.unknown"])),
    ],
)
def test_an_l_behind_a_volume_is_litres_and_behind_anything_else_low(
    code: str, value: str, unit: str, meant: tuple[str, str, bool, list[str]]
) -> None:
    found = normalise(code, value, unit)
    assert found is not None
    assert (str(found.number), found.unit, found.comparable, [step.rule for step in found.how]) == meant


def test_what_depends_on_the_surface_of_a_body_is_not_taken_for_it() -> None:
    found = normalise("8A065000002391901", "45", "mL/min")
    assert found is not None
    assert (found.number, found.unit, found.comparable) == (Decimal(45), "mL/min", False)
    assert found.how == (("unit.other", "mL/min/1.73m^2"),)


def test_a_mega_unit_in_the_value_field_is_not_read_as_a_milli() -> None:
    tsh = "4A055000002302301"
    assert _told(normalise(tsh, "30 mU/L", "")) == "30"
    found = normalise(tsh, "30 MU/L", "")
    assert found is not None
    assert (found.number, [step.rule for step in found.how]) == (None, ["value.text"])


def test_a_value_with_its_class_is_both() -> None:
    for written, number, grade in (("3+(300)", "300", "3+"), ("2.3(±)", "2.3", "±"), ("0.1(-)", "0.1", "-")):
        found = normalise(CRP, written, "mg/dL")
        assert found is not None
        assert (found.number, found.grade) == (Decimal(number), grade)
        assert [step.rule for step in found.how] == ["value.compound"]


def test_all_words_of_the_table_have_a_rank() -> None:
    assert set(GRADE_WORDS) | {"1+"} == set(GRADES)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("測定不能", "value.none"),
        ("検体不足", "value.none"),
        ("再検済み", "value.text"),
        ("3 : 2", "value.ratio"),
    ],
)
def test_what_is_no_number_says_what_it_is(value: str, rule: str) -> None:
    found = normalise(CRP, value, "mg/dL")
    assert found is not None
    assert (found.number, found.grade, found.comparable) == (None, "", False)
    assert [step.rule for step in found.how] == [rule]


@pytest.mark.parametrize("value", ["", "  ", '""'])
def test_nothing_is_nothing(value: str) -> None:
    assert normalise(CRP, value, "mg/dL", "0-1") is None


def test_a_scale_is_exact_and_the_range_goes_with_the_value() -> None:
    found = normalise(WBC, "8600", "/μL", "3300-8600")
    assert found is not None
    assert (found.number, found.low, found.high) == (Decimal("8.6"), Decimal("3.3"), Decimal("8.6"))
    assert (found.unit, found.comparable) == ("×10^3/μL", True)
    assert found.how == (("unit.scaled", "/μL → ×10^3/μL ×0.001"),)


def test_a_molar_mass_converts_where_it_is_certain_and_says_which() -> None:
    found = normalise(CRE, "74.3", "μmol/L", "57.5-94.6")
    assert found is not None
    assert (found.number, found.low, found.high) == (Decimal("0.84"), Decimal("0.65"), Decimal("1.07"))
    assert found.how[0] == ("unit.molar", "113.12 g/mol")


@pytest.mark.parametrize(
    ("code", "value", "unit", "meant"),
    [
        ("3H015000002326101", "4.1", "mEq/L", "4.1 mmol/L"),
        ("3H030000002327101", "5.0", "mEq/L", "10.0 mg/dL"),
        ("2A050000001930901", "250", "×10^3/μL", "25.0 ×10^4/μL"),
        ("2A030000001930101", "120", "g/L", "12.0 g/dL"),
        ("2A010000001930901", "5600", "/μL", "5.60 ×10^3/μL"),
        (CRP, "0.30", "mg/L", "0.030 mg/dL"),
        (CRE, "43.3", "μmol/L", "0.490 mg/dL"),
        ("3H025000002327101", "1.8", "mEq/L", "2.19 mg/dL"),
        ("3D010000002227201", "5.5", "mmol/L", "99.1 mg/dL"),
        ("2A080000001930101", "33.1", "%", "33.1 g/dL"),
        ("3H045000002390201", "290", "mOms/L", "290 mOsm/kg"),
        ("2A990000001930955", "158", "×10^3/μL", "15.8 ×10^4/μL"),
        ("2B030000002231157", "1.02", "", "1.02 "),
        ("4A055000002305101", "1.2", "mIU/L", "1.2 μIU/mL"),
        ("3C015", "0.7", "mg%", "0.7 mg/dL"),
    ],
)
def test_analytes_have_their_unit(code: str, value: str, unit: str, meant: str) -> None:
    found = normalise(code, value, unit)
    assert found is not None
    assert (f"{found.number} {found.unit}", found.comparable) == (meant, True)


@pytest.mark.parametrize(
    ("code", "unit", "rule"),
    [
        ("9Z999000002399901", "mg/dL", "analyte.unknown"),
        ("local-17", "mg/dL", "analyte.unknown"),
        (CRE, "furlong", "unit.unknown"),
        (CRE, "U/L", "unit.other"),
        (CRE, "", "unit.absent"),
        ("5C070000002306201", "mmol/L", "unit.other"),
        ("3C015000000427126", "g/day", "analyte.unknown"),
    ],
)
def test_what_cannot_be_converted_keeps_its_numbers_and_says_why(code: str, unit: str, rule: str) -> None:
    found = normalise(code, "1.0", unit, "0.5-2")
    assert found is not None
    assert (str(found.number), found.low, found.high) == ("1.0", Decimal("0.5"), Decimal(2))
    assert not found.comparable
    assert found.how[-1].rule == rule


def test_two_units_in_one_result_are_not_believed() -> None:
    found = normalise(CRE, "0.7 mg/dL", "g/dL")
    assert found is not None
    assert not found.comparable
    assert [step.rule for step in found.how] == ["value.with_unit", "unit.two"]


def test_cells_counted_in_three_microlitres_are_not_cells_in_one() -> None:
    found = normalise(WBC, " 52 / 3", "/μL")
    assert found is not None
    assert (found.number, found.comparable, found.how[0]) == (Decimal(52), False, ("value.fraction", "/3"))


RANGES = """
6.5-8.2 | 6.5 8.2
13.7～16.8 | 13.7 16.8
0.00 - 0.14 | 0.00 0.14
-2.0-2.0 | -2.0 2.0
>10 | 10 None
<15 | None 15
≦5 | None 5
5以下 | None 5
10以上 | 10 None
3.5- | 3.5 None
-5 | None 5
(3.5-5.0) | 3.5 5.0
(-) | None None
"" | None None
"""


@pytest.mark.parametrize("line", RANGES.strip().splitlines())
def test_reference_ranges_have_two_ends(line: str) -> None:
    written, meant = line.split(" | ")
    low, high, steps = read_range(written)
    assert (f"{low} {high}", steps) == (meant, ())


@pytest.mark.parametrize("text", ["M:13-17 F:11-15", "8-5", "陰性から1+", "x" * 100])
def test_a_range_in_words_says_that_it_was_not_read(text: str) -> None:
    assert [step.rule for step in read_range(text).steps] == ["range.text"]


def test_one_analyte_has_many_codes_and_one_code_many_analytes() -> None:
    assert belongs("2A990000001930952", "2A010")
    assert belongs("2A010000001999901", "2A990000001930952")
    assert not belongs("2A990000001930951", "2A010")
    assert belongs("3C015000001926201", "3C015000002327101")
    assert not belongs("3C015000000127101", "3C015000002327101"), "urine is not blood"
    assert belongs("3C015000000427101", "3C015000000127101")
    assert not belongs("3C015000000427126", "3C015000000127101"), "a day's amount is no concentration"
    assert belongs("9Z999000002399901", "9Z999")
    assert not belongs("1234", "3C015")
    assert not belongs("", "")


def test_vendor_characters_are_shown_and_compared() -> None:
    assert shown("㎎ ①㈱ ｱﾙﾌﾞﾐﾝ 髙") == "mg (1)(株) アルブミン 髙"
    assert folded("ＡＳＴ（GOT）") == folded("ast(got)")


_codes = st.one_of(st.sampled_from([CRE, CRP, WBC, "2A080000001930101", ""]), st.text(max_size=17))
_alphabet = st.sampled_from('0123456789.,+-<>=≦≧()[]/:×x*^e~～未満以下上±陰陽性 　１２．＋−ｱﾞHLUmgdL%"\\')
_results = st.one_of(st.text(), st.text(_alphabet, max_size=12))


@given(_codes, _results, _results, _results)
def test_any_text_is_taken_and_the_same_text_says_the_same(
    code: str, value: str, unit: str, reference_range: str
) -> None:
    found = normalise(code, value, unit, reference_range)
    assert found == normalise(code, value, unit, reference_range)
    if found is None:
        assert value.strip() in {"", '""'}
        return
    assert found.grade in {"", *GRADES}
    assert found.comparator in {"", "<", "<=", ">", ">="}
    for number in (found.number, found.upper, found.low, found.high):
        assert number is None or number.is_finite()
    assert found.comparable or found.how or found.number is None


@given(st.decimals(0, 10**9, allow_nan=False, places=4), st.sampled_from(["", "<", "<=", ">", ">="]))
def test_what_was_normalised_is_normal(number: Decimal, comparator: str) -> None:
    first = normalise(WBC, f"{comparator}{number}", "/μL")
    assert first is not None
    again = normalise(WBC, f"{first.comparator}{first.number:f}", first.unit)
    assert again is not None
    assert (again.comparator, again.number, again.unit) == (first.comparator, first.number, first.unit)


@given(st.sampled_from(sorted(SPELLED)), st.decimals(0, 10**6, allow_nan=False, places=3))
def test_a_unit_in_capitals_and_full_width_gives_the_same_result(spelling: str, number: Decimal) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in spelling.upper())
    plain, other = normalise(WBC, str(number), spelling), normalise(WBC, str(number), wide)
    assert plain is not None
    assert other is not None
    if with_mega(wide) != wide:
        assert (other.unit, other.comparable) == (wide, False)
    else:
        assert (plain.number, plain.unit, plain.comparable) == (other.number, other.unit, other.comparable)


def test_every_analyte_of_the_table_is_found_by_its_codes() -> None:
    assert ANALYTE["3A015000000106128"] is not None
    assert ANALYTE["3A015000000106128"].unit.name == "mg/gCr"
    assert ANALYTE["9A755000000000001"] is ANALYTE["9A751000000000001"]


def test_a_comment_is_a_comment_however_long() -> None:
    long = read_value("x" * 100_000)
    assert long is not None
    assert long.steps[0].rule == "value.text"
