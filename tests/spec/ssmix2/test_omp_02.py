"""OMP-02 注射オーダ: message in, records out."""

import pytest

from hie.record.clinical import Coding, MedicationRequest, ResearchStudy
from hie.record.entry import DocumentClass, EntryStatus
from tests.messages import of, read
from tests.spec.ssmix2.desk import DRUG, RESULT, TAKEN_BACK
from tests.spec.ssmix2.example import Example, check, message, named, says

MESSAGE = "RDE^O11^RDE_O11"
ORDER = (
    "ORC|NW|000000000700101||000000000700101_01_{administration:03}|||||20250303090500||||||||08^循環器科^HL70069"
    "\n"
)
INFUSION = (
    "RXE||00^一般^JHSI0002|510||ML^mL^MR9P|INJ^注射剤^MR9P|^ゆっくり^JHSIC006||||||||||||||FTP^定時^JHSI0001"
    "||102|ml/hr^mL/h^ISO+|||02^点滴^JHSI0009\n"
    "TQ1|1||||||20250303{hour}|20250303{end}\n"
    "RXR|IV^静脈内^HL70162|ARM^腕^HL70550\n"
    "RXC|B|999200101^見本輸液^HOT9|500|ML^mL^MR9P\n"
    "RXC|A|999200202^見本注射薬^HOT9^L1^院内薬^99LOC|1|AMP^アンプル^MR9P|5|MG^mg^MR9P|03^劇薬^JHSI0005~^側管から^JHSIC009\n"
)
TWICE = "".join(
    ORDER.format(administration=number) + INFUSION.format(hour=hour, end=end)
    for number, hour, end in ((1, "09", "14"), (2, "2130", "2512"))
)


DRIP = DRUG._replace(
    group="01_001",
    medication=Coding("999200101", "見本輸液", "HOT9"),
    dose="500",
    dose_unit="mL",
    form="注射剤",
    start="2025030309",
    end="2025030314",
    category=Coding("02", "点滴", "JHSI0009"),
    dispensing=("定時",),
    instructions=("ゆっくり",),
    route=Coding("IV", "静脈内", "HL70162"),
    site=Coding("ARM", "腕", "HL70550"),
    component="B",
    rate="102 mL/h",
    volume="510 mL",
    orderer="",
    injection_kind=Coding("00", "一般", "JHSI0002"),
)
ADDED = DRIP._replace(
    medication=Coding("999200202", "見本注射薬", "HOT9"),
    local=Coding("L1", "院内薬", "99LOC"),
    dose="1",
    dose_unit="アンプル",
    instructions=("ゆっくり", "劇薬", "側管から"),
    component="A",
    strength="5 mg",
)


def at_night(drug: MedicationRequest) -> MedicationRequest:
    """Give the second administration."""
    return drug._replace(group="01_002", start="202503032130", end="202503040112")


EXAMPLES = (
    Example(
        "A mixture given twice: hours after midnight belong to the next day",
        named("OMP-02"),
        message(MESSAGE, TWICE),
        (DRIP, ADDED, at_night(DRIP), at_night(ADDED)),
        {
            "document_class": DocumentClass.INJECTION,
            "status": EntryStatus.APPROVED,
            "service_day": 20250303,
            "department": "08",
            "item_count": 4,
        },
    ),
    Example(
        "Device and method of the injection, a result that stands with it, and a trial",
        named("OMP-02"),
        message(
            MESSAGE,
            ORDER.format(administration=1)
            + INFUSION.format(hour="09", end="14").replace(
                "ARM^腕^HL70550", "ARM^腕^HL70550|IVP^点滴ポンプ^HL70164|102^点滴静注^99ILL"
            )
            + "OBX|1|NM|9N006000000000001^体重^JC10||52.3|kg^kg^ISO+|||||O\nCTI|TRIAL-7",
        ),
        (
            *(
                one._replace(
                    device=Coding("IVP", "点滴ポンプ", "HL70164"), method=Coding("102", "点滴静注", "99ILL")
                )
                for one in (DRIP, ADDED)
            ),
            RESULT._replace(
                code=Coding("9N006000000000001", "体重", "JC10"),
                value="52.3",
                value_text="52.3",
                value_type="NM",
                unit="kg",
                unit_code="kg",
                status="O",
            ),
            ResearchStudy("TRIAL-7", Coding(), Coding()),
        ),
        {"item_count": 2},
    ),
    Example(
        "An injection is taken back",
        named("OMP-02"),
        message(
            MESSAGE,
            ORDER.format(administration=1).replace("ORC|NW|", "ORC|CA|")
            + INFUSION.format(hour="09", end="14"),
        ),
        (DRIP._replace(status="CA"), ADDED._replace(status="CA")),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)


def test_every_component_of_every_administration_becomes_a_request() -> None:
    reading = read("OMP-02", MESSAGE, TWICE)
    assert [
        (one.group, one.component, one.medication.text, one.dose) for one in of(reading, MedicationRequest)
    ] == [
        ("01_001", "B", "見本輸液", "500"),
        ("01_001", "A", "見本注射薬", "1"),
        ("01_002", "B", "見本輸液", "500"),
        ("01_002", "A", "見本注射薬", "1"),
    ]
    additive = of(reading, MedicationRequest)[1]
    assert additive.local == Coding("L1", "院内薬", "99LOC")
    assert additive.dose_unit == "アンプル"
    assert additive.instructions == ("ゆっくり", "劇薬", "側管から")
    assert additive.rate == "102 mL/h"
    assert additive.category == Coding("02", "点滴", "JHSI0009")
    assert additive.dispensing == ("定時",)
    assert (additive.route.code, additive.site.text) == ("IV", "腕")
    assert (additive.start, additive.end) == ("2025030309", "2025030314")
    assert reading.findings == ()


def test_hours_after_midnight_belong_to_the_next_day() -> None:
    assert of(read("OMP-02", MESSAGE, TWICE), MedicationRequest)[3].end == "202503040112"


def test_the_entry_counts_components() -> None:
    facts = read("OMP-02", MESSAGE, TWICE).facts
    assert facts.document_class is DocumentClass.INJECTION
    assert (facts.item_count, facts.service_day, facts.department) == (4, 20250303, "08")


def test_an_order_without_components_keeps_its_kind_and_is_reported() -> None:
    body = ORDER.format(administration=1) + "RXE||01^血液製剤^JHSI0002|200||ML^mL^MR9P\n"
    reading = read("OMP-02", MESSAGE, body)
    (record,) = of(reading, MedicationRequest)
    assert (record.medication.text, record.component, record.rate) == ("血液製剤", "", "")
    assert [finding.code for finding in reading.findings] == ["REQ-SEG-RXC"]


def test_a_rate_may_be_said_in_hours() -> None:
    body = ORDER.format(administration=1) + INFUSION.format(hour="09", end="14").replace(
        "|102|ml/hr^mL/h^ISO+", "H1||"
    )
    assert of(read("OMP-02", MESSAGE, body), MedicationRequest)[0].rate == "H1"


def test_an_order_without_a_tail_keeps_the_rp_number_alone() -> None:
    body = ORDER.format(administration=1).replace("_001|", "|") + INFUSION.format(hour="09", end="14")
    assert {one.group for one in of(read("OMP-02", MESSAGE, body), MedicationRequest)} == {"01"}


def test_a_message_without_an_order_is_reported() -> None:
    reading = read("OMP-02", MESSAGE, "PV1||I")
    assert [finding.code for finding in reading.findings] == ["REQ-SEG-RXE"]
