"""The writer: what it writes reads back the same, and what is forbidden is refused."""

from __future__ import annotations

import pytest

import ssmix2
from hie.record.clinical import Coding, Record
from hie.record.errors import Invalid
from hie.record.people import HumanName
from hie.record.times import UNKNOWN_DAY
from ssmix2.validation import check_file
from ssmix2.writer import Envelope, compose, file_name, write
from tests.unit.ssmix2 import invented as our

DELIMITERS_INSIDE = "日期糖五剤枝入服時応右愛移頓倍"


@pytest.mark.parametrize("kind", our.CASES)
def test_what_is_written_reads_back_the_same(kind: str) -> None:
    reading = ssmix2.read(our.named(kind), our.content(kind), our.FACILITY)
    person = (our.PERSON,) if kind == "ADT-00" else ()
    assert reading.records == (*person, *our.CASES[kind][1])
    assert reading.patient == our.PERSON.patient
    assert reading.findings == ()


@pytest.mark.parametrize("kind", our.CASES)
def test_what_is_written_has_neither_errors_nor_warnings(kind: str) -> None:
    name = our.named(kind)
    found = check_file(name.locator(), name.text(), our.content(kind))
    assert [one.finding for one in found if one.finding.severity != "information"] == []


@pytest.mark.parametrize("kind", our.CASES)
def test_a_file_is_iso_2022_jp_with_cr_behind_every_segment(kind: str) -> None:
    data = our.content(kind)
    assert data.isascii()
    assert data.endswith(b"\r")
    assert b"\n" not in data
    assert all(line.decode("iso2022_jp") for line in data.split(b"\r")[:-1])


def test_kanji_that_hold_delimiter_bytes_come_back() -> None:
    drug = our.DRUG._replace(medication=Coding("1", DELIMITERS_INSIDE, "99LOC"))
    reading = ssmix2.read(our.named("OMP-01"), our.content("OMP-01", [drug]), our.FACILITY)
    assert reading.records == (drug,)


def test_delimiters_in_text_are_escaped() -> None:
    name = "a|b^c~d\\e&f"
    result = our.HAEMOGLOBIN._replace(
        code=Coding("x", name, "99LAB"), value=name, value_text=name, value_type="ST"
    )
    reading = ssmix2.read(our.named("OML-11"), our.content("OML-11", [our.REPORT, result]), our.FACILITY)
    assert reading.records == (our.REPORT, result)


@pytest.mark.parametrize("code", ["", "019", "2A03000000193010", "2A0300000019301011", "2a030000001930101"])
def test_an_item_that_calls_itself_jlac10_and_is_none_is_refused(code: str) -> None:
    item = Coding(code, "見本項目", "JC10")
    for wrong in (our.HAEMOGLOBIN._replace(code=item), our.HAEMOGLOBIN._replace(local=item)):
        with pytest.raises(Invalid, match="OBX-3"):
            our.content("OML-11", [our.REPORT, wrong])
    with pytest.raises(Invalid, match="OBX-3"):
        our.content("OML-01", [our.BLOOD_TEST._replace(items=(item,))])
    old = our.HAEMOGLOBIN._replace(code=Coding("2A0300000019301", "見本項目", "JC10"))
    assert b"2A0300000019301^" in our.content("OML-11", [our.REPORT, old])


def test_characters_outside_the_allowed_sets_are_normalised() -> None:
    drug = our.DRUG._replace(condition="ｶﾞｰｾﾞ①\n髙")
    text = compose("OMP-01", our.ENVELOPE, our.PERSON, [drug])
    assert "ガーゼ(1) 高" in text


@pytest.mark.parametrize(
    ("kind", "records", "segment"),
    [
        ("OMP-01", [our.DRUG._replace(status="CA")], "ORC|CA|"),
        ("ADT-22", [our.ADMISSION._replace(event="A11")], "ADT^A11^ADT_A09"),
        ("ADT-52", [our.DISCHARGE._replace(event="A13")], "ADT^A13^ADT_A01"),
        ("PPR-01", [our.PNEUMONIA._replace(action="DE")], "PRB|DE|"),
    ],
)
def test_a_cancellation_is_written_from_the_records_own_word(
    kind: str, records: list[Record], segment: str
) -> None:
    text = compose(kind, our.CASES[kind][0], our.PERSON, records)
    assert segment in text
    reading = ssmix2.read(our.named(kind), our.content(kind, records), our.FACILITY)
    assert reading.facts.status == "withdrawn"


