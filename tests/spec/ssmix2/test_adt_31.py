"""ADT-31 外出泊実施: message in, records out."""

import pytest

from tests.spec.ssmix2.example import Example, check, message, named, says
from tests.spec.ssmix2.ward import FILED, TAKEN_BACK, event, segments

EXAMPLES = (
    Example(
        "A patient goes on leave and says when they will be back",
        named("ADT-31"),
        message(
            "ADT^A21^ADT_A21",
            segments("EVN||20250303100500|20250305|02||202503031000", "PV2" + "|" * 47 + "202503051700"),
        ),
        (event("A21", "202503031000", expected_return="202503051700", reason="02"),),
        FILED,
    ),
    Example(
        "A leave is taken back",
        named("ADT-31"),
        message("ADT^A52^ADT_A52", segments("EVN||20250303110000||||202503031000")),
        (event("A52", "202503031000"),),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
