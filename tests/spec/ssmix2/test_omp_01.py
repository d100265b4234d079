"""OMP-01 処方オーダ: message in, records out."""

import pytest

from hie.record.clinical import Coding, MedicationRequest
from hie.record.entry import DocumentClass, EntryStatus
from tests.messages import of, read
from tests.spec.ssmix2.desk import ALLERGY, KNOWN, TAKEN_BACK, VISIT
from tests.spec.ssmix2.example import Example, check, message, named, says

MESSAGE = "RDE^O11^RDE_O11"
ORC = (
    "ORC|NW|000000000700101||{group}|||||20250303090500|||D0900^服部^愛^^^^^^^L^^^^^I|||||08^循環器科^HL70069"
)
CRUSHED = "D^粉砕^JHSP0002~^食事と共に^99YJ"
INTERNAL = "21^内服^JHSP0003"
TABLET = "999100101^見本降圧剤錠^HOT9"
TAIL = "||||RX0303-9||||{daily}||OHP^外来処方^MR9P~OHO^院外処方^MR9P||||||{category}"


def drug(
    group: str, code: str, dose: str, total: str, *, category: str = "21^内服^JHSP0003", daily: str = ""
) -> str:
    """Write ORC and RXE."""
    return (
        ORC.format(group=group)
        + f"\nRXE||{code}|{dose}||TAB^錠^MR9P|TAB^錠剤^MR9P|{CRUSHED}|||{total}|TAB^錠^MR9P"
        + TAIL.format(daily=daily, category=category)
        + "\n"
    )


PRESCRIPTION = (
    "PV1||O|08^^^^^C||||D0900^服部^愛^^^^^^^L^^^^^I|||08\n"
    + drug(
        "000000000700101_01_001",
        "999100101^見本降圧剤錠^HOT9^L77^院内降圧^99LOC",
        "1",
        "28",
        daily="1^TAB&錠&MR9P",
    )
    + "TQ1|1||1011000400000000&朝食後&JAMISDP01~I1100000&隔日&JAMISDP01|||28^D&日&ISO+|20250303\n"
    + "RXR|PO^口^HL70162\n"
    + drug("000000000700101_02_001", "999100303^見本鎮痛錠^HOT9", "1", "10", category="22^頓用^JHSP0003")
    + "TQ1|1||1050110020000000&疼痛時&JAMISDP01||||20250303|2025031024|||１日２回まで|||10\n"
    + "RXR|PO^口^HL70162\n"
    + drug(
        "000000000700101_03_001", "999100404^見本軟膏^HOT9", '""', "2", category="23^外用^JHSP0003"
    ).replace("TAB^錠^MR9P|TAB^錠剤", '""|OIT^軟膏')
    + "TQ1|1||2B72000000000000&塗布１日２回&JAMISDP01||||20250303\n"
    + "RXR|AP^外用^HL70162|77R^右手^JAMISDP01\n"
)


