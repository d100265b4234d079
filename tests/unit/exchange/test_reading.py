"""One place knows which reader reads what: content folders by what their main document is."""

import pytest

from hie.exchange.feeds.reading import attached, read_document, reread_document
from hie.record.clinical import Observation
from hie.record.entry import Confidentiality, DocumentClass, DocumentEntry, EntryStatus, Format
from hie.record.errors import NotFound, Unreadable
from hie.record.identifiers import EntryId, FacilityCode, content_hash
from hie.record.narrative import Composition
from hie.record.submission import Reading
from ssmix2.extended import pack_folder
from ssmix2.extended_writer import content_folder
from ssmix2.layout import FileName
from tests.build.papers import NOTE, PATIENT, PDF, REFERRAL, SUMMARY, clinical_document, picture, section_of
from tests.spec.documents.test_vital_signs import MESSAGE

FACILITY = FacilityCode("1319900001")
VITALS = "L-OBSERVATIONS^OBSERVATIONS^99ZL01"


def _name(kind: str = NOTE, patient: str = PATIENT) -> FileName:
    return content_folder(patient, "20240510", kind, "D0001", "20240510113000000", "01")


def _read(files: dict[str, bytes], name: FileName | None = None) -> Reading:
    return read_document(name or _name(), pack_folder(files), FACILITY, Format.CONTENT_FOLDER)


def _composition(reading: Reading) -> Composition:
    (record,) = [one for one in reading.records if isinstance(one, Composition)]
    return record


def _codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def test_a_note_is_an_entry_of_its_folders_name() -> None:
    reading = _read({"main_document.xml": clinical_document()})
    facts = reading.facts
    assert facts.key == ("20240510", NOTE, "D0001", "20240510113000000")
    assert (facts.document_class, facts.service_day, facts.department) == (DocumentClass.NOTE, 20240510, "01")
    assert (facts.status, facts.confidentiality) == (EntryStatus.APPROVED, Confidentiality.NORMAL)
    assert reading.patient is not None
    assert reading.patient.source.value == PATIENT
    assert _composition(reading).title == "経過記録（内科）"
    assert reading.findings == ()


def test_a_document_of_another_patient_says_so() -> None:
    reading = _read({"main_document.xml": clinical_document(patient="0099999999")})
    assert reading.patient is not None
    assert reading.patient.source.value == "0099999999"
    assert _codes(reading) == ["ID-01"]


def test_a_document_that_names_nobody_has_no_patient() -> None:
    reading = _read({"main_document.xml": clinical_document(patient="")})
    assert (reading.patient, _codes(reading)) == (None, ["REQ-PID-3"])


def test_one_of_several_numbers_may_be_the_folders() -> None:
    other = b'<id root="2.999.9" extension="A-77"/><id root="2.999.2"'
    content = clinical_document().replace(b'<id root="2.999.2"', other, 1)
    reading = _read({"main_document.xml": content})
    assert reading.patient is not None
    assert (reading.patient.source.value, reading.findings) == (PATIENT, ())


@pytest.mark.parametrize(
    ("kind", "code", "codes"),
    [
        (SUMMARY, "18842-5", []),
        (SUMMARY, "11506-3", ["EXT-03"]),
        (REFERRAL, "MD0020730", []),
        (REFERRAL, "18842-5", ["EXT-03"]),
        ("X1^院内^99X", "11506-3", ["EXT-02"]),
        ("X1^院内", "11506-3", ["EXT-02", "EXT-02"]),
    ],
)
def test_a_document_of_another_kind_than_its_folder_is_noticed(
    kind: str, code: str, codes: list[str]
) -> None:
    assert _codes(_read({"main_document.xml": clinical_document(code=code)}, _name(kind))) == codes


def test_what_the_document_points_at_lies_in_its_folder_or_is_missed() -> None:
    media = "".join(
        f'<entry><observationMedia><value><reference value="{target}"/></value></observationMedia></entry>'
        for target in ("./images/a.png", "%E5%9B%B3.png", "../../secret.pdf", "file:///etc/hostname")
    )
    body = f"<structuredBody><component>{section_of('x', more=media)}</component></structuredBody>"
    reading = _read(
        {"main_document.xml": clinical_document(body=body), "images/a.png": picture(), "図.png": picture()}
    )
    assert _codes(reading) == ["EXT-04"]
    assert reading.findings[0].message.startswith("2 references")


