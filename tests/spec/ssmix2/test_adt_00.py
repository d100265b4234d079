"""ADT-00 患者基本情報: message in, records out."""

import pytest

from hie.record.clinical import AllergyIntolerance, Coding, Contact, Coverage, Demographics, Observation
from hie.record.entry import DocumentClass, EntryStatus
from hie.record.identifiers import LocalPatientId
from hie.record.people import HumanName, PatientFacts, Sex
from hie.record.times import Day
from tests.messages import FACILITY, of, read
from tests.spec.ssmix2.example import Example, check, named, says
from tests.spec.ssmix2.example import read as read_example

MESSAGE = "ADT^A08^ADT_A01"
HEAD = (
    "MSH|^~\\&|KARTE9|HOSP|GW|RCV|20250303091500.000||{message}|20250303000001|P|2.5||||||~ISO IR87\n"
    "EVN||20250303091400|||U0009\n"
)
BODY = """
PID|0001||0000700007^^^^PI||期日^五郎^^^^^L^I~キジツ^ゴロウ^^^^^L^P||19581103|M|||^^^^999-0007^JPN^B^勤務先町~^^^^999-0003^JPN^H^見本県試験市三丁目３番３号||^EMR^PH^^^^^^^^^090-0000-1111~^PRN^PH^^^^^^^^^099-000-3333|099-000-5555|||||||||||||||||||20250303091350
NK1|1|期日^愛^^^^^L^I~キジツ^アイ^^^^^L^P|SPO^配偶者^HL70063|^^^^999-0003^JPN^H^見本県試験市三丁目３番３号|^PRN^PH^^^^^^^^^099-000-3333
PV1|0001|O|08^^^^^C
DB1|1|PT||N
OBX|1|NM|9N001000000000001^身長^JC10||171.5|cm^cm^ISO+|||||F|||20250301
OBX|2|CWE|5H010000009199911^^JC10||A^A^JSHR002||||||F
OBX|3|ST|99X^備考^99LOC||なし||||||F
AL1|1|DA^薬剤アレルギー^HL70127|P09^見本抗菌薬^99ALG|MO^中等度^HL70128|発疹
IN1|1|39^後期高齢者^JHSD0001|39999999|||||||123~1234567~01||20240401|20260331||MI||SEL^本人^HL70063
IN1|2|06^組合^JHSD0001||見本健保^D||||||123456|11010203
IN1|3|54^指定難病^JHSD0001|""
"""


WHO = PatientFacts(
    LocalPatientId(FACILITY, "0000700007"),
    HumanName("期日", "五郎", "キジツ", "ゴロウ"),
    Day(19581103),
    Sex.MALE,
)
WIFE = Contact(
    name=HumanName("期日", "愛", "キジツ", "アイ"),
    relationship=Coding("SPO", "配偶者", "HL70063"),
    address="見本県試験市三丁目３番３号",
    postal_code="999-0003",
    home_phone="099-000-3333",
    work_phone="",
)
PERSON = Demographics(
    patient=WHO,
    address="見本県試験市三丁目３番３号",
    postal_code="999-0003",
    home_phone="099-000-3333",
    work_phone="099-000-5555",
    updated_at="20250303091350",
    contacts=(WIFE,),
    disabled="N",
)


def measured(code: Coding, value: str, shown: str, kind: str, unit: str = "", at: str = "") -> Observation:
    """Give a measurement of the profile; code and text of its unit are the same."""
    return Observation(
        code, Coding(), value, shown, kind, unit, unit, "", "", "F", at, Coding(), Coding(), ""
    )


