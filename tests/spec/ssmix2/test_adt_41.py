"""ADT-41 転科・転棟予定: message in, records out."""

import pytest

from hie.record.clinical import Place
from tests.spec.ssmix2.example import Example, check, message, named, says
from tests.spec.ssmix2.ward import BEFORE, FILED, TAKEN_BACK, event, segments

FROM = Place("", "5W", "501", "1")
EXAMPLES = (
    Example(
        "A transfer is planned: where to, where from, and the day in PV2-8",
        named("ADT-41"),
        message(
            "ADT^A15^ADT_A15",
            segments("EVN||20250301090000||||20250303", "PV2||||||||20250303", prior=BEFORE),
        ),
        (event("A15", "20250303", prior=FROM),),
        FILED,
    ),
    Example(
        "A planned transfer is taken back",
        named("ADT-41"),
        message(
            "ADT^A26^ADT_A21",
            segments("EVN||20250302090000||||20250303", "PV2|3E^312^2^^^N|||||||20250303", prior=BEFORE),
        ),
        (event("A26", "20250303", prior=FROM, reserved=Place("", "3E", "312", "2")),),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