@pytest.mark.parametrize(
    ("kind", "segment"), [("ADT-00", "ADT^A23^ADT_A21"), ("OML-11", "ORC|CA|"), ("OMG-01", "ORC|CA|")]
)
def test_a_cancellation_without_a_word_in_the_records_is_said_by_the_envelope(
    kind: str, segment: str
) -> None:
    envelope, records = our.CASES[kind]
    records = () if kind == "ADT-00" else records
    data = write(kind, envelope._replace(cancelled=True), our.PERSON, records)
    assert segment.encode() in data
    assert ssmix2.read(our.named(kind), data, our.FACILITY).facts.status == "withdrawn"


@pytest.mark.parametrize(
    ("kind", "records"), [("ADT-00", [our.HEIGHT]), ("OMG-01", [our.REQUEST, our.REQUEST])]
)
def test_a_cancellation_holds_nothing_it_would_lose(kind: str, records: list[Record]) -> None:
    with pytest.raises(Invalid):
        write(kind, our.CASES[kind][0]._replace(cancelled=True), our.PERSON, records)


def test_components_of_one_injection_stand_in_one_group() -> None:
    text = our.content("OMP-02").decode("iso2022_jp")
    assert [line[:3] for line in text.split("\r") if line[:3] in {"ORC", "RXC"}] == ["ORC", "RXC", "RXC"]
    assert "RXE||00^一般^JHSI0002|510||ML^mL^MR9P" in text


def test_several_examinations_are_children_of_the_whole_order() -> None:
    records = [our.EXAMINATION, our.EXAMINATION._replace(code=Coding("2", "腹部ＣＴ", "JJ1017-16P"))]
    text = our.content("OMG-11", records).decode("iso2022_jp")
    assert [line[4:6] for line in text.split("\r") if line.startswith("ORC")] == ["NW", "PA", "CH", "CH"]
    reading = ssmix2.read(our.named("OMG-11"), our.content("OMG-11", records), our.FACILITY)
    assert list(reading.records) == [*records, our.STUDY._replace(requested_procedure="", scheduled_step="")]
    assert reading.facts.link == our.ENVELOPE.accession_number