TABLET_TAKEN = MedicationRequest(
    order_number="000000000700101",
    group="01",
    medication=Coding("999100101", "見本降圧剤錠", "HOT9"),
    local=Coding("L77", "院内降圧", "99LOC"),
    dose="1",
    dose_unit="錠",
    daily_dose="1",
    total="28",
    total_unit="錠",
    form="錠剤",
    usage=Coding("1011000400000000", "朝食後", "JAMISDP01"),
    usage_supplements=("隔日",),
    days="28",
    occurrences="",
    start="20250303",
    end="",
    condition="",
    category=Coding("21", "内服", "JHSP0003"),
    dispensing=("外来処方", "院外処方"),
    instructions=("粉砕", "食事と共に"),
    route=Coding("PO", "口", "HL70162"),
    site=Coding(),
    component="",
    rate="",
    prescription_number="RX0303-9",
    status="NW",
    ordered_at="20250303090500",
    orderer="服部 愛",
    injection_kind=Coding(),
)
WHEN_NEEDED = TABLET_TAKEN._replace(
    group="02",
    medication=Coding("999100303", "見本鎮痛錠", "HOT9"),
    local=Coding(),
    daily_dose="",
    total="10",
    usage=Coding("1050110020000000", "疼痛時", "JAMISDP01"),
    usage_supplements=(),
    days="",
    occurrences="10",
    end="202503102359",
    condition="１日２回まで",
    category=Coding("22", "頓用", "JHSP0003"),
)
OINTMENT = TABLET_TAKEN._replace(
    group="03",
    medication=Coding("999100404", "見本軟膏", "HOT9"),
    local=Coding(),
    dose='""',
    dose_unit='""',
    daily_dose="",
    total="2",
    form="軟膏",
    usage=Coding("2B72000000000000", "塗布１日２回", "JAMISDP01"),
    usage_supplements=(),
    days="",
    category=Coding("23", "外用", "JHSP0003"),
    route=Coding("AP", "外用", "HL70162"),
    site=Coding("77R", "右手", "JAMISDP01"),
)
EXAMPLES = (
    Example(
        "A drug by the day, one when needed, an ointment; 24 hours are the end of that day",
        named("OMP-01"),
        message(MESSAGE, PRESCRIPTION),
        (TABLET_TAKEN, WHEN_NEEDED, OINTMENT),
        {
            "document_class": DocumentClass.PRESCRIPTION,
            "status": EntryStatus.APPROVED,
            "service_day": 20250303,
            "department": "08",
            "item_count": 3,
        },
    ),
    Example(
        "A drug of uneven doses that may be dispensed again, its strength, and an allergy that was known",
        named("OMP-01"),
        message(
            MESSAGE,
            f"{VISIT}\n{KNOWN}\n{ORC.format(group='1')}\n"
            f"RXE||{TABLET}|1|2|TAB^錠^MR9P|TAB^錠剤^MR9P|{CRUSHED}|||28|TAB^錠^MR9P|2"
            f"{TAIL[1:].format(daily='', category=INTERNAL).replace('||||||21', '||||5|MG^mg^MR9P|21')}\n"
            "TQ1|1||1011000400000000&朝食後&JAMISDP01|||28^d|20250303\nRXR|PO^口^HL70162",
        ),
        (
            TABLET_TAKEN._replace(
                local=Coding(),
                dose_max="2",
                strength="5 mg",
                daily_dose="",
                usage_supplements=(),
                refills="2",
            ),
            ALLERGY,
        ),
        {"item_count": 1},
    ),
    Example(
        "A prescription whose drugs are all cancelled is taken back",
        named("OMP-01"),
        message(MESSAGE, PRESCRIPTION.replace("ORC|NW|", "ORC|CA|")),
        tuple(one._replace(status="CA") for one in (TABLET_TAKEN, WHEN_NEEDED, OINTMENT)),
        TAKEN_BACK,
    ),
    Example(
        "An order for a day that has passed stands on the day it was for",
        named("OMP-01"),
        message(MESSAGE, PRESCRIPTION.replace("ISO+|20250303", "ISO+|2025022809")),
        (TABLET_TAKEN._replace(start="2025022809"), WHEN_NEEDED, OINTMENT),
        {"service_day": 20250228},
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)


def test_a_daily_dose_that_is_null_is_none() -> None:
    body = PRESCRIPTION.replace("1^TAB&錠&MR9P", '""').replace("OHP^外来処方^MR9P~OHO^院外処方^MR9P", '""')
    first = of(read("OMP-01", MESSAGE, body), MedicationRequest)[0]
    assert (first.daily_dose, first.dispensing) == ("", ())


def test_the_entry_stands_on_the_day_of_the_order() -> None:
    facts = read("OMP-01", MESSAGE, PRESCRIPTION).facts
    assert facts.document_class is DocumentClass.PRESCRIPTION
    assert (facts.item_count, facts.abnormal_count, facts.service_day) == (3, 0, 20250303)
    assert facts.department == "08"


def test_a_late_order_stands_on_the_day_it_was_for() -> None:
    late = PRESCRIPTION.replace("ISO+|20250303", "ISO+|2025022809")
    assert read("OMP-01", MESSAGE, late).facts.service_day == 20250228
    early = PRESCRIPTION.replace("|20250303\n", "|20250401\n")
    assert read("OMP-01", MESSAGE, early).facts.service_day == 20250303, "a start to come changes nothing"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1", "01"),
        ("12", "12"),
        ("000000000700101_07", "07"),
        ("000000000700101_07_003", "07"),
        ("000000000700101_7_003^LOC", "07"),
    ],
)
def test_the_rp_number_is_read_from_every_spelling(written: str, number: str) -> None:
    body = drug(written, "999100101^見本錠^HOT9", "1", "7")
    assert of(read("OMP-01", MESSAGE, body), MedicationRequest)[0].group == number


