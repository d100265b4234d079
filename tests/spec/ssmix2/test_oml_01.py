"""OML-01 検体検査オーダ: message in, records out."""

import pytest

from hie.record.clinical import Coding
from hie.record.entry import DocumentClass
from tests.spec.ssmix2.desk import ALLERGY, KNOWN, REQUEST, RESULT, TAKEN_BACK, VISIT, filed, orc
from tests.spec.ssmix2.example import Example, check, message, named, says

EVENT = "OML^O33^OML_O33"
BLOOD = "SPM|1|250303000111||019^全血(添加物入り)^JC10||||01^左前腕^99SIT|||||||||202503031000"
HAEMATOLOGY = "OBR|1|000000000700101||E001^血液学的検査^99O03"
COUNTED = REQUEST._replace(
    code=Coding("E001", "血液学的検査", "99O03"),
    items=(
        Coding("2A990000001930901", "白血球数", "JC10"),
        Coding("2A030000001930101", "ヘモグロビン", "JC10"),
    ),
    specimen=Coding("019", "全血(添加物入り)", "JC10"),
    site=Coding("01", "左前腕", "99SIT"),
    collected_at="202503031000",
    scheduled_at="202503030900",
    status="SC",
)
ITEMS = (
    "OBX|1||2A990000001930901^白血球数^JC10^W01^ＷＢＣ^99LAB||||||||O\n"
    "OBX|2||2A030000001930101^ヘモグロビン^JC10||||||||O\n"
)
TIMED = "TQ1|1||||||202503030900||R^ルーチン^HL70485"
EXAMPLES = (
    Example(
        "Two specimens: what shall be measured in each, and what is said of the patient",
        named("OML-01"),
        message(
            EVENT,
            f"{VISIT}\n{KNOWN}\n{BLOOD}\n{orc(status='SC')}\n{TIMED}\n{HAEMATOLOGY}\nNTE|1||至急で\n{ITEMS}"
            f"SPM|2|250303000112||023^血清^JC10\nNTE|1||溶血に注意\n{orc(status='SC')}\n"
            f"OBR|2|000000000700101||E002^生化学的検査^99O03{'|' * 8}B^Ｂ型肝炎^99INF\n"
            "OBX|1||3C015000002327101^クレアチニン^JC10||||||||O\n"
            "OBX|2|NM|9N006000000000001^体重^JC10||52.3|kg^kg^ISO+|||||O\n",
        ),
        (
            COUNTED._replace(note="至急で"),
            REQUEST._replace(
                code=Coding("E002", "生化学的検査", "99O03"),
                items=(Coding("3C015000002327101", "クレアチニン", "JC10"),),
                specimen=Coding("023", "血清", "JC10"),
                danger=Coding("B", "Ｂ型肝炎", "99INF"),
                priority=Coding(),
                status="SC",
                note="溶血に注意",
            ),
            RESULT._replace(
                code=Coding("9N006000000000001", "体重", "JC10"),
                value="52.3",
                value_text="52.3",
                value_type="NM",
                unit="kg",
                unit_code="kg",
                status="O",
                group=Coding("E002", "生化学的検査", "99O03"),
                specimen=Coding("023", "血清", "JC10"),
            ),
            ALLERGY,
        ),
        filed(DocumentClass.LABORATORY_ORDER, 3),
    ),
    Example(
        "An order is taken back",
        named("OML-01"),
        message(EVENT, f"{VISIT}\n{BLOOD}\n{orc('CA', status='SC')}\n{TIMED}\n{HAEMATOLOGY}\n{ITEMS}"),
        (COUNTED._replace(control="CA"),),
        TAKEN_BACK,
    ),
    Example(
        "A message without specimen and request is reported",
        named("OML-01"),
        message(EVENT, f"{VISIT}\n{orc()}"),
        (),
        filed(DocumentClass.LABORATORY_ORDER, 0),
        findings=("REQ-SEG-SPM", "REQ-SEG-OBR"),
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
