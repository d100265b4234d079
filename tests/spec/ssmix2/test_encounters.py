"""ADT-12, ADT-22, ADT-52 受付・入院・退院: message in, records out."""

import pytest

from hie.record.clinical import Encounter
from hie.record.entry import DocumentClass, EntryStatus
from tests.messages import of, read

DOCTOR = "D0900^服部^愛^^^^^^^L^^^^^I"
TO_36, TO_44 = "|" * 26, "|" * 8
WARD = f"EVN||20250303091000\nPV1|0001|I|3E^312^2^^^N||||{DOCTOR}|||05{TO_36}{{disposition}}{TO_44}{{times}}"
MISPLACED_TYPE = "D0900^服部^愛^^^^^^^^L^^^^^I"


def test_a_reception_is_a_visit_at_its_time() -> None:
    body = f"EVN||20250303091000\nPV1|0001|O|08^^^^^C||||{DOCTOR}|||08{'|' * 34}20250303090512"
    reading = read("ADT-12", "ADT^A04^ADT_A01", body)
    assert reading.records == (
        Encounter(
            event="A04",
            patient_class="O",
            at="20250303090512",
            admitted_at="20250303090512",
            discharged_at="",
            department="08",
            ward="",
            room="",
            bed="",
            attending="服部 愛",
            disposition="",
        ),
    )
    assert reading.facts.document_class is DocumentClass.ENCOUNTER
    assert (reading.facts.item_count, reading.facts.department) == (1, "08")


def test_an_admission_says_where_and_a_discharge_how() -> None:
    arrival = read("ADT-22", "ADT^A01^ADT_A01", WARD.format(disposition="", times="202503031400"))
    (admission,) = of(arrival, Encounter)
    assert (admission.event, admission.at, admission.ward, admission.room, admission.bed) == (
        "A01",
        "202503031400",
        "3E",
        "312",
        "2",
    )
    times = "202502201400|202503031000"
    departure = read("ADT-52", "ADT^A03^ADT_A03", WARD.format(disposition="20", times=times))
    (discharge,) = of(departure, Encounter)
    assert (discharge.at, discharge.admitted_at, discharge.discharged_at, discharge.disposition) == (
        "202503031000",
        "202502201400",
        "202503031000",
        "20",
    )


@pytest.mark.parametrize(
    ("kind", "event", "status"),
    [
        ("ADT-22", "A01", EntryStatus.APPROVED),
        ("ADT-22", "A11", EntryStatus.WITHDRAWN),
        ("ADT-52", "A03", EntryStatus.APPROVED),
        ("ADT-52", "A13", EntryStatus.WITHDRAWN),
    ],
)
def test_a_cancel_event_withdraws_the_entry(kind: str, event: str, status: EntryStatus) -> None:
    reading = read(kind, f"ADT^{event}^ADT_A01", WARD.format(disposition="", times="202503031400"))
    assert reading.facts.status is status
    assert of(reading, Encounter)[0].event == event


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
    reading = read("ADT-12", "ADT^A04^ADT_A01", body)
    assert reading.facts.department == department
    assert of(reading, Encounter)[0].attending == "服部 愛"


def test_an_event_without_a_time_happened_when_evn_or_the_folder_says() -> None:
    happened = _visit("EVN||20250303||||20250303085900\nPV1|1|O")
    assert happened.at == "20250303085900"
    filed = _visit("EVN||20250303\nPV1|1|O")
    assert filed.at == "20250303"
    undated = _visit("PV1|1|O", date="-")
    assert undated.at == ""


def _visit(body: str, date: str = "20250303") -> Encounter:
    return of(read("ADT-12", "ADT^A04^ADT_A01", body, date=date), Encounter)[0]


def test_a_message_without_a_visit_is_reported() -> None:
    reading = read("ADT-22", "ADT^A01^ADT_A01", "EVN||20250303||||202503031400")
    (record,) = of(reading, Encounter)
    assert (record.event, record.at) == ("A01", "202503031400")
    assert [finding.code for finding in reading.findings] == ["REQ-SEG-PV1"]
