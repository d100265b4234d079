"""OMG-02 内視鏡検査オーダ: message in, records out."""

import pytest

from hie.record.clinical import Coding
from hie.record.entry import DocumentClass
from tests.spec.ssmix2.desk import ORDER, REQUEST, RESULT, TAKEN_BACK, VISIT, filed
from tests.spec.ssmix2.examined import STOMACH, group
from tests.spec.ssmix2.example import Example, check, message, named, says

EVENT = "OMG^O19^OMG_O19"
LOOKED_AT = REQUEST._replace(
    code=STOMACH, scheduled_at="202503051030", danger=Coding("HCV", "Ｃ型肝炎", "99INF")
)
ORDERED = group("NW", STOMACH, planned="202503051030", danger="HCV^Ｃ型肝炎^99INF")
EXAMPLES = (
    Example(
        "An endoscopy, the infection to beware of, and the reason",
        named("OMG-02"),
        message(EVENT, f"{VISIT}\n{ORDERED}\nOBX|1|TX|MS3-04^検査目的^JSHR||心窩部痛||||||O"),
        (
            LOOKED_AT,
            RESULT._replace(
                code=Coding("MS3-04", "検査目的", "JSHR"),
                value="心窩部痛",
                value_text="心窩部痛",
                value_type="TX",
                status="O",
                group=STOMACH,
            ),
        ),
        filed(DocumentClass.ENDOSCOPY, 1, link=ORDER),
    ),
    Example(
        "An order is taken back",
        named("OMG-02"),
        message(EVENT, f"{VISIT}\n{ORDERED.replace('ORC|NW', 'ORC|CA')}"),
        (LOOKED_AT._replace(control="CA"),),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
