"""ADT-42 転科・転棟実施: message in, records out."""

import pytest

from hie.record.clinical import Place
from hie.record.entry import EntryStatus
from tests.spec.ssmix2.example import Example, check, message, named, says
from tests.spec.ssmix2.ward import BEFORE, FILED, TAKEN_BACK, event, segments

FROM = Place("", "5W", "501", "1")
MOVED = message("ADT^A02^ADT_A02", segments("EVN||20250303141000||||202503031400", prior=BEFORE))
EXAMPLES = (
    Example(
        "A patient moves to another ward and department",
        named("ADT-42"),
        MOVED,
        (event("A02", "202503031400", prior=FROM),),
        FILED,
    ),
    Example(
        "A file that a later transfer of the day superseded is still a transfer",
        named("ADT-42", flag="2"),
        MOVED,
        (event("A02", "202503031400", prior=FROM),),
        {"status": EntryStatus.DEPRECATED},
    ),
    Example(
        "A transfer is taken back",
        named("ADT-42"),
        message("ADT^A12^ADT_A09", segments("EVN||20250303150000||||202503031400", prior=BEFORE)),
        (event("A12", "202503031400", prior=FROM),),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
