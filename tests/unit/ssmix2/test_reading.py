"""From a name and bytes to a reading: patient, entry facts, findings."""

from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ssmix2
from hie.record.clinical import Condition, DiagnosticReport, Encounter, MedicationRequest, Observation
from hie.record.entry import DocumentClass, EntryStatus
from hie.record.errors import Misconfigured, Unreadable
from hie.record.identifiers import FacilityCode
from hie.record.people import Sex
from hie.record.submission import Reading
from hie.record.times import UNKNOWN_DAY
from ssmix2.datakind import Parts
from ssmix2.kinds import KINDS, READERS, collect, unknown_kind
from tests.messages import FACILITY, HEAD, file_name, of, read

ORDERED = "PV1|1|O|08^^^^^C|||||||10\nORC|{control}|1|||||||||||||||08^循環器科^HL70069"


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def test_every_kind_of_the_specification_is_known() -> None:
    adt = ("00", "01", "12", "21", "22", "31", "32", "41", "42", "51", "52", "61")
    assert sorted(KINDS) == [
        *(f"ADT-{number}" for number in adt),
        "OMD",
        *("OMG-01", "OMG-02", "OMG-03", "OMG-11", "OMG-12", "OMG-13"),
        *("OML-01", "OML-11", "OMP-01", "OMP-02", "OMP-11", "OMP-12"),
        "PPR-01",
    ]
    assert all(kind.label_ja and kind.label_en and kind.messages for kind in KINDS.values())
    assert set(READERS) == set(KINDS)


def test_two_files_of_one_kind_are_refused() -> None:
    module = ModuleType("twin")
    module.KIND, module.read = KINDS["OML-11"], READERS["OML-11"]  # type: ignore[attr-defined]
    assert collect([module]) == {"OML-11": (KINDS["OML-11"], READERS["OML-11"])}
    with pytest.raises(Misconfigured):
        collect([module, module])


def test_a_kind_without_a_reader_is_filed_by_name() -> None:
    reading = read("OML-02", "OML^O33^OML_O33", ORDERED.format(control="NW"))
    assert reading.records == ()
    assert codes(reading) == ["KIND-01"]
    assert reading.patient is not None
    assert reading.facts.document_class is DocumentClass.UNKNOWN
    assert (reading.facts.item_count, reading.facts.department, reading.facts.service_day) == (
        1,
        "08",
        20250303,
    )
    assert repr(reading) == "Reading(OML-02, 0 records)"


@pytest.mark.parametrize(
    ("kind", "message", "body", "status"),
    [
        ("OML-02", "OML^O33^OML_O33", ORDERED.format(control="CA"), EntryStatus.WITHDRAWN),
        ("OML-01", "OML^O33^OML_O33", ORDERED.format(control="OC"), EntryStatus.WITHDRAWN),
        ("OML-01", "OML^O33^OML_O33", ORDERED.format(control="DC"), EntryStatus.APPROVED),
        ("ADT-42", "ADT^A12^ADT_A09", "PV1|1|I", EntryStatus.WITHDRAWN),
        ("ADT-42", "ADT^A02^ADT_A02", "PV1|1|I", EntryStatus.APPROVED),
        ("ADT-61", "ADT^A60^ADT_A60", "IAM|1||||| D^削除^HL70323", EntryStatus.WITHDRAWN),
        ("ADT-61", "ADT^A60^ADT_A60", "IAM|1|||||D\nIAM|2|||||A", EntryStatus.APPROVED),
    ],
)
def test_a_deleting_message_withdraws_what_has_no_reader_too(
    kind: str, message: str, body: str, status: EntryStatus
) -> None:
    assert read(kind, message, body).facts.status is status


def test_a_kind_outside_the_list_is_kept_and_closed() -> None:
    reading = read("OML-02", "OML^O33^OML_O33", "ORC|NW|1\nPV1|1|O|08^^^^^C")
    assert reading.facts.document_class is DocumentClass.UNKNOWN
    assert reading.facts.department == "08"
    assert codes(reading) == ["KIND-01"]
    assert unknown_kind("OML-02").messages == ()


