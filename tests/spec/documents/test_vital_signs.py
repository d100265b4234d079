"""Vital signs in, results out; and what is written is what is read (fact sheet §6.3)."""

import pytest

from hie.record.clinical import Coding, DiagnosticReport, Observation
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode
from hie.record.people import HumanName, Sex
from hie.record.times import Day
from ssmix2.encoding import encode
from ssmix2.vital_signs import read_results
from ssmix2.writing.envelope import Envelope, Practitioner
from ssmix2.writing.vital_signs import write_vital_signs
from tests.build.records import RESULT, person

FACILITY = FacilityCode("1319900001")
MESSAGE = """MSH|^~\\&|KARTE9|HOSP|GW|RCV|20250303200500.000||ORU^R30^ORU_R30|1|P|2.5||||||~ISO IR87
PID|0001||0000700007^^^^PI||期日^五郎^^^^^L^I||19581103|M
PV1|0001|I|07E^03^01^^^N
ORC|SC|000000020250303|||CM||||202503030600||||||||01^内科^HL70069
OBR|1|000000020250303||""|||202503030600
OBX|1|NM|9P100000000000001^体温^JC10||38.2|cel^℃^ISO+|35.5-37.5|H|||F|||202503030600
NTE|1||解熱剤を投与
NTE|2||医師に報告
OBX|2|NM|9A751000000000001^収縮期血圧^JC10||128|mm(hg)^mmHg^ ISO+|<130||||F|||202503030600
OBX|3|NM|9P100000000000001^体温^JC10||37.1|cel^℃^ISO+|35.5-37.5||||F|||202503031400
"""
ENVELOPE = Envelope(
    "KARTE9", "見本病院", "20250303200500000", "1", "000000020250303", Coding("01", "内科", "HL70069"),
    Practitioner("D1", "五日", "右京"), "20250303200500", "I", FACILITY,
)  # fmt: skip
SHEET = DiagnosticReport(
    "000000020250303", Coding("01", "バイタル", "99VIT"), "20250303", "", "F", Coding(), Coding(), ""
)
GORO = person(FACILITY, "0000700007", HumanName("期日", "五郎", "キジツ", "ゴロウ"), Day(19581103), Sex.MALE)


def _written(*segments_without: str) -> bytes:
    lines = [line for line in MESSAGE.splitlines() if not line.startswith(segments_without or ("?",))]
    return encode("\r".join((*lines, "")))


def test_each_result_has_its_own_time_of_day() -> None:
    measured = read_results(_written(), FACILITY)
    assert measured.patient is not None
    assert measured.patient.source.value == "0000700007"
    results = [record for record in measured.parts.records if isinstance(record, Observation)]
    assert [
        (one.code.text, one.value, one.unit, one.unit_code, one.flag, one.observed_at) for one in results
    ] == [
        ("体温", "38.2", "℃", "cel", "H", "202503030600"),
        ("収縮期血圧", "128", "mmHg", "mm(hg)", "", "202503030600"),
        ("体温", "37.1", "℃", "cel", "", "202503031400"),
    ]
    assert {one.group for one in results} == {Coding()}
    assert [one.note for one in results] == ["解熱剤を投与\n医師に報告", "", ""]
    parts = measured.parts
    assert (parts.item_count, parts.abnormal_count, parts.department, parts.cancelled) == (3, 1, "01", False)
    assert parts.findings == ()


def test_a_message_without_results_or_patient_says_so() -> None:
    assert read_results(_written("PID"), FACILITY).patient is None
    assert [found.code for found in read_results(_written("OBX"), FACILITY).parts.findings] == ["REQ-SEG-OBX"]


def test_a_result_without_a_time_takes_that_of_its_sheet_and_is_noticed() -> None:
    content = encode(MESSAGE.replace("|||F|||202503031400", "|||F").replace("\n", "\r"))
    measured = read_results(content, FACILITY)
    last = measured.parts.records[-1]
    assert isinstance(last, Observation)
    assert last.observed_at == "202503030600"
    assert [found.code for found in measured.parts.findings] == ["REQ-OBX-14"]


def test_a_reading_that_was_taken_back_is_not_there() -> None:
    content = encode(MESSAGE.replace("H|||F|||", "H|||W|||").replace("\n", "\r"))
    measured = read_results(content, FACILITY)
    assert [one.value for one in measured.parts.records if isinstance(one, Observation)] == ["128", "37.1"]
    assert (measured.parts.item_count, measured.parts.abnormal_count) == (2, 0)
    content = encode(MESSAGE.replace("||F|||", "||D|||").replace("\n", "\r"))
    assert (read_results(content, FACILITY).parts.records, measured.parts.findings) == ((), ())


def test_what_is_said_of_the_sheet_stands_with_its_first_result() -> None:
    content = MESSAGE.replace("OBX|1|", "NTE|1||夜勤\nOBX|1|").replace("\n", "\r")
    first = read_results(encode(content), FACILITY).parts.records[0]
    assert isinstance(first, Observation)
    assert first.note == "夜勤\n解熱剤を投与\n医師に報告"


def test_another_message_is_read_and_noticed() -> None:
    content = encode(MESSAGE.replace("ORU^R30^ORU_R30", "ORU^R01^ORU_R01").replace("\n", "\r"))
    measured = read_results(content, FACILITY)
    assert (len(measured.parts.records), [one.code for one in measured.parts.findings]) == (3, ["MSH-B"])


def test_what_is_written_is_what_is_read() -> None:
    results = [
        RESULT._replace(
            group=SHEET.code,
            specimen=Coding(),
            observed_at=f"20250303{clock}",
            value=value,
            value_text=value,
            note=note,
        )
        for clock, value, note in (("0600", "38.2", "悪寒あり"), ("1400", "36.9", ""))
    ]
    measured = read_results(write_vital_signs(ENVELOPE, GORO, SHEET, results), FACILITY)
    assert list(measured.parts.records) == results
    assert measured.patient == GORO.patient
    assert measured.parts.findings == ()


@pytest.mark.parametrize(
    ("sheet", "results"),
    [
        (SHEET, []),
        (SHEET, [RESULT._replace(observed_at="")]),
        (SHEET._replace(order_number="other"), [RESULT]),
    ],
)
def test_what_the_specification_forbids_is_not_written(
    sheet: DiagnosticReport, results: list[Observation]
) -> None:
    with pytest.raises(Invalid):
        write_vital_signs(ENVELOPE, GORO, sheet, results)
