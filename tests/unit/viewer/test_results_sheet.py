"""A sheet of results says of a number without a unit that it has none: the row's unit is not its own."""

from __future__ import annotations

import pytest

from hie.exchange.ports import DatedObservation
from hie.exchange.records.panels import EVERYTHING
from hie.exchange.records.results import items_of
from hie.record.clinical import Coding
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import Day
from viewer.drawing import Sign
from viewer.locale import WORDS, Language
from viewer.results_sheet import shown_of

ONE, OTHER = FacilityCode("1319900001"), FacilityCode("1319900002")
SIGNS = {code: Sign(code, code[-1], code[-1], 0, own=False) for code in (ONE, OTHER)}


def _result(value: str, unit: str, code: str, where: FacilityCode = OTHER) -> DatedObservation:
    coding = Coding(code, "項目", "JC10")
    return DatedObservation(EntryId(1), where, Day(20240501), coding, value, unit, "", "", "202405010900")


@pytest.mark.parametrize(
    ("code", "unit", "usual", "bare"),
    [
        pytest.param("3C015000002327101", "mg/dL", "0.84", "74", id="creatinine, micromoles meant"),
        pytest.param("2A010000001930101", "10*3/uL", "5.6", "5600", id="white cells, single ones meant"),
    ],
)
def test_a_number_without_a_unit_does_not_borrow_the_rows(
    code: str, unit: str, usual: str, bare: str
) -> None:
    (item,) = items_of([_result(usual, unit, code, ONE), _result(bare, "", code)], EVERYTHING)
    words = WORDS[Language.JAPANESE]
    assert item.analyte is not None
    with_unit, without = (
        shown_of(point, item, item.analyte.unit.name, SIGNS, words)
        for point in sorted(item.points, key=lambda one: one.written.value != usual)
    )
    assert with_unit.unit == ""
    assert without.text == f"{bare} 単位なし"
    assert without.normal == ""
