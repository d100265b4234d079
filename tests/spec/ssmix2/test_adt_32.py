"""ADT-32 外出泊帰院実施: message in, records out."""

import pytest

from tests.spec.ssmix2.example import Example, check, message, named, says
from tests.spec.ssmix2.ward import FILED, TAKEN_BACK, event, segments

EXAMPLES = (
    Example(
        "A patient is back from leave",
        named("ADT-32"),
        message("ADT^A22^ADT_A21", segments("EVN||20250303171000||||202503031655")),
        (event("A22", "202503031655"),),
        FILED,
    ),
    Example(
        "A return is taken back: filed under the planned return",
        named("ADT-32"),
        message(
            "ADT^A53^ADT_A52",
            segments("EVN||20250303180000||||202503021655", "PV2" + "|" * 47 + "20250303"),
        ),
        (event("A53", "202503021655", expected_return="20250303"),),
        TAKEN_BACK,
    ),
    Example(
        "A taken back return without EVN-6 is dated by the planned one",
        named("ADT-32"),
        message("ADT^A53^ADT_A52", segments("EVN||20250303180000", "PV2" + "|" * 47 + "20250303")),
        (event("A53", "20250303", expected_return="20250303"),),
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
