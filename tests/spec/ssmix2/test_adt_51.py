"""ADT-51 退院予定: message in, records out."""

import pytest

from tests.spec.ssmix2.example import Example, check, message, named, says
from tests.spec.ssmix2.ward import FILED, TAKEN_BACK, event, segments

EXAMPLES = (
    Example(
        "A discharge is planned for PV2-9",
        named("ADT-51"),
        message(
            "ADT^A16^ADT_A16",
            segments("EVN||20250301090000|20250303", "PV2|||||||||202503031000", times="202502201400"),
        ),
        (event("A16", "202503031000", admitted_at="202502201400"),),
        FILED,
    ),
    Example(
        "A planned discharge is taken back",
        named("ADT-51"),
        message("ADT^A25^ADT_A21", segments("EVN||20250302090000|20250303", "PV2|||||||||20250303")),
        (event("A25", "20250303"),),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
