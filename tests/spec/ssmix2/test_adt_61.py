"""ADT-61 アレルギー情報: message in, records out."""

import pytest

from hie.record.clinical import AllergyIntolerance, Coding
from hie.record.entry import DocumentClass, EntryStatus
from tests.spec.ssmix2.example import Example, check, message, named, says

LIST = """
EVN||20250303091000
PV1|0001|O|08^^^^^C
IAM|1|DA^薬剤アレルギー^HL70127|999200101^見本抗菌薬^HOT9|SV^重度^HL70128|発疹~呼吸困難|A^追加^HL70323|AL0001||AL^アレルギー^HL70436||199601|小児期|20250303||||C^確認済^HL70438|D0900^服部^愛^^^^^^^L^^^^^I||20250303
IAM|2|FA^食物アレルギー^HL70127|A0001^そば^99ALG||蕁麻疹|D^削除^HL70323|AL0002|誤登録
"""
DRUG = AllergyIntolerance(
    category=Coding("DA", "薬剤アレルギー", "HL70127"),
    substance=Coding("999200101", "見本抗菌薬", "HOT9"),
    severity=Coding("SV", "重度", "HL70128"),
    reaction="発疹, 呼吸困難",
    action=Coding("A", "追加", "HL70323"),
    instance="AL0001",
    sensitivity=Coding("AL", "アレルギー", "HL70436"),
    onset="199601",
    onset_text="小児期",
    reported_at="20250303",
    verification=Coding("C", "確認済", "HL70438"),
    verified_by="服部 愛",
    verified_at="20250303",
)
FOOD = AllergyIntolerance(
    category=Coding("FA", "食物アレルギー", "HL70127"),
    substance=Coding("A0001", "そば", "99ALG"),
    severity=Coding(),
    reaction="蕁麻疹",
    action=Coding("D", "削除", "HL70323"),
    instance="AL0002",
    reason="誤登録",
)
EXAMPLES = (
    Example(
        "A list holds every allergy, and one that is taken back is not counted",
        named("ADT-61", "-"),
        message("ADT^A60^ADT_A60", LIST),
        (DRUG, FOOD),
        {"document_class": DocumentClass.ALLERGY, "item_count": 1, "department": "08"},
    ),
    Example(
        "A list of nothing but deleted allergies is taken back",
        named("ADT-61", "-"),
        message("ADT^A60^ADT_A60", "EVN||20250303091000\nIAM|1||A0001^そば^99ALG|||D^削除^HL70323|AL0002"),
        (
            AllergyIntolerance(
                Coding(),
                Coding("A0001", "そば", "99ALG"),
                Coding(),
                "",
                action=Coding("D", "削除", "HL70323"),
                instance="AL0002",
            ),
        ),
        {"status": EntryStatus.WITHDRAWN, "item_count": 0},
    ),
    Example(
        "A list without an allergy is reported",
        named("ADT-61", "-"),
        message("ADT^A60^ADT_A60", "EVN||20250303091000"),
        (),
        {"item_count": 0},
        findings=("REQ-SEG-IAM",),
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
