"""OMG-01 放射線検査オーダ: message in, records out."""

import pytest

from hie.record.clinical import Coding
from hie.record.entry import DocumentClass
from tests.spec.ssmix2.desk import ORDER, REQUEST, RESULT, TAKEN_BACK, VISIT, filed
from tests.spec.ssmix2.examined import ABDOMEN, CHEST, IPC, STUDY, group
from tests.spec.ssmix2.example import Example, check, message, named, says

EVENT = "OMG^O19^OMG_O19"
PICTURED = REQUEST._replace(code=CHEST, scheduled_at="202503051030")
WEIGHT = "OBX|1|NM|01-02^体重^JSHR001||52.3|kg^kg^ISO+|||||O"
WEIGHED = RESULT._replace(
    code=Coding("01-02", "体重", "JSHR001"),
    value="52.3",
    value_text="52.3",
    value_type="NM",
    unit="kg",
    unit_code="kg",
    status="O",
)
EXAMPLES = (
    Example(
        "One examination, when it is planned, and what is said of the patient; its number is a guessed link",
        named("OMG-01"),
        message(EVENT, f"{VISIT}\n{group('NW', CHEST, planned='202503051030')}\n{WEIGHT}\nNTE|1||着衣"),
        (PICTURED, WEIGHED._replace(group=CHEST, note="着衣")),
        filed(DocumentClass.IMAGING_ORDER, 1, link=ORDER),
    ),
    Example(
        "Children are the examinations; the order and the parent only repeat them",
        named("OMG-01"),
        message(
            EVENT,
            "\n".join(
                (
                    VISIT,
                    group("NW", CHEST, planned="202503051030"),
                    WEIGHT,
                    group("PA", CHEST, planned="202503051030"),
                    WEIGHT,
                    group("CH", CHEST, planned="202503051030"),
                    group("CH", ABDOMEN, planned="202503051045"),
                    "OBX|1|TX|02-01^検査目的^JSHR001||腹痛||||||O",
                )
            ),
        ),
        (
            WEIGHED,
            PICTURED._replace(control="CH"),
            PICTURED._replace(control="CH", code=ABDOMEN, scheduled_at="202503051045"),
            RESULT._replace(
                code=Coding("02-01", "検査目的", "JSHR001"),
                value="腹痛",
                value_text="腹痛",
                value_type="TX",
                status="O",
                group=ABDOMEN,
            ),
        ),
        filed(DocumentClass.IMAGING_ORDER, 1),
    ),
    Example(
        "An accession number that an order knows joins it to its images",
        named("OMG-01"),
        message(EVENT, f"{VISIT}\n{group('NW', CHEST, planned='202503051030')}\n{IPC}"),
        (PICTURED, STUDY),
        {"link": "ACC0303001"},
    ),
    Example(
        "An order is taken back",
        named("OMG-01"),
        message(EVENT, f"{VISIT}\n{group('CA', CHEST, planned='202503051030')}"),
        (PICTURED._replace(control="CA"),),
        TAKEN_BACK,
    ),
    Example(
        "A message without a request is reported",
        named("OMG-01"),
        message(EVENT, VISIT),
        (),
        filed(DocumentClass.IMAGING_ORDER, 1, link=""),
        findings=("REQ-SEG-OBR",),
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
