"""PPR-01 病名(歴)情報: message in, records out."""

import pytest

from hie.record.clinical import Coding, Condition
from hie.record.entry import Confidentiality, DocumentClass, EntryStatus
from tests.messages import of, read
from tests.spec.ssmix2.example import Example, check, message, named, says

MESSAGE = "PPR^ZD1^PPR_ZD1"
PROBLEMS = """
PRB|AD|20250303|20099001^見本高血圧症^MDCDX2|000000000700201|||20210401|||I10^^I10^O^外来時^JHSD0004||||||202103|見本高血圧症|1^主診断^JHSD0007
ORC|NW|000000000700201|||||||||||||||08^循環器科^HL70069
PRB|UP|20250303|20099002^肺炎^MDCDX2|000000000700202|||20250201|||J189^^I10|||1^疑い^JHSD0005|F^治癒(完全回復)^HL70241|20250220
ZPR|20010001^急性^MDCDX2~20010002^左^MDCDX2|20099002^肺炎^MDCDX2|20018002^の疑い^MDCDX2
ORC|NW|000000000700202|||||||||||||||05^呼吸器科^HL70069
PRB|AD|20250303|20084317^^MDCDX2|000000000700203|||||20250110||||||||持続する咳
"""


PRESSURE = Condition(
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
PNEUMONIA = Condition(
    code=Coding("20099002", "肺炎", "MDCDX2"),
    icd10="J189",
    name="急性左肺炎の疑い",
    instance="000000000700202",
    action="UP",
    onset="20250201",
    end="20250220",
    outcome=Coding("F", "治癒(完全回復)", "HL70241"),
    suspected=True,
    primary=False,
    category=Coding(),
    department=Coding("05", "呼吸器科", "HL70069"),
    restricted=False,
)
COUGH = Condition(
    code=Coding("20084317", "", "MDCDX2"),
    icd10="",
    name="持続する咳",
    instance="000000000700203",
    action="AD",
    onset="20250303",
    end="20250110",
    outcome=Coding(),
    suspected=False,
    primary=False,
    category=Coding(),
    department=Coding(),
    restricted=False,
)
CARIES = COUGH._replace(
    code=Coding("20099005", "う蝕", "MDCDX2"),
    name="う蝕",
    instance="000000000700205",
    end="",
    teeth=(Coding("11", "右上中切歯", "99TTH"), Coding("12", "右上側切歯", "99TTH")),
)
EXAMPLES = (
    Example(
        "Every diagnosis becomes a condition, its modifiers part of its name",
        named("PPR-01", "-"),
        message(MESSAGE, PROBLEMS),
        (PRESSURE, PNEUMONIA, COUGH),
        {
            "document_class": DocumentClass.PROBLEM,
            "status": EntryStatus.APPROVED,
            "service_day": 20250303,
            "department": "08",
            "item_count": 3,
        },
    ),
    Example(
        "A dental diagnosis names its teeth",
        named("PPR-01", "-"),
        message(
            MESSAGE,
            "PRB|AD|20250303|20099005^う蝕^MDCDX2|000000000700205\nZPD|1|11^右上中切歯^99TTH\nZPD|2|12^右上側切歯^99TTH",
        ),
        (CARIES,),
    ),
    Example(
        "A list of deleted diagnoses is taken back",
        named("PPR-01", "-"),
        message(MESSAGE, "PRB|DE|20250303|20099002^肺炎^MDCDX2|000000000700202"),
        (
            COUGH._replace(
                code=Coding("20099002", "肺炎", "MDCDX2"),
                name="肺炎",
                instance="000000000700202",
                action="DE",
                end="",
            ),
        ),
        {"status": EntryStatus.WITHDRAWN},
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)


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
