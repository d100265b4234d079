"""ADT-21 入院予定: message in, records out."""

import pytest

from hie.record.clinical import Place
from tests.spec.ssmix2.example import Example, check, message, named, says
from tests.spec.ssmix2.ward import FILED, TAKEN_BACK, event, segments

EXAMPLES = (
    Example(
        "An admission is planned for a day, with the day it is to end",
        named("ADT-21"),
        message("ADT^A14^ADT_A05", segments("EVN||20250225103000|20250303", "PV2||||||||20250303|20250312")),
        (event("A14", "20250303", expected_discharge="20250312"),),
        FILED,
    ),
    Example(
        "A planned admission is taken back, and the bed that was kept is named",
        named("ADT-21"),
        message(
            "ADT^A27^ADT_A21", segments("EVN||20250301090000|20250303", "PV2|3E^312^2^^^N|||||||20250303")
        ),
        (event("A27", "20250303", reserved=Place("", "3E", "312", "2")),),
        TAKEN_BACK,
    ),
    Example(
        "A plan without PV2 is dated by EVN-3 and reported",
        named("ADT-21"),
        message("ADT^A14^ADT_A05", segments("EVN||20250225103000|20250303")),
        (event("A14", "20250303"),),
        findings=("REQ-SEG-PV2",),
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