def test_a_patient_other_than_the_folders_is_reported_and_told() -> None:
    head = HEAD.replace("0000700007", "0000700008")
    reading = read("OML-02", "OML^O33^OML_O33", "SPM|1", head=head)
    assert codes(reading) == ["ID-01", "KIND-01"]
    assert reading.patient is not None
    assert reading.patient.source == (FACILITY, "0000700008")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("0000700007", "0000700007"),
        (" 0000700007 ^^^^PI", "0000700007"),
        ("99^^^^MR~0000700007^^^^PI", "0000700007"),
        ("0000700007^^^^MR~99^^^^PT", "0000700007"),
    ],
)
def test_the_number_of_the_facility_is_chosen(field: str, value: str) -> None:
    head = HEAD.replace("0000700007^^^^PI", field)
    reading = read("OML-02", "OML^O33^OML_O33", "SPM|1", head=head)
    assert reading.patient is not None
    assert reading.patient.source.value == value
    assert codes(reading) == ["KIND-01"]


@pytest.mark.parametrize("field", ["", '""', "^^^^PI"])
def test_a_message_may_name_nobody(field: str) -> None:
    head = HEAD.replace("0000700007^^^^PI", field)
    assert read("OML-01", "OML^O33^OML_O33", "SPM|1", head=head).patient is None


@pytest.mark.parametrize(
    ("written", "sex"),
    [
        ("M", Sex.MALE),
        ("F ", Sex.FEMALE),
        ("O", Sex.OTHER),
        ("A", Sex.OTHER),
        ("N", Sex.UNKNOWN),
        ("", Sex.UNKNOWN),
    ],
)
def test_sex_is_one_of_four(written: str, sex: Sex) -> None:
    reading = read("OML-01", "OML^O33^OML_O33", "SPM|1", head=HEAD.replace("|M\n", f"|{written}\n"))
    assert reading.patient is not None
    assert reading.patient.sex is sex


def test_a_birth_date_that_is_no_day_is_unknown() -> None:
    reading = read("OML-01", "OML^O33^OML_O33", "SPM|1", head=HEAD.replace("19581103", "195811"))
    assert reading.patient is not None
    assert reading.patient.birth_day == UNKNOWN_DAY


def test_a_care_date_that_is_no_day_gives_no_day() -> None:
    assert read("OML-01", "OML^O33^OML_O33", "SPM|1", date="20250231").facts.service_day == UNKNOWN_DAY


def test_the_department_of_the_name_comes_first() -> None:
    name = ssmix2.parse_name("0000700007_20250303_OML-01_000000000700101_20250303091500000_05_1")
    assert name is not None
    content = ssmix2.encode(HEAD.format(message="OML^O33").replace("\n", "\r") + "ORC|NW|1\r")
    assert ssmix2.read(name, content, FACILITY).facts.department == "05"


def test_irregular_characters_and_lines_are_findings_of_the_reading() -> None:
    content = (HEAD.format(message="OML^O33") + "SPM|1\n").encode("cp932")
    assert codes(ssmix2.read(file_name("OML-02"), content, FACILITY)) == ["JIS-03", "JIS-05", "KIND-01"]


@pytest.mark.parametrize("content", [b"", b"PID|1\r", b"\xff\xfe\x00\x80", b"%PDF-1.7 binary \x80\xff"])
def test_what_is_no_message_cannot_be_read(content: bytes) -> None:
    with pytest.raises(Unreadable):
        ssmix2.read(file_name("OML-11"), content, FACILITY)
    with pytest.raises(Unreadable):
        ssmix2.read_header(content, FACILITY)


@pytest.mark.parametrize(
    "content",
    [
        HEAD.format(message="OML^O33").replace("\n", "\r").encode("iso2022_jp"),
        HEAD.format(message="OML^O33").encode("iso2022_jp"),
        HEAD.format(message="OML^O33").replace("\n", "\r").encode("cp932"),
        HEAD.format(message="OML^O33").strip().replace("\n", "\r").encode("iso2022_jp"),
        HEAD.format(message="OML^O33")
        .replace("\n", "\r")
        .encode("iso2022_jp")
        .replace(b"\x1b(B~", b"\x1b(J~\x1b(B"),
    ],
)
def test_the_header_alone_names_the_same_patient(content: bytes) -> None:
    assert (
        ssmix2.read_header(content, FACILITY) == ssmix2.read(file_name("OML-01"), content, FACILITY).patient
    )
    found = ssmix2.read_header(content, FACILITY)
    assert found is not None
    assert (found.name.kanji, found.name.kana, found.birth_day) == ("期日 五郎", "キジツ ゴロウ", 19581103)


