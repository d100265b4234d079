"""ADT-00 患者基本情報: message in, records out."""

from hie.record.clinical import AllergyIntolerance, Coding, Coverage, Demographics, Observation
from hie.record.entry import DocumentClass, EntryStatus
from hie.record.identifiers import LocalPatientId
from hie.record.people import HumanName, PatientFacts, Sex
from hie.record.times import Day
from tests.messages import FACILITY, of, read

MESSAGE = "ADT^A08^ADT_A01"
HEAD = (
    "MSH|^~\\&|KARTE9|HOSP|GW|RCV|20250303091500.000||{message}|20250303000001|P|2.5||||||~ISO IR87\n"
    "EVN||20250303091400|||U0009\n"
)
BODY = """
PID|0001||0000700007^^^^PI||期日^五郎^^^^^L^I~キジツ^ゴロウ^^^^^L^P||19581103|M|||^^^^999-0007^JPN^B^勤務先町~^^^^999-0003^JPN^H^見本県試験市三丁目３番３号||^EMR^PH^^^^^^^^^090-0000-1111~^PRN^PH^^^^^^^^^099-000-3333|099-000-5555|||||||||||||||||||20250303091350
NK1|1|期日^愛^^^^^L^I|SPO^配偶者^HL70063
PV1|0001|O|08^^^^^C
DB1|1|PT||N
OBX|1|NM|9N001000000000001^身長^JC10||171.5|cm^cm^ISO+|||||F|||20250301
OBX|2|CWE|5H010000009199911^^JC10||A^A^JSHR002||||||F
OBX|3|ST|99X^備考^99LOC||なし||||||F
AL1|1|DA^薬剤アレルギー^HL70127|P09^見本抗菌薬^99ALG|MO^中等度^HL70128|発疹
IN1|1|39^後期高齢者^JHSD0001|39999999|||||||||20240401|20260331
IN1|2|54^指定難病^JHSD0001|""
"""


def test_one_message_gives_person_measurements_allergies_and_insurance() -> None:
    reading = read("ADT-00", MESSAGE, BODY, date="-", head=HEAD)
    who = PatientFacts(
        LocalPatientId(FACILITY, "0000700007"),
        HumanName("期日", "五郎", "キジツ", "ゴロウ"),
        Day(19581103),
        Sex.MALE,
    )
    assert reading.patient == who
    (person,) = of(reading, Demographics)
    height, blood, remark = of(reading, Observation)
    (allergy,) = of(reading, AllergyIntolerance)
    insurance, expense = of(reading, Coverage)
    assert person == Demographics(
        patient=who,
        address="見本県試験市三丁目３番３号",
        postal_code="999-0003",
        home_phone="099-000-3333",
        work_phone="099-000-5555",
        updated_at="20250303091350",
    )
    assert (height.value, height.unit, height.observed_at) == ("171.5", "cm", "20250301")
    assert (blood.code.text, blood.value, blood.value_text) == ("血液型-ABO式", "A^A", "A")
    assert (remark.code.text, remark.value) == ("備考", "なし")
    assert allergy == AllergyIntolerance(
        Coding("DA", "薬剤アレルギー", "HL70127"),
        Coding("P09", "見本抗菌薬", "99ALG"),
        Coding("MO", "中等度", "HL70128"),
        "発疹",
    )
    assert insurance == Coverage(Coding("39", "後期高齢者", "JHSD0001"), "39999999", "20240401", "20260331")
    assert expense.insurer == '""', "an explicit null stays one"
    assert reading.findings == ()


def test_the_entry_is_one_item_of_the_day_it_was_sent() -> None:
    facts = read("ADT-00", MESSAGE, BODY, date="-", head=HEAD).facts
    assert facts.document_class is DocumentClass.DEMOGRAPHICS
    assert (facts.item_count, facts.service_day, facts.department) == (1, 20250303, "")


def test_deleting_the_patient_withdraws_the_entry() -> None:
    reading = read("ADT-00", "ADT^A23^ADT_A21", BODY, date="-", head=HEAD)
    assert reading.facts.status is EntryStatus.WITHDRAWN


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


def test_a_message_that_names_nobody_gives_no_person() -> None:
    nameless = read("ADT-00", MESSAGE, "PID|0001||||||19581103|M", date="-", head=HEAD)
    assert (nameless.patient, nameless.records) == (None, ())
    assert [finding.code for finding in nameless.findings] == ["REQ-PID-3"]
    empty = read("ADT-00", MESSAGE, "PV1||O", date="-", head=HEAD)
    assert (empty.patient, empty.records) == (None, ())
    assert [finding.code for finding in empty.findings] == ["REQ-SEG-PID"]
