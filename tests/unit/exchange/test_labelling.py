"""Sensitive documents are labelled by what stands in them; nothing ordinary is."""

from collections.abc import Iterator
from enum import Enum
from itertools import chain
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from hie.exchange.labels.labelling import labelled, labels_of, labels_of_image
from hie.record.clinical import Coding, Condition, Record
from hie.record.entry import NO_LABELS, DocumentClass, Label
from hie.record.narrative import Attachment, Composition, NarrativeTable, Paragraph, Section
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


TELLING = "HIV抗体陽性"


def _blank(kind: Any) -> Any:
    """Make a value of a type with nothing in it."""
    if get_origin(kind) is tuple:
        return ()
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if hasattr(kind, "_fields"):
        return kind(*map(_blank, get_type_hints(kind).values()))
    return "" if isinstance("", getattr(kind, "__supertype__", kind)) else 0


def _telling(kind: Any) -> Iterator[tuple[str, Any]]:
    """Yield a value of a type for every text it can hold, in which that text tells, and the text's name."""
    if get_origin(kind) is tuple:
        yield from ((name, (value,)) for name, value in _telling(get_args(kind)[0]))
    elif get_args(kind):
        yield from chain.from_iterable(map(_telling, get_args(kind)))
    elif hasattr(kind, "_fields"):
        yield from (
            (f"{field}.{name}".strip("."), _blank(kind)._replace(**{field: value}))
            for field, of in get_type_hints(kind).items()
            for name, value in _telling(of)
        )
    elif getattr(kind, "__supertype__", kind) is str:
        yield "", TELLING


EVERY_TEXT = [
    pytest.param(value, id=f"{kind.__name__}.{name}")
    for kind in get_args(Record)
    for name, value in _telling(kind)
]


def test_every_kind_of_record_has_a_text() -> None:
    assert {type(one.values[0]) for one in EVERY_TEXT} == set(get_args(Record))


@pytest.mark.parametrize("record", EVERY_TEXT)
def test_every_text_of_every_record_is_examined(record: Record) -> None:
    assert labels_of(FACTS, (record,)) & Label.HIV
    assert labels_of(FACTS, (record,)) & Label.HIV


@pytest.mark.parametrize(
    "record", [_blank(kind) for kind in get_args(Record)], ids=lambda one: type(one).__name__
)
def test_a_record_of_nothing_bears_nothing(record: Record) -> None:
    assert labels_of(FACTS, (record,)) == NO_LABELS


@pytest.mark.parametrize(
    ("icd10", "labels"),
    [
        ("F024", Label.HIV | Label.PSYCHIATRY),
        ("F63.0", Label.ADDICTION | Label.PSYCHIATRY),
        ("Z315", Label.GENETICS | Label.REPRODUCTION),
        ("F172", Label.PSYCHIATRY),
        ("ｂ２４", Label.HIV),
        ("O987", Label.HIV),
        ("X78", Label.PSYCHIATRY),
        ("Y04", Label.VIOLENCE),
        ("K297", NO_LABELS),
    ],
)
def test_every_front_of_a_diagnosis_adds_its_labels(icd10: str, labels: int) -> None:
    assert labels_of(FACTS, (_diagnosis(icd10),)) == labels


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("既往：統失", Label.PSYCHIATRY),
        ("ウツ病で通院中", Label.PSYCHIATRY),
        ("ECT施行目的に入院", Label.PSYCHIATRY),
        ("リトナビル錠１００ｍｇ", Label.HIV),
        ("プリジスタ錠", Label.HIV),
        ("ＡＲＴを継続している", Label.HIV),
        ("ＣＤ４ 410", Label.HIV),
        ("NIPTを希望", Label.GENETICS),
        ("低用量ピルを希望", Label.REPRODUCTION),
        ("ＲＰＲ定性", Label.REPRODUCTION),
        ("クラミジアＰＣＲ陽性", Label.REPRODUCTION),
        ("アル中", Label.ADDICTION),
        ("夫に叩かれた", Label.VIOLENCE),
        ("ＤＶシェルター", Label.VIOLENCE),
        ("告知を希望されず", Label.NOT_TOLD),
        ("病名は伏せて", Label.NOT_TOLD),
        ("本人には言わないで", Label.NOT_TOLD),
        ("ＳＰＥＣＴ施行", NO_LABELS),
        ("ピルシカイニド", NO_LABELS),
        ("ニルマトレルビル・リトナビル", NO_LABELS),
        ("ＣＤ４５陽性細胞", NO_LABELS),
        ("手術部位をドレイプで覆う", NO_LABELS),
        ("病名と予後を告知した", NO_LABELS),
    ],
)
def test_a_sentence_as_clinicians_write_it(sentence: str, label: int) -> None:
    assert labels_of(FACTS, (_document(sentence),)) == label


@pytest.mark.parametrize(
    ("department", "document_class", "labels"),
    [
        ("", DocumentClass.DOCUMENT, Label.UNKNOWN),
        ("", DocumentClass.NOTE, Label.UNKNOWN),
        ("", DocumentClass.UNKNOWN, Label.UNKNOWN),
        ("", DocumentClass.PHYSIOLOGY, NO_LABELS),
        ("01", DocumentClass.DOCUMENT, NO_LABELS),
        ("02", DocumentClass.DOCUMENT, Label.PSYCHIATRY),
    ],
)
def test_a_scan_of_which_nothing_tells_the_department_is_unknown(
    department: str, document_class: DocumentClass, labels: int
) -> None:
    scan = _blank(Composition)._replace(attachments=(Attachment(1, "letter.pdf", "application/pdf", 9),))
    facts = FACTS._replace(department=department, document_class=document_class)
    assert labels_of(facts, (scan,)) == labels
    readable = scan._replace(sections=(Section("経過", "", 1, (Paragraph("良好"),)),))
    assert labels_of(facts, (readable,)) == labels & ~int(Label.UNKNOWN)


def test_a_drug_says_more_than_which_it_is() -> None:
    assert labels_of(FACTS, (DRUG, DRUG._replace(condition="うつ病に"))) == Label.PSYCHIATRY
