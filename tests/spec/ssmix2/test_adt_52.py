"""ADT-52 退院実施: message in, records out."""

import pytest

from tests.spec.ssmix2.example import Example, check, message, named, says
from tests.spec.ssmix2.ward import FILED, TAKEN_BACK, event, segments

TIMES = "202502201400|202503031000"
LEFT = {"admitted_at": "202502201400", "discharged_at": "202503031000"}
EXAMPLES = (
    Example(
        "A discharge says when the patient left and how",
        named("ADT-52"),
        message("ADT^A03^ADT_A03", segments("EVN||20250303101000", disposition="20", times=TIMES)),
        (event("A03", "202503031000", disposition="20", **LEFT),),
        FILED,
    ),
    Example(
        "A discharge is taken back",
        named("ADT-52"),
        message("ADT^A13^ADT_A01", segments("EVN||20250303110000", times=TIMES)),
        (event("A13", "202503031000", **LEFT),),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
