"""The data file of 電子版お薬手帳: what is read, and what is refused rather than guessed."""

from __future__ import annotations

import pytest

from hie.exchange.feeds.dispensing import dispensed
from hie.exchange.feeds.reading import read_document
from hie.readers.jahis import is_notebook, read_notebook
from hie.record.clinical import Coding, MedicationRequest
from hie.record.entry import DocumentClass, Format
from hie.record.errors import Unreadable
from hie.record.identifiers import FacilityCode
from hie.record.people import Sex
from hie.record.supply import supply_of
from tests.build.notebooks import PERSON, notebook, visit


def test_a_visit_is_read_with_whom_it_is_about_and_who_handed_it_out() -> None:
    found = read_notebook(notebook(PERSON, *visit()))
    assert (found.version, found.name.kanji, found.name.kana) == ("Ver.2.4", "見本 花子", "ミホン ハナコ")
    assert (found.sex, found.birth_day) == (Sex.FEMALE, 19530115)
    (one,) = found.visits
    assert (one.day, one.head.organization, one.head.author) == (20240510, "見本薬局", "見本　薬剤師")
    assert [section.title for section in one.head.sections] == ["処方した医療機関", "備考"]


def test_an_amount_is_a_days_a_dose_or_the_whole_by_its_form() -> None:
    internal, coded, when_needed, external = read_notebook(notebook(PERSON, *visit())).visits[0].drugs
    assert (internal.daily_dose, internal.days, internal.dose, internal.total) == ("1", "28", "", "")
    assert (internal.usage_supplements, internal.instructions) == (("粉砕",), ("一包化",))
    assert coded.medication == Coding("2171022F2025", "アムロジピン錠５ｍｇ", "YJ")
    assert coded.usage == Coding("1011000400000000", "１日１回朝食後服用", "JAMISDP01")
    assert (when_needed.dose, when_needed.occurrences, when_needed.days) == ("1", "10", "")
    assert when_needed.instructions == ("患者等が記入",)
    assert (external.total, external.total_unit, external.category.code) == ("2", "本", "23")
    assert supply_of(coded)[1:-1] == ("錠", "2/d", "１日１回朝食後服用 粉砕", "", 20240510, 28, 21, False)
    assert supply_of(external)[1:5] == ("本", "", "１日２回塗布", "2")


def test_each_visit_is_a_whole_file_of_its_own() -> None:
    found = read_notebook(notebook(PERSON, *visit("20240510"), *visit("R060607", 14)))
    assert [one.day for one in found.visits] == [20240510, 20240607]
    again = [read_notebook(one.content) for one in found.visits]
    assert [one.visits for one in again] == [(one,) for one in found.visits]


def test_a_visit_becomes_a_document_of_what_was_handed_out() -> None:
    found = read_notebook(notebook(PERSON, *visit()))
    (one,) = dispensed(found, "7001", "20240511090000000")
    facility = FacilityCode("1311234567")
    reading = read_document(one.name, one.content, facility, Format.CONTENT_FOLDER)
    facts = reading.facts
    assert (facts.document_class, facts.service_day, facts.item_count) == (
        DocumentClass.DISPENSE,
        20240510,
        4,
    )
    assert reading.patient is not None
    assert reading.patient.source.value == "7001"
    assert sum(isinstance(record, MedicationRequest) for record in reading.records) == 4
    assert facts.labels == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (notebook(PERSON, *visit(), version="JAHISTC09,1"), "JAHIS-01"),
        (notebook(PERSON, *visit(), version="JAHISTC01,1"), "JAHIS-01"),
        (b"", "JAHIS-01"),
        (notebook(PERSON, *visit()).decode("cp932").encode("utf-8"), "JAHIS-02"),
        (notebook(PERSON, "501,\ue000,1", *visit()), "JAHIS-02"),
        (notebook(PERSON, *visit()) + b"501,\x81", "JAHIS-02"),
        (notebook(PERSON, *visit(), "911,20240510120000,2,1"), "JAHIS-03"),
        (notebook(*visit()), "JAHIS-04"),
        (notebook(PERSON, PERSON, *visit()), "JAHIS-04"),
        (notebook(PERSON), "JAHIS-05"),
        (notebook(PERSON, *visit("20240231")), "JAHIS-05"),
        (notebook(PERSON, "201,1,見本錠,1,錠,1,,1", *visit()), "JAHIS-05"),
        (notebook(PERSON, "5,20240510,1"), "JAHIS-06"),
        (notebook(PERSON, "5,20240510,1", "201,1,,1,錠,1,,1"), "JAHIS-06"),
    ],
)
def test_what_is_not_whole_or_not_plain_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_notebook(content)
    assert refused.value.finding.code == code


def test_a_file_is_known_by_how_it_begins() -> None:
    assert is_notebook(notebook(PERSON))
    assert not is_notebook(b"MSH|")
