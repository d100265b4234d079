"""ADT-22 入院実施: message in, records out."""

import pytest

from hie.record.clinical import Encounter
from tests.spec.ssmix2.example import Example, check, message, named, says
from tests.spec.ssmix2.ward import FILED, TAKEN_BACK, event, segments

EXAMPLES = (
    Example(
        "An admission says when and where the patient was taken in",
        named("ADT-22"),
        message("ADT^A01^ADT_A01", segments("EVN||20250303140500", times="202503031400")),
        (event("A01", "202503031400", admitted_at="202503031400"),),
        FILED,
    ),
    Example(
        "An admission is taken back",
        named("ADT-22"),
        message("ADT^A11^ADT_A09", segments("EVN||20250303150000", times="202503031400")),
        (event("A11", "202503031400", admitted_at="202503031400"),),
        TAKEN_BACK,
    ),
    Example(
        "A message without PV1 still says when, and is reported",
        named("ADT-22"),
        message("ADT^A01^ADT_A01", "EVN||20250303||||202503031400"),
        (Encounter("A01", "", "202503031400", "", "", "", "", "", "", "", ""),),
        findings=("REQ-SEG-PV1",),
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
