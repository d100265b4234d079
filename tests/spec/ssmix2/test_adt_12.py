"""ADT-12 外来診察の受付: message in, records out."""

import pytest

from hie.record.clinical import Encounter
from hie.record.entry import DocumentClass, EntryStatus
from tests.spec.ssmix2.example import Example, check, message, named, read, says
from tests.spec.ssmix2.ward import DOCTOR

RECEPTION = message(
    "ADT^A04^ADT_A01",
    f"EVN||20250303091000\nPV1|0001|O|08^^^^^C||||{DOCTOR}|||08{'|' * 34}20250303090512",
)
VISIT = Encounter("A04", "O", "20250303090512", "20250303090512", "", "08", "", "", "", "服部 愛", "")
EXAMPLES = (
    Example(
        "A reception is a visit at its time",
        named("ADT-12"),
        RECEPTION,
        (VISIT,),
        {
            "document_class": DocumentClass.ENCOUNTER,
            "status": EntryStatus.APPROVED,
            "service_day": 20250303,
            "department": "08",
            "item_count": 1,
        },
    ),
    Example(
        "There is no cancel event: the flag of the file takes a reception back",
        named("ADT-12", flag="0"),
        RECEPTION,
        (VISIT,),
        {"status": EntryStatus.WITHDRAWN},
    ),
    Example(
        "Without PV1-44 the visit was when EVN-6 says",
        named("ADT-12"),
        message("ADT^A04^ADT_A01", "EVN||20250303||||20250303085900\nPV1|1|O"),
        (Encounter("A04", "O", "20250303085900", "", "", "", "", "", "", "", ""),),
    ),
    Example(
        "Without any time it was on the day of the folder",
        named("ADT-12"),
        message("ADT^A04^ADT_A01", "EVN||20250303\nPV1|1|O"),
        (Encounter("A04", "O", "20250303", "", "", "", "", "", "", "", ""),),
    ),
    Example(
        "A file without a folder's day or any time has none",
        named("ADT-12", "-"),
        message("ADT^A04^ADT_A01", "EVN||20250303\nPV1|1|O"),
        (Encounter("A04", "O", "", "", "", "", "", "", "", "", ""),),
    ),
)
MISPLACED_TYPE = "D0900^服部^愛^^^^^^^^L^^^^^I"


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)


@pytest.mark.parametrize(
    ("place", "eighth", "tenth", "department"),
    [
        ("08^^^^^C", "", "05", "05"),
        ("08^^^^^C", "10", "", "10"),
        ("08^^^^^C", DOCTOR, "", "08"),
        ("08^^^^^C", "", "", "08"),
        ("3E^312^2^^^N", "", "", ""),
    ],
)
def test_the_department_is_found_where_it_was_put(
    place: str, eighth: str, tenth: str, department: str
) -> None:
    body = f"EVN||20250303\nPV1|1|O|{place}||||{MISPLACED_TYPE}|{eighth}||{tenth}"
    reading = read(Example("", named("ADT-12"), message("ADT^A04^ADT_A01", body), ()))
    assert reading.facts.department == department
    assert [one.attending for one in reading.records if isinstance(one, Encounter)] == ["服部 愛"]
