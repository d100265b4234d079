"""OMG-13 生理検査結果通知: message in, records out."""

import pytest

from hie.record.clinical import Coding
from hie.record.entry import DocumentClass
from tests.spec.ssmix2.desk import DOCTOR, NOTHING, ORDER, REPORT, RESULT, TAKEN_BACK, VISIT, filed, orc
from tests.spec.ssmix2.examined import HEART
from tests.spec.ssmix2.example import Example, check, message, named, says

EVENT = "ORU^R01^ORU_R01"
OBR = f"OBR|1|{ORDER}||{'^'.join(HEART)}|||202503031405|||||||||{DOCTOR}||||||202503031500|||F"
TRACED = REPORT._replace(code=HEART, collected_at="202503031405", reported_at="202503031500", status="F")
RATE = "OBX|1|NM|9A110000000000049^心拍数^JC10||112|/min^/min^ISO+|50-100|H|||F"
BEATING = RESULT._replace(
    code=Coding("9A110000000000049", "心拍数", "JC10"),
    value="112",
    value_text="112",
    value_type="NM",
    unit="/min",
    unit_code="/min",
    reference_range="50-100",
    flag="H",
    observed_at="202503031405",
    group=HEART,
)
EXAMPLES = (
    Example(
        "An electrocardiogram: its rate out of range, and the finding in words",
        named("OMG-13"),
        message(
            EVENT,
            f"{VISIT}\n{orc('SC', status='CM')}\n{OBR}\n{RATE}\n"
            "OBX|2|TX|9A100&IMP^心電図所見^JC10||洞性頻脈||||||F",
        ),
        (
            TRACED,
            BEATING,
            RESULT._replace(
                code=Coding("9A100&IMP", "心電図所見", "JC10"),
                value="洞性頻脈",
                value_text="洞性頻脈",
                value_type="TX",
                observed_at="202503031405",
                group=HEART,
            ),
        ),
        filed(DocumentClass.PHYSIOLOGY, 2, abnormal_count=1, link=""),
    ),
    Example(
        "A result without ORC has the department of the visit",
        named("OMG-13"),
        message(EVENT, f"{VISIT}\n{OBR}\n{RATE}"),
        (TRACED._replace(department=NOTHING), BEATING),
        filed(DocumentClass.PHYSIOLOGY, 1, abnormal_count=1),
    ),
    Example(
        "A result is taken back",
        named("OMG-13"),
        message(EVENT, f"{VISIT}\n{orc('CA')}\n{OBR}"),
        (TRACED,),
        TAKEN_BACK,
    ),
    Example(
        "A message without a request is reported",
        named("OMG-13"),
        message(EVENT, VISIT),
        (),
        filed(DocumentClass.PHYSIOLOGY, 1),
        findings=("REQ-SEG-OBR",),
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