def test_a_header_may_be_short_or_missing() -> None:
    short = b"MSH|^~\\&|K\rPID|||7\r"
    found = ssmix2.read_header(short, FACILITY)
    assert found is not None
    assert (found.source.value, found.birth_day, found.sex) == ("7", UNKNOWN_DAY, Sex.UNKNOWN)
    assert ssmix2.read_header(b"MSH|^~\\&|K\rPV1|1\r", FACILITY) is None


def test_nothing_clinical_is_shown_by_a_repr() -> None:
    reading = read("OML-11", "OUL^R22", "SPM|1|||023^血清^JC10\nOBX|1|NM|3C015^見本^JC10||9876.5||||||F")
    shown = repr(reading) + repr(Parts(reading.records, 1))
    assert "9876.5" not in shown
    assert "期日" not in shown


_PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["|", "||", "^", "&", "~", "\\", "_", '""', "\r", "\n", "CA", "CH", "V", "I", "P", "²", "１"]
        ),
        st.sampled_from(
            [f"\r{name}|" for name in ("PID", "PV1", "ORC", "RXE", "RXC", "TQ1", "OBR", "OBX", "SPM")]
        ),
        st.sampled_from([f"\r{name}|" for name in ("PRB", "ZPR", "EVN", "AL1", "IN1", "IPC", "IAM", "MSH")]),
        st.sampled_from(["9999123125", "2025030324", "2025030348", "JC10", "999_01_001", "CWE", "5^d"]),
        st.text(max_size=3),
    ),
    max_size=60,
)


@given(kind=st.sampled_from(sorted(READERS)), pieces=_PIECES)
def test_no_message_breaks_a_reader(kind: str, pieces: list[str]) -> None:
    text = HEAD.format(message="ADT^A08").replace("\n", "\r") + "".join(pieces)
    reading = ssmix2.read(file_name(kind), text.encode("utf-8"), FACILITY)
    assert reading.facts.key.data_kind == kind


PUBLISHED = FacilityCode("1312345678")


def _sample(folder: Path, kind: str) -> Reading:
    (path,) = folder.rglob(f"*_{kind}_*_1")
    name = ssmix2.parse_name(path.name)
    assert name is not None
    return ssmix2.read(name, path.read_bytes(), PUBLISHED)


def test_the_published_examples_are_read(samples: Path) -> None:
    examples = samples / "examples"
    laboratory = _sample(examples, "OML-11")
    assert [one.value for one in of(laboratory, Observation)] == ["11.2", "9.8", "0.71", "< 0.02", "  -"]
    assert [one.code.code for one in of(laboratory, DiagnosticReport)] == ["E001", "E002"]
    assert (laboratory.facts.item_count, laboratory.facts.abnormal_count) == (5, 2)
    drugs = of(_sample(examples, "OMP-01"), MedicationRequest)
    assert [(one.group, one.days, one.occurrences) for one in drugs] == [
        ("01", "28", ""),
        ("01", "28", ""),
        ("02", "", "10"),
        ("03", "", ""),
    ]
    diagnoses = of(_sample(examples, "PPR-01"), Condition)
    assert [(one.name, one.suspected, one.primary) for one in diagnoses] == [
        ("高血圧症", False, True),
        ("肺炎の疑い", True, False),
    ]
    person = _sample(examples, "ADT-00")
    assert person.patient is not None
    assert person.patient.name.kanji == "試験 花子"
    assert len(person.records) == 6
    assert of(person, Encounter) == []
    for reading in (laboratory, person):
        assert reading.findings == ()


def test_the_published_culture_is_read(samples: Path) -> None:
    reading = _sample(samples / "nho/standard_root", "OML-11")
    assert [one.value_text for one in of(reading, Observation)] == ["E.Coli", "(+)", "S.Aureus", "(2+)"]
    assert [one.sub_id for one in of(reading, Observation)] == ["1", "1", "2", "2"]
    assert codes(reading) == ["JIS-05"]