PROFILE = (
    measured(Coding("9N001000000000001", "身長", "JC10"), "171.5", "171.5", "NM", "cm", "20250301"),
    measured(Coding("5H010000009199911", "血液型-ABO式", "JC10"), "A^A", "A", "CWE"),
    measured(Coding("99X", "備考", "99LOC"), "なし", "なし", "ST"),
)
ALLERGY = AllergyIntolerance(
    Coding("DA", "薬剤アレルギー", "HL70127"),
    Coding("P09", "見本抗菌薬", "99ALG"),
    Coding("MO", "中等度", "HL70128"),
    "発疹",
)
COVERAGES = (
    Coverage(
        kind=Coding("39", "後期高齢者", "JHSD0001"),
        insurer="39999999",
        start="20240401",
        end="20260331",
        symbol="123",
        number="1234567",
        branch="01",
        plan="MI",
        relationship=Coding("SEL", "本人", "HL70063"),
    ),
    Coverage(
        kind=Coding("06", "組合", "JHSD0001"),
        insurer="見本健保",
        start="",
        end="",
        number="123456",
        group="11010203",
    ),
    Coverage(Coding("54", "指定難病", "JHSD0001"), "", "", ""),
)
EXAMPLES = (
    Example(
        "One message gives person, contact, measurements, allergies and insurance",
        named("ADT-00", "-"),
        HEAD.format(message=MESSAGE) + BODY.strip("\n"),
        (PERSON, *PROFILE, ALLERGY, *COVERAGES),
        {
            "document_class": DocumentClass.DEMOGRAPHICS,
            "status": EntryStatus.APPROVED,
            "service_day": 20250303,
            "item_count": 1,
        },
    ),
    Example(
        "The record of a patient is taken back",
        named("ADT-00", "-"),
        HEAD.format(message="ADT^A23^ADT_A21") + BODY.strip("\n").split("\n", maxsplit=1)[0] + "\nPV1|0001|O",
        (PERSON._replace(contacts=(), disabled=""),),
        {"status": EntryStatus.WITHDRAWN},
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
    assert read_example(example).patient == WHO


def test_the_entry_is_one_item_of_the_day_it_was_sent() -> None:
    facts = read("ADT-00", MESSAGE, BODY, date="-", head=HEAD).facts
    assert facts.document_class is DocumentClass.DEMOGRAPHICS
    assert (facts.item_count, facts.service_day, facts.department) == (1, 20250303, "")


def test_an_address_in_parts_is_put_together_and_phones_may_be_missing() -> None:
    body = (
        "PID|0001||0000700007||期日^五郎||19581103|F|||三丁目^３番^試験市^見本県^999-0003||^EMR^PH^^^^^^^^^090-0000-1111\n"
        "IN1|1|06^組合^JHSD0001||見本健保^D"
    )
    reading = read("ADT-00", MESSAGE, body, date="-", head=HEAD)
    (person,), (insurance,) = of(reading, Demographics), of(reading, Coverage)
    assert (person.address, person.postal_code) == ("見本県試験市三丁目３番", "999-0003")
    assert (person.home_phone, person.work_phone) == ("", "")
    assert insurance.insurer == "見本健保"


def test_an_explicit_null_is_nothing_and_no_text() -> None:
    body = (
        'PID|0001||0000700007||期日^五郎||19581103|F|||""||""|^PRN^PH^^^^^^^^^""\n'
        'NK1|1|期日^愛|""|^^^^""^JPN^H^""|""\nDB1|1|PT||""\nAL1|1|""|P09^見本抗菌薬^99ALG||""\n'
        'IN1|1|06^組合^JHSD0001|""|""||||||""~""|""|||| |""'
    )
    reading = read("ADT-00", MESSAGE, body, date="-", head=HEAD)
    assert reading.patient is not None
    assert reading.records == (
        Demographics(
            patient=reading.patient,
            address="",
            postal_code="",
            home_phone="",
            work_phone="",
            updated_at="",
            contacts=(Contact(HumanName("期日", "愛"), Coding(), "", "", "", ""),),
            disabled="",
        ),
        AllergyIntolerance(Coding(), Coding("P09", "見本抗菌薬", "99ALG"), Coding(), ""),
        Coverage(Coding("06", "組合", "JHSD0001"), "", "", ""),
    )


def test_a_message_that_names_nobody_gives_no_person() -> None:
    nameless = read("ADT-00", MESSAGE, "PID|0001||||||19581103|M", date="-", head=HEAD)
    assert (nameless.patient, nameless.records) == (None, ())
    assert [finding.code for finding in nameless.findings] == ["REQ-PID-3"]
    empty = read("ADT-00", MESSAGE, "PV1||O", date="-", head=HEAD)
    assert (empty.patient, empty.records) == (None, ())
    assert [finding.code for finding in empty.findings] == ["REQ-SEG-PID"]
