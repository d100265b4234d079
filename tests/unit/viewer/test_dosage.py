"""Amounts and usages in words."""

import pytest

from hie.record.clinical import Coding
from hie.record.supply import supply_of
from tests.build.records import EXTERNAL, NONE, drug
from viewer.dosage import how_much, how_used
from viewer.locale import WORDS, Language

JAPANESE = WORDS[Language.JAPANESE]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "1回1錠"),
        ({"dose": "1.0", "dose_max": "2.0"}, "1回1〜2錠"),
        ({"dose_max": "1"}, "1回1錠"),
        ({"dose": "", "daily_dose": "3"}, "1日3錠"),
        ({"dose": "", "daily_dose": "", "dose_unit": "", "total": "2", "total_unit": "本"}, "全2本"),
        ({"dose": "5", "dose_unit": "", "total": "1", "total_unit": "本"}, "1回5"),
        ({"category": EXTERNAL, "total": "10", "total_unit": "g"}, "全10 g"),
        ({"category": NONE, "usage": Coding("2B74000000000000", "", "JAMISDP01"), "total": "1"}, "全1錠"),
        ({"dose": '""', "daily_dose": "", "total": '""'}, "用量の記載なし"),
    ],
)
def test_an_amount_is_said_as_the_source_means_it(changes: dict[str, object], said: str) -> None:
    assert how_much(supply_of(drug("見本錠", **changes)), JAPANESE) == said


@pytest.mark.parametrize(
    ("usage", "more", "said"),
    [
        (Coding("1013044400000000", ""), ("別包",), "1日3回毎食後 別包"),
        (Coding("1013044400000000", "毎食後"), ("別包", "毎食後"), "毎食後 別包"),
        (Coding("Z9", ""), (), "Z9"),
        (Coding(), ("隔日",), "隔日"),
        (Coding("", '""'), (), "用法の記載なし"),
    ],
)
def test_a_usage_is_its_text_or_its_code_in_words_with_what_adds_to_it(
    usage: Coding, more: tuple[str, ...], said: str
) -> None:
    assert how_used(supply_of(drug("見本錠", usage=usage, usage_supplements=more)), JAPANESE) == said
