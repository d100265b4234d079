"""Sensitive documents are labelled by what stands in them; nothing ordinary is."""

import pytest

from hie.exchange.labelling import labelled, labels_of, labels_of_image
from hie.record.clinical import Coding, Condition, Record
from hie.record.entry import NO_LABELS, Label
from hie.record.narrative import Composition, NarrativeTable, Paragraph, Section
from hie.record.submission import Reading
from tests import filed as our
from tests.build.records import DRUG, PENICILLIN, PROBLEM, REPORT, RESULT, VISIT, drug, result

FACTS = our.facts()
ORDINARY: tuple[Record, ...] = (DRUG, RESULT, PROBLEM, VISIT, PENICILLIN, REPORT)


def _diagnosis(icd10: str, name: str = "見本病") -> Condition:
    return PROBLEM._replace(icd10=icd10, name=name, code=Coding("1", name, "MDCDX2"))


def _document(text: str) -> Composition:
    table = NarrativeTable("", (), ((text,),))
    blocks = (Paragraph("経過は良好"), table) if len(text) % 2 else (Paragraph(text),)
    return Composition(
        "退院時サマリー", "", "", "", "", "", "", "", "", "", (Section("経過", "", 1, blocks),), ()
    )


@pytest.mark.parametrize("record", ORDINARY, ids=lambda record: type(record).__name__)
def test_what_is_ordinary_bears_no_label(record: Record) -> None:
    assert labels_of(FACTS, (record,)) == NO_LABELS


@pytest.mark.parametrize(
    ("record", "label"),
    [
        (_diagnosis("F329"), Label.PSYCHIATRY),
        (_diagnosis("F32.9"), Label.PSYCHIATRY),
        (_diagnosis("F102"), Label.PSYCHIATRY | Label.ADDICTION),
        (_diagnosis("B24"), Label.HIV),
        (_diagnosis("Z21"), Label.HIV),
        (_diagnosis("A530"), Label.REPRODUCTION),
        (_diagnosis("O049"), Label.REPRODUCTION),
        (_diagnosis("T741"), Label.VIOLENCE),
        (_diagnosis("K297", "うつ状態"), Label.PSYCHIATRY),
        (PROBLEM._replace(department=Coding("02", "精神科")), Label.PSYCHIATRY),
        (drug("ドルテグラビル錠５０ｍｇ"), Label.HIV),
        (drug("レボノルゲストレル錠１．５ｍｇ"), Label.REPRODUCTION),
        (result("ＨＩＶ－１，２抗体", "(-)"), Label.HIV),
        (result("見本抗体", "(-)", code=Coding("5F560143102302301", "", "JC10")), Label.HIV),
        (result("ＢＲＣＡ１／２遺伝子検査", "陰性"), Label.GENETICS),
        (result("見本", "x", value_text="本人へは伝えていない検査結果である"), Label.NOT_TOLD),
        (REPORT._replace(department=Coding("50", "精神神経科")), Label.PSYCHIATRY),
        (VISIT._replace(department="33"), Label.PSYCHIATRY),
        (_document("配偶者暴力の疑いあり"), Label.VIOLENCE),
        (_document("アルコール依存の既往"), Label.ADDICTION),
        (_document("病名は未告知。"), Label.NOT_TOLD),
        (_document("当院職員である"), Label.STAFF),
    ],
)
def test_one_sensitive_record_labels_the_document(record: Record, label: Label) -> None:
    assert labels_of(FACTS, (*ORDINARY, record)) == label


@pytest.mark.parametrize(
    "calming",
    [drug("オランザピン錠５ｍｇ"), DRUG._replace(medication=Coding("1179044F1025", "見本錠", "YJ"))],
)
def test_an_order_is_psychiatric_where_all_its_drugs_are(calming: Record) -> None:
    assert labels_of(FACTS, (calming, calming)) == Label.PSYCHIATRY
    assert labels_of(FACTS, (calming, DRUG)) == NO_LABELS


def test_labels_of_all_records_add_up() -> None:
    assert labels_of(FACTS, (_diagnosis("F329"), _diagnosis("B24"))) == Label.PSYCHIATRY | Label.HIV


def test_the_department_of_the_folder_labels_too() -> None:
    facts = FACTS._replace(department="022")
    assert labelled(Reading(None, facts, (RESULT,), ())).facts.labels == Label.PSYCHIATRY


def test_a_negative_test_and_an_ordered_one_are_labelled_as_a_positive_one() -> None:
    positive = labels_of(FACTS, (result("ＨＩＶ抗体", "(+)"),))
    assert positive == labels_of(FACTS, (result("ＨＩＶ抗体", "(-)"),)) == Label.HIV


def test_width_and_size_of_letters_do_not_hide_a_word() -> None:
    for written in ("ＨＩＶ抗体", "HIV抗体", "hiv抗体", "ｈｉｖ抗体"):
        assert labels_of(FACTS, (result(written, "1"),)) == Label.HIV


def test_what_a_reader_said_before_is_kept() -> None:
    facts = FACTS._replace(labels=int(Label.NOT_TOLD))
    reading = labelled(Reading(None, facts, (_diagnosis("F329"),), ()))
    assert reading.facts.labels == Label.NOT_TOLD | Label.PSYCHIATRY


def test_an_image_is_labelled_by_its_descriptions() -> None:
    image = our.an_image("1.2.3.1.1")
    assert labels_of_image(image) == NO_LABELS
    assert labels_of_image(image._replace(study_description="DV相談 全身撮影")) == Label.VIOLENCE
