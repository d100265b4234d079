"""OMG-01, OMG-11 放射線検査: message in, records out."""

from hie.record.clinical import Coding, DiagnosticReport
from hie.record.entry import DocumentClass, EntryStatus
from tests.messages import of, read

ORDER = "OMG^O19^OMG_O19"
PERFORMED = "OMI^Z23^OMI_Z23"


def group(control: str, number: str, code: str, *, parent: str = "", done: str = "") -> str:
    """Write ORC, TQ1 and OBR."""
    return (
        f"ORC|{control}|{number}|||IP|||{parent}|20250303090500|||D0900^服部^愛^^^^^^^L^^^^^I|||||08^循環器科^HL70069\n"
        "TQ1|1||||||202503051030||R^ルーチン^HL70485\n"
        f"OBR|1|{number}||{code}|||{done}|||||||||||||||{done}|||F\n"
    )


CHEST, ABDOMEN = "1000000000200000^胸部単純^JJ1017-16", "2000000000250000^腹部ＣＴ^JJ1017-16"
IPC = "IPC|ACC0303001|RP1|1.2.392.99.1.1|SPS1|CT^^DCM\n"


def test_an_order_stands_for_its_examination_and_planned_time() -> None:
    reading = read("OMG-01", ORDER, "PV1|1|O\n" + group("NW", "000000000700101", CHEST))
    assert reading.records == (
        DiagnosticReport(
            order_number="000000000700101",
            code=Coding("1000000000200000", "胸部単純", "JJ1017-16"),
            collected_at="202503051030",
            reported_at="",
            status="F",
            specimen=Coding(),
            department=Coding("08", "循環器科", "HL70069"),
            orderer="服部 愛",
        ),
    )
    assert reading.facts.document_class is DocumentClass.IMAGING_ORDER
    assert (reading.facts.item_count, reading.facts.link) == (1, "000000000700101")


def test_children_are_the_examinations_and_their_parents_are_not() -> None:
    body = (
        group("NW", "000000000700101", CHEST)
        + group("PA", "000000000700101", CHEST)
        + group("CH", "000000000700101-1", CHEST, parent="000000000700101", done="202503031001")
        + group("CH", "000000000700101-2", ABDOMEN, parent="000000000700101", done="202503031015")
        + IPC
    )
    reading = read("OMG-11", PERFORMED, body)
    assert [(one.order_number, one.code.text, one.collected_at) for one in of(reading, DiagnosticReport)] == [
        ("000000000700101-1", "胸部単純", "202503031001"),
        ("000000000700101-2", "腹部ＣＴ", "202503031015"),
    ]
    assert reading.facts.document_class is DocumentClass.IMAGING_PERFORMED
    assert (reading.facts.link, reading.facts.item_count) == ("ACC0303001", 1)


def test_orders_without_children_are_all_examinations() -> None:
    body = group("NW", "000000000700101", CHEST) + group("NW", "000000000700101", ABDOMEN)
    reports = of(read("OMG-01", ORDER, body), DiagnosticReport)
    assert [one.code.text for one in reports] == ["胸部単純", "腹部ＣＴ"]
    with_parent = group("NW", "000000000700101", CHEST) + group("PA", "000000000700101", CHEST)
    assert len(read("OMG-01", ORDER, with_parent).records) == 1
    assert len(read("OMG-01", ORDER, group("PA", "000000000700101", CHEST)).records) == 1


def test_an_accession_number_in_an_order_joins_it_to_its_images() -> None:
    body = group("NW", "000000000700101", CHEST) + "IPC||RP1\n" + IPC
    assert read("OMG-01", ORDER, body).facts.link == "ACC0303001"
    assert read("OMG-11", PERFORMED, group("NW", "1", CHEST)).facts.link == ""


def test_a_cancelled_order_is_withdrawn() -> None:
    reading = read("OMG-01", ORDER, group("CA", "000000000700101", CHEST))
    assert reading.facts.status is EntryStatus.WITHDRAWN


def test_a_message_without_a_request_is_reported() -> None:
    reading = read("OMG-01", ORDER, "PV1|1|O|08^^^^^C")
    assert (reading.records, reading.facts.link, reading.facts.department) == ((), "", "08")
    assert [finding.code for finding in reading.findings] == ["REQ-SEG-OBR"]