REFUSED: list[tuple[str, list[Record], str]] = [
    ("OMP-01", [], "at least one drug"),
    ("OMP-01", [our.VISIT], "medication requests only"),
    ("OMP-01", [our.DRUG._replace(order_number="1")], "ORC-2"),
    ("OMP-01", [our.DRUG._replace(status="")], "ORC-1"),
    ("OMP-01", [our.DRUG._replace(group="")], "ORC-4"),
    ("OMP-01", [our.DRUG._replace(group="Rp1")], "ORC-4"),
    ("OMP-01", [our.DRUG._replace(medication=our.NOTHING, local=our.NOTHING)], "RXE-2"),
    ("OMP-01", [our.DRUG._replace(dose="")], "RXE-3"),
    ("OMP-01", [our.DRUG._replace(dose="1錠")], "RXE-3"),
    ("OMP-01", [our.DRUG._replace(total="")], "RXE-10"),
    ("OMP-01", [our.DRUG._replace(total_unit="")], "RXE-11"),
    ("OMP-01", [our.DRUG._replace(route=our.NOTHING)], "RXR-1"),
    ("OMP-01", [our.DRUG._replace(start="2024-05-10")], "TQ1-7"),
    ("OMP-01", [our.DRUG._replace(start="20240231")], "TQ1-7"),
    ("OMP-01", [our.DRUG._replace(component="B")], "not used in OMP-01"),
    ("OMP-02", [our.INFUSION._replace(component="")], "RXC-1"),
    ("OMP-02", [our.INFUSION._replace(dose_unit="")], "RXC-4"),
    ("OML-11", [our.HAEMOGLOBIN], "report of its own panel"),
    ("OML-11", [our.REPORT._replace(code=our.NOTHING)], "OBR-4"),
    ("OML-11", [our.REPORT._replace(specimen=our.NOTHING)], "SPM-4"),
    ("OML-11", [our.REPORT._replace(collected_at="")], "SPM-17"),
    ("OML-11", [our.REPORT._replace(status="done")], "ORC-5"),
    ("OML-11", [our.REPORT, our.HAEMOGLOBIN._replace(value="< 0.02")], "OBX-5"),
    ("OML-11", [our.REPORT, our.HAEMOGLOBIN._replace(value="")], "OBX-5"),
    ("OML-11", [our.REPORT, our.HAEMOGLOBIN._replace(value_type="SN")], "OBX-2"),
    ("OML-11", [our.REPORT, our.HAEMOGLOBIN._replace(status="")], "OBX-11"),
    ("OML-11", [our.REPORT, our.HAEMOGLOBIN._replace(code=our.NOTHING, local=our.NOTHING)], "OBX-3"),
    ("OML-11", [our.REPORT, our.VISIT], "reports and their results"),
    ("OML-11", [], "at least one report"),
    ("OMG-01", [our.REQUEST._replace(specimen=our.WHOLE_BLOOD)], "SPM"),
    ("OMG-01", [our.EXAMINATION], "its heads"),
    ("OMG-01", [our.REQUEST._replace(reason="動悸")], "OBR-13"),
    ("OMG-01", [our.REQUEST._replace(priority=our.NOTHING)], "TQ1-9"),
    ("OMG-01", [our.REQUEST, our.HAEMOGLOBIN], "bears the code"),
    ("OMG-01", [our.REQUEST, our.REQUEST._replace(control="CH")], "CH in every"),
    ("OMG-12", [our.EXAMINATION, our.SCANNED, our.STUDY], "OMG-11 only"),
    ("OMG-13", [our.ELECTROCARDIOGRAM, our.STUDY], "reports and their results"),
    ("OML-01", [our.BLOOD_TEST, our.HAEMOGLOBIN._replace(value="")], "OBX"),
    ("OML-01", [], "at least one request"),
    ("OMD", [our.MEAL._replace(kind="X")], "ODS-1"),
    ("OMD", [our.MEAL._replace(foods=())], "ODS-3"),
    ("OMP-11", [our.DRUG], "RXA"),
    ("OMP-11", [our.GIVEN._replace(start="")], "RXA-3"),
    ("OMP-12", [our.INFUSION, our.DRIPPED._replace(orderer="別 人")], "its plan"),
    ("OMG-11", [our.EXAMINATION._replace(collected_at="")], "OBR-7"),
    ("PPR-01", [], "at least one diagnosis"),
    ("PPR-01", [our.PNEUMONIA._replace(action="XX")], "PRB-1"),
    ("PPR-01", [our.PNEUMONIA._replace(code=our.NOTHING)], "PRB-3"),
    ("PPR-01", [our.PNEUMONIA._replace(instance="")], "PRB-4"),
    ("PPR-01", [our.PNEUMONIA._replace(onset="")], "PRB-16"),
    ("PPR-01", [our.PNEUMONIA._replace(name="別の病名")], "PRB-3"),
    ("PPR-01", [our.PNEUMONIA._replace(suspected=False)], "ZPR-3"),
    ("ADT-00", [our.ALLERGY._replace(reaction="発疹")], "AL1-5"),
    ("ADT-00", [our.ALLERGY._replace(substance=our.NOTHING)], "AL1-3"),
    ("ADT-00", [our.INSURANCE._replace(kind=our.NOTHING)], "IN1-2"),
    ("ADT-00", [our.HAEMOGLOBIN], "OBX of ADT-00"),
    ("ADT-12", [our.ADMISSION], "A04"),
    ("ADT-12", [our.VISIT, our.VISIT], "exactly one"),
    ("ADT-12", [our.VISIT._replace(at="", admitted_at="")], "PV1-44"),
    ("ADT-12", [our.VISIT._replace(at="202405100930")], "PV1-44"),
    ("ADT-12", [our.VISIT._replace(ward="32")], "PV1-3"),
    ("ADT-52", [our.DISCHARGE._replace(at="", discharged_at="")], "PV1-45"),
    ("OMG-09", [our.EXAMINATION], "knows"),
]