def test_files_are_numbered_and_known_by_their_bytes_not_their_names() -> None:
    package = pack_folder(
        {
            "main_document.xml": clinical_document(),
            "a.png": picture(),
            "b.txt": PDF,
            "c.pdf": b"<script>alert(1)</script>",
            "d.html": b"<html>",
            "e.tif": picture("TIFF"),
            "f.svg": b"<svg onload='alert(1)'/>",
        }
    )
    reading = read_document(_name(), package, FACILITY, Format.CONTENT_FOLDER)
    files = _composition(reading).attachments
    assert [(one.number, one.name, one.media_type) for one in files] == [
        (1, "a.png", "image/png"),
        (2, "b.txt", "application/pdf"),
        (3, "c.pdf", "application/octet-stream"),
        (4, "d.html", "application/octet-stream"),
        (5, "e.tif", "image/tiff"),
        (6, "f.svg", "application/octet-stream"),
    ]
    assert attached(package, 2, FACILITY).content == PDF
    for number in (0, 3, 4, 6, 7):
        with pytest.raises(NotFound):
            attached(package, number, FACILITY)


def test_a_folder_with_nothing_but_a_printed_page_is_its_names() -> None:
    package = pack_folder({"main_document.pdf": PDF})
    reading = read_document(_name(REFERRAL), package, FACILITY, Format.CONTENT_FOLDER)
    assert reading.patient is not None
    assert reading.patient.source.value == PATIENT
    said = _composition(reading)
    assert (said.title, said.code, [one.number for one in said.attachments]) == ("紹介状", "57133-1", [1])
    assert attached(package, 1, FACILITY).content == PDF


def test_a_printed_page_inside_the_document_is_a_file_of_it() -> None:
    body = (
        '<nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0xLjQK</text></nonXMLBody>'
    )
    package = pack_folder({"main_document.xml": clinical_document(body=body), "a.png": picture()})
    reading = read_document(_name(), package, FACILITY, Format.CONTENT_FOLDER)
    assert [one.media_type for one in _composition(reading).attachments] == ["image/png", "application/pdf"]
    assert attached(package, 2, FACILITY).content == b"%PDF-1.4\n"


def test_vital_signs_are_results() -> None:
    message = MESSAGE.replace("\n", "\r").encode("iso2022_jp")
    reading = _read({"main_document.hl7": message}, _name(VITALS, "0000700007"))
    facts = reading.facts
    assert (facts.document_class, facts.item_count, facts.abnormal_count) == (DocumentClass.VITAL_SIGN, 3, 1)
    assert [type(record) for record in reading.records] == [Observation] * 3
    assert _codes(_read({"main_document.hl7": message}, _name(VITALS))) == ["ID-01"]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.xml": clinical_document(), "b.xml": clinical_document()}, "EXT-01"),
        ({"main_document.xml": b"<!DOCTYPE x><x/>"}, "EXT-05"),
        ({"main_document.xml": b"no markup"}, "XML-01"),
        ({"main_document.hl7": b"MSH|^~\\&|\xff\xfe\x00\x81"}, "JIS-01"),
    ],
)
def test_what_nobody_can_read_is_refused(files: dict[str, bytes], code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        _read(files)
    assert refused.value.finding.code == code


def test_other_xml_is_kept_with_its_files() -> None:
    reading = _read({"main_document.xml": b"<report/>", "a.pdf": PDF})
    assert _codes(reading) == ["CDA-01"]
    assert [one.name for one in _composition(reading).attachments] == ["a.pdf"]


def test_a_filed_document_is_read_again_without_asking_whose_it_is() -> None:
    package = pack_folder({"main_document.xml": clinical_document()})
    facts = read_document(_name(), package, FACILITY, Format.CONTENT_FOLDER).facts
    entry = DocumentEntry(
        EntryId(1), 1, FACILITY, facts, Format.CONTENT_FOLDER, content_hash(package), len(package), 0
    )
    again = reread_document(entry, package, FACILITY)
    assert (again.facts, again.findings) == (facts, ())
    assert _composition(again).title == "経過記録（内科）"
    lost = reread_document(entry, b"no package", FACILITY)
    assert ([one.code for one in lost.findings], lost.records) == (["EXT-06"], ())
