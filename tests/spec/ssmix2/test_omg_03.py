"""OMG-03 生理検査オーダ: message in, records out."""

import pytest

from hie.record.entry import DocumentClass
from tests.spec.ssmix2.desk import ALLERGY, KNOWN, REQUEST, TAKEN_BACK, VISIT, filed
from tests.spec.ssmix2.examined import HEART, group
from tests.spec.ssmix2.example import Example, check, message, named, says

EVENT = "OMG^O19^OMG_O19"
TRACED = REQUEST._replace(code=HEART, scheduled_at="202503031400", reason="動悸")
ORDERED = group("NW", HEART, planned="202503031400", reason="動悸")
EXAMPLES = (
    Example(
        "An electrocardiogram with its reason; no accession number joins it",
        named("OMG-03"),
        message(EVENT, f"{VISIT}\n{KNOWN}\n{ORDERED}\nNTE|1||車椅子"),
        (TRACED._replace(note="車椅子"), ALLERGY),
        filed(DocumentClass.PHYSIOLOGY, 1, link=""),
    ),
    Example(
        "An order is taken back",
        named("OMG-03"),
        message(EVENT, f"{VISIT}\n{ORDERED.replace('ORC|NW', 'ORC|CA')}"),
        (TRACED._replace(control="CA"),),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