@pytest.mark.parametrize(("kind", "records", "names"), REFUSED)
def test_what_the_specification_forbids_is_refused_by_name(
    kind: str, records: list[Record], names: str
) -> None:
    envelope = our.CASES[kind][0] if kind in our.CASES else our.ENVELOPE
    with pytest.raises(Invalid, match=names):
        write(kind, envelope, our.PERSON, records)


@pytest.mark.parametrize(
    ("kind", "envelope", "names"),
    [
        ("OMP-01", our.ENVELOPE._replace(patient_class="E"), "PV1-2"),
        ("OMP-01", our.ENVELOPE._replace(sent_at="20240510"), "MSH-7"),
        ("OMP-01", our.ENVELOPE._replace(control_id=""), "MSH-10"),
        ("OMP-01", our.ENVELOPE._replace(control_id="1" * 21), "MSH-10"),
        ("OMP-02", our.ENVELOPE._replace(department=our.NOTHING), "ORC-17"),
        ("OMG-11", our.ENVELOPE._replace(ordered_at=""), "ORC-9"),
        ("OMG-11", our.ENVELOPE._replace(accession_number=""), "IPC-1"),
        ("OMG-11", our.ENVELOPE._replace(study_instance_uid=""), "IPC-3"),
        ("OMG-11", our.ENVELOPE._replace(study_instance_uid="1.2.abc"), "IPC-3"),
        ("OMG-11", our.ENVELOPE._replace(modality=""), "IPC-5"),
    ],
)
def test_an_envelope_that_breaks_a_rule_is_refused_by_name(kind: str, envelope: Envelope, names: str) -> None:
    records = [record for record in our.CASES[kind][1] if record != our.STUDY]
    with pytest.raises(Invalid, match=names):
        write(kind, envelope, our.PERSON, records)


def test_a_person_without_name_birth_date_or_update_is_refused() -> None:
    facts = our.PERSON.patient
    nameless = our.PERSON._replace(patient=facts._replace(name=HumanName()))
    ageless = our.PERSON._replace(patient=facts._replace(birth_day=UNKNOWN_DAY))
    undated = our.PERSON._replace(updated_at="")
    for person, names in ((nameless, "PID-5"), (ageless, "PID-7"), (undated, "PID-33")):
        with pytest.raises(Invalid, match=names):
            write("ADT-00", our.WITHOUT_ORDER, person, [])


def test_a_file_is_named_by_its_envelope() -> None:
    name = file_name("OMP-01", our.ENVELOPE, "0012345678", "20240510")
    assert name.text() == "0012345678_20240510_OMP-01_000000000104711_20240510101502004_01_1"


def test_a_name_without_department_has_a_dash() -> None:
    envelope = our.WITHOUT_ORDER._replace(department=our.NOTHING)
    assert file_name("ADT-00", envelope, "0012345678", "-").department == "-"


@pytest.mark.parametrize(
    ("kind", "envelope", "patient_id", "date"),
    [
        ("OMP-01", our.ENVELOPE, "123", "20240510"),
        ("OMP-01", our.ENVELOPE, "1" * 16, "20240510"),
        ("OMP-01", our.ENVELOPE, "0012_5678", "20240510"),
        ("OMP-01", our.ENVELOPE._replace(order_number="104711"), "0012345678", "20240510"),
        ("OMP-01", our.ENVELOPE._replace(sent_at="20240510101502"), "0012345678", "20240510"),
        ("OMP-01", our.ENVELOPE, "0012345678", "-"),
        ("OMP-01", our.ENVELOPE, "0012345678", "20240231"),
        ("ADT-00", our.ENVELOPE, "0012345678", "20240510"),
    ],
)
def test_a_name_that_cannot_be_strict_is_refused(
    kind: str, envelope: Envelope, patient_id: str, date: str
) -> None:
    with pytest.raises(Invalid):
        file_name(kind, envelope, patient_id, date)