@pytest.mark.parametrize("written", ["", "000000000700101", "Rp1", "000000000700101_001", "_"])
def test_without_rp_numbers_neighbours_with_one_usage_share_one(written: str) -> None:
    morning = "TQ1|1||1011000400000000&朝食後&JAMISDP01|||7^d|20250303\n"
    evening = "TQ1|1||1011004000000000&夕食後&JAMISDP01|||7^d|20250303\n"
    body = "".join(
        drug(written, f"99910010{place}^見本錠^HOT9", "1", "7") + usage
        for place, usage in enumerate((morning, morning, evening, morning))
    )
    records = of(read("OMP-01", MESSAGE, body), MedicationRequest)
    assert [one.group for one in records] == ["01", "01", "02", "03"]


def test_usage_in_components_and_usage_in_words_are_read() -> None:
    usages = {
        "1013044400000000^１日３回毎食後^JAMISDP01": Coding(
            "1013044400000000", "１日３回毎食後", "JAMISDP01"
        ),
        "&１日３回^&": Coding("", "１日３回", ""),
        "1013044400000000": Coding("1013044400000000", "", ""),
        "": Coding(),
    }
    for written, usage in usages.items():
        body = drug("1", "999100101^見本錠^HOT9", "1", "7") + f"TQ1|1||{written}|||7^d\n"
        assert of(read("OMP-01", MESSAGE, body), MedicationRequest)[0].usage == usage


@pytest.mark.parametrize(
    ("duration", "days"),
    [
        ("5^d", "5"),
        ("5^D&日&ISO+", "5"),
        ("5^D^日^ISO+", "5"),
        ("5^&日", "5"),
        ("5^hr", ""),
        ("5", ""),
        ("", ""),
    ],
)
def test_a_duration_counts_only_in_days(duration: str, days: str) -> None:
    body = drug("1", "999100101^見本錠^HOT9", "1", "7") + f"TQ1|1||&朝|||{duration}\n"
    assert of(read("OMP-01", MESSAGE, body), MedicationRequest)[0].days == days


def test_two_drugs_under_one_order_and_segments_out_of_place_are_read() -> None:
    body = (
        ORC.format(group="1")
        + "\nTQ1|1||&朝食後&|||7^d\nRXE||999100101^甲^HOT9|1\nRXR|PO^口^HL70162\nRXR|SL^舌下^HL70162\n"
        + "TQ1|2||&夕食後&|||3^d\nRXE||999100102^乙^HOT9|2\n"
    )
    first, second = of(read("OMP-01", MESSAGE, body), MedicationRequest)
    assert (first.usage.text, first.days, first.route.code) == ("朝食後", "7", "PO")
    assert (second.medication.text, second.group, second.usage) == ("乙", "01", Coding())


def test_a_message_without_a_drug_is_reported() -> None:
    reading = read("OMP-01", MESSAGE, "PV1||O|||||D|||08\n" + ORC.format(group="1"))
    assert reading.records == ()
    assert reading.facts.department == "08"
    assert [finding.code for finding in reading.findings] == ["REQ-SEG-RXE"]


def test_a_prescription_of_cancelled_drugs_only_is_withdrawn() -> None:
    cancelled = PRESCRIPTION.replace("ORC|NW|", "ORC|CA|")
    assert read("OMP-01", MESSAGE, cancelled).facts.status is EntryStatus.WITHDRAWN
    partly = PRESCRIPTION.replace("ORC|NW|", "ORC|CA|", 1)
    reading = read("OMP-01", MESSAGE, partly)
    assert reading.facts.status is EntryStatus.APPROVED
    assert [one.status for one in of(reading, MedicationRequest)] == ["CA", "NW", "NW"]
