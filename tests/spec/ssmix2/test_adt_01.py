"""ADT-01 担当医の変更: message in, records out."""

import pytest

from hie.record.entry import DocumentClass
from tests.spec.ssmix2.example import Example, check, message, named, says
from tests.spec.ssmix2.ward import TAKEN_BACK, event, segments

EXAMPLES = (
    Example(
        "A doctor takes over at the time of the event",
        named("ADT-01", "-"),
        message("ADT^A54^ADT_A54", segments("EVN||20250303091000||||20250303090000")),
        (event("A54", "20250303090000"),),
        {"document_class": DocumentClass.ENCOUNTER, "service_day": 20250303, "item_count": 1},
    ),
    Example(
        "A change without a time of its own counts from when it was recorded",
        named("ADT-01", "-"),
        message("ADT^A54^ADT_A54", segments("EVN||20250303091000")),
        (event("A54", "20250303091000"),),
    ),
    Example(
        "A change is taken back",
        named("ADT-01", "-"),
        message("ADT^A55^ADT_A52", segments("EVN||20250303120000||||20250303090000")),
        (event("A55", "20250303090000"),),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
