"""PPR-01 病名(歴)情報: message in, records out."""

import pytest

from hie.record.clinical import Coding, Condition
from hie.record.entry import Confidentiality, DocumentClass, EntryStatus
from tests.messages import of, read

MESSAGE = "PPR^ZD1^PPR_ZD1"
PROBLEMS = """
PRB|AD|20250303|20099001^見本高血圧症^MDCDX2|000000000700201|||20210401|||I10^^I10^O^外来時^JHSD0004||||||202103|見本高血圧症|1^主診断^JHSD0007
ORC|NW|000000000700201|||||||||||||||08^循環器科^HL70069
PRB|UP|20250303|20099002^肺炎^MDCDX2|000000000700202|||20250201|||J189^^I10|||1^疑い^JHSD0005|F^治癒(完全回復)^HL70241|20250220
ZPR|20010001^急性^MDCDX2~20010002^左^MDCDX2|20099002^肺炎^MDCDX2|20018002^の疑い^MDCDX2
ORC|NW|000000000700202|||||||||||||||05^呼吸器科^HL70069
PRB|AD|20250303|20084317^^MDCDX2|000000000700203|||||20250110||||||||持続する咳
"""


def test_every_diagnosis_becomes_a_condition() -> None:
    reading = read("PPR-01", MESSAGE, PROBLEMS, date="-")
    pressure, pneumonia, cough = of(reading, Condition)
    assert pressure == Condition(
        code=Coding("20099001", "見本高血圧症", "MDCDX2"),
        icd10="I10",
        name="見本高血圧症",
        instance="000000000700201",
        action="AD",
        onset="202103",
        end="",
        outcome=Coding(),
        suspected=False,
        primary=True,
        category=Coding("O", "外来時", "JHSD0004"),
        department=Coding("08", "循環器科", "HL70069"),
        restricted=False,
    )
    assert pneumonia.name == "急性左肺炎の疑い"
    assert (pneumonia.icd10, pneumonia.suspected, pneumonia.primary) == ("J189", True, False)
    assert (pneumonia.onset, pneumonia.end) == ("20250201", "20250220")
    assert pneumonia.outcome == Coding("F", "治癒(完全回復)", "HL70241")
    assert pneumonia.category == Coding()
    assert (cough.name, cough.onset, cough.end) == ("持続する咳", "20250303", "20250110")
    assert reading.findings == ()


def test_an_undated_kind_stands_on_the_day_it_was_sent() -> None:
    facts = read("PPR-01", MESSAGE, PROBLEMS, date="-").facts
    assert facts.document_class is DocumentClass.PROBLEM
    assert (facts.item_count, facts.service_day, facts.department) == (3, 20250303, "08")
    assert facts.confidentiality is Confidentiality.NORMAL


def test_modifiers_that_the_name_holds_are_not_repeated() -> None:
    body = (
        "PRB|AD|20250303|20099002^急性肺炎の疑い^MDCDX2|1\n"
        "ZPR|20010001^急性^MDCDX2|20099002^肺炎^MDCDX2|20018002^の疑い^MDCDX2"
    )
    (condition,) = of(read("PPR-01", MESSAGE, body, date="-"), Condition)
    assert (condition.name, condition.suspected) == ("急性肺炎の疑い", True)


@pytest.mark.parametrize(
    ("written", "icd10", "category"),
    [
        ("O^外来時^JHSD0004^I10^^I10", "I10", Coding("O", "外来時", "JHSD0004")),
        ("I10^^I10", "I10", Coding()),
        ("^^^O^外来時^JHSD0004", "", Coding("O", "外来時", "JHSD0004")),
        ("", "", Coding()),
    ],
)
def test_the_classification_is_told_by_its_system(written: str, icd10: str, category: Coding) -> None:
    body = f"PRB|AD|20250303|20099001^見本^MDCDX2|1||||||{written}"
    (condition,) = of(read("PPR-01", MESSAGE, body, date="-"), Condition)
    assert (condition.icd10, condition.category) == (icd10, category)


@pytest.mark.parametrize(
    ("written", "secrecy"),
    [
        ("", Confidentiality.NORMAL),
        ('""', Confidentiality.NORMAL),
        ("U^通常^HL70177", Confidentiality.NORMAL),
        ("R^限定^HL70177", Confidentiality.RESTRICTED),
        ("V^非常に限定^HL70177", Confidentiality.VERY_RESTRICTED),
        ("X^？^99ZZ", Confidentiality.UNKNOWN),
    ],
)
def test_the_strictest_diagnosis_decides_and_unknown_is_closed(
    written: str, secrecy: Confidentiality
) -> None:
    body = (
        f"PRB|AD|20250303|20099001^見本^MDCDX2|1{'|' * 21}{written}\nPRB|AD|20250303|20099003^見本^MDCDX2|2"
    )
    reading = read("PPR-01", MESSAGE, body, date="-")
    assert reading.facts.confidentiality is secrecy
    assert [one.restricted for one in of(reading, Condition)] == [written[:1] == "V", False]


def test_only_a_list_of_deleted_diagnoses_withdraws_the_entry() -> None:
    deleted = "PRB|DE|20250303|20099001^見本^MDCDX2|1\nPRB|DE|20250303|20099003^見本^MDCDX2|2"
    assert read("PPR-01", MESSAGE, deleted, date="-").facts.status is EntryStatus.WITHDRAWN
    partly = deleted.replace("PRB|DE", "PRB|UC", 1)
    assert read("PPR-01", MESSAGE, partly, date="-").facts.status is EntryStatus.APPROVED


def test_a_message_without_a_diagnosis_is_reported() -> None:
    reading = read("PPR-01", MESSAGE, "PV1||O|||||D|||08\nZPR||1\nORC|NW|1", date="-")
    assert reading.records == ()
    assert reading.facts.department == "08"
    assert [finding.code for finding in reading.findings] == ["REQ-SEG-PRB"]
