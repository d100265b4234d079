"""CDA R2 documents in, compositions out (fact sheet §6.4)."""

from base64 import b64encode

import pytest

from hie.readers.cda import read_cda
from hie.record.entry import Confidentiality
from hie.record.errors import Unreadable
from hie.record.identifiers import FacilityCode
from hie.record.narrative import ItemList, NarrativeTable, Paragraph
from hie.record.people import HumanName, Sex
from tests.build.papers import clinical_document, section_of

FACILITY = FacilityCode("1319900001")


def _read(content: bytes):  # type: ignore[no-untyped-def]  # noqa: ANN202  the document, which is there
    document = read_cda(content, FACILITY)
    assert document is not None
    return document


def test_the_header_says_what_who_when_and_whose() -> None:
    document = _read(clinical_document())
    said = document.composition
    assert (said.title, said.code, said.kind) == ("経過記録（内科）", "11506-3", "経過記録")
    assert (said.author, said.organization) == ("五日 右京", "見本中央病院 内科")
    assert (said.written_at, said.custodian) == ("20240510110500", "見本中央病院")
    assert said.recipient == "見本駅前医院 浜田 圭介"
    assert (said.started_at, said.ended_at) == ("202405101030", "202405101030")
    (patient,) = document.patients
    assert patient.source == (FACILITY, "0012345678")
    assert patient.name == HumanName("試験", "花子", "シケン", "ハナコ")
    assert (patient.birth_day, patient.sex) == (19700115, Sex.FEMALE)
    assert document.confidentiality is Confidentiality.NORMAL
    assert document.findings == ()


def _blocks(text: str):  # type: ignore[no-untyped-def]  # noqa: ANN202  blocks of any kind
    return _read(clinical_document(text)).composition.sections[0].blocks


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("<paragraph>咳が  続く。</paragraph>", (Paragraph("咳が 続く。"),)),
        ("一行目<br/>二行目", (Paragraph("一行目\n二行目"),)),
        ("前<paragraph>中</paragraph>後", (Paragraph("前"), Paragraph("中"), Paragraph("後"))),
        ("<content styleCode='Bold'>強</content>調", (Paragraph("強調"),)),
        ("H<sub>2</sub>O", (Paragraph("H2O"),)),
        (
            '<paragraph>5mg<content revised="delete">10mg</content></paragraph>',
            (Paragraph("5mg〔削除: 10mg〕"),),
        ),
        ("<list><item>一</item><item>二</item><item/></list>", (ItemList(("一", "二")),)),
        ('<list listType="ordered"><item>一</item></list>', (ItemList(("一",), ordered=True),)),
        ("<list><item>一<list><item>い</item></list></item></list>", (ItemList(("一\n・い",)),)),
        ('<linkHtml href="javascript:alert(1)">読む</linkHtml>', (Paragraph("読む"),)),
        ('<renderMultiMedia referencedObject="f"/>図', (Paragraph("図"),)),
        (
            "<paragraph>&lt;script&gt;alert(1)&lt;/script&gt;</paragraph>",
            (Paragraph("<script>alert(1)</script>"),),
        ),
        ("", ()),
    ],
)
def test_the_narrative_becomes_plain_blocks(text: str, blocks: object) -> None:
    assert _blocks(text) == blocks


_SPANNING = "<tr><td rowspan='2'>甲</td><td>朝</td></tr><tr><td>夕</td></tr>"


@pytest.mark.parametrize(
    ("table", "read"),
    [
        (
            "<thead><tr><th>薬</th><th>量</th></tr></thead><tbody><tr><td>甲</td><td>1<br/>錠</td></tr></tbody>",
            NarrativeTable("", ("薬", "量"), (("甲", "1\n錠"),)),
        ),
        ("<tr><th>薬</th></tr><tr><td>甲</td></tr>", NarrativeTable("", ("薬",), (("甲",),))),
        ("<tr><th>薬</th><td>甲</td></tr>", NarrativeTable("", (), (("薬", "甲"),))),
        (
            f"<caption>表</caption><tr><th colspan='2'>薬</th></tr>{_SPANNING}",
            NarrativeTable("表", ("薬", ""), (("甲", "朝"), ("甲", "夕"))),
        ),
        ("<tbody><tr><td colspan='9999'>甲</td></tr></tbody>", NarrativeTable("", (), (("甲",),))),
    ],
)
def test_a_table_keeps_its_cells_where_they_stood(table: str, read: NarrativeTable) -> None:
    assert _blocks(f"<table>{table}</table>") == (read,)


def test_a_table_that_claims_to_be_endless_stays_small() -> None:
    rows = "<tr>" + "<td colspan='100' rowspan='100'>甲</td>" * 3 + "</tr>"
    (table,) = _blocks(f"<table>{rows * 20_000}</table>")
    assert sum(map(len, table.lines)) < 200_000


def test_sections_inside_sections_follow_them_a_level_deeper() -> None:
    inner = f"<component>{section_of('中', '下位')}</component>"
    body = (
        f"<structuredBody><component>{section_of('外', '上位', inner)}</component>"
        f"<component>{section_of('次', '第二')}</component></structuredBody>"
    )
    sections = _read(clinical_document(body=body)).composition.sections
    assert [(one.level, one.title) for one in sections] == [(1, "上位"), (2, "下位"), (1, "第二")]
    assert sections[0].code == "61150-9"


@pytest.mark.parametrize(
    ("said", "confidentiality"),
    [
        ("N", Confidentiality.NORMAL),
        ("R", Confidentiality.RESTRICTED),
        ("V", Confidentiality.VERY_RESTRICTED),
        ("X", Confidentiality.UNKNOWN),
        ("", Confidentiality.UNKNOWN),
    ],
)
def test_what_does_not_say_how_confidential_it_is_is_closed(
    said: str, confidentiality: Confidentiality
) -> None:
    document = _read(clinical_document(confidentiality=said))
    assert document.confidentiality is confidentiality
    assert bool(document.findings) == (confidentiality is Confidentiality.UNKNOWN)


_SECRET = '<confidentialityCode code="V"/>'
_TWICE = f'<confidentialityCode code="N"/>{_SECRET}'
_ENTRY = f"<entry><observation>{_SECRET}</observation></entry>"


@pytest.mark.parametrize(
    "body",
    [
        f"<structuredBody><component>{section_of('x', more=_SECRET)}</component></structuredBody>",
        f"<structuredBody>{_SECRET}<component>{section_of('x')}</component></structuredBody>",
        f"<structuredBody><component>{section_of('x', more=_ENTRY)}</component></structuredBody>",
        f"<nonXMLBody><text>x</text>{_SECRET}</nonXMLBody>",
        f"<structuredBody><component>{section_of('x', more=_TWICE)}</component></structuredBody>",
    ],
    ids=["section", "body", "entry", "no XML", "two codes"],
)
def test_a_document_is_as_confidential_as_the_most_confidential_of_its_parts(body: str) -> None:
    assert _read(clinical_document(body=body)).confidentiality is Confidentiality.VERY_RESTRICTED


def test_of_two_words_on_a_document_the_stricter_holds() -> None:
    for codes in (("N", "R"), ("R", "N")):
        said = '"/><confidentialityCode code="'.join(codes)
        assert _read(clinical_document(confidentiality=said)).confidentiality is Confidentiality.RESTRICTED


def test_a_body_that_is_no_xml_travels_as_a_file() -> None:
    told = b64encode(b"%PDF-1.4 \xff").decode()
    text = f'<text mediaType="application/pdf" representation="B64">{told[:8]}\n{told[8:]}</text>'
    body = f"<nonXMLBody>{text}</nonXMLBody>"
    document = _read(clinical_document(body=body))
    assert document.embedded == (b"%PDF-1.4 \xff",)
    assert document.composition.sections == ()
    broken = _read(clinical_document(body='<nonXMLBody><text representation="B64">%%%</text></nonXMLBody>'))
    assert [finding.code for finding in broken.findings] == ["CDA-04"]


@pytest.mark.parametrize("said", ["", ' mediaType="text/plain"', ' representation="TXT"'])
def test_a_body_of_plain_text_is_a_section(said: str) -> None:
    body = f"<nonXMLBody><text{said}>咳が続く。\n発熱なし。</text></nonXMLBody>"
    document = _read(clinical_document(body=body))
    (section,) = document.composition.sections
    assert (section.title, section.level) == ("", 1)
    assert section.blocks == (Paragraph("咳が続く。\n発熱なし。"),)
    assert (document.embedded, document.findings) == ((), ())
    nothing = '<nonXMLBody><text mediaType="application/pdf"><reference value="a.pdf"/></text></nonXMLBody>'
    document = _read(clinical_document(body=nothing))
    assert (document.composition.sections, document.references) == ((), ("a.pdf",))


def test_what_a_document_points_at_is_named_and_not_followed() -> None:
    media = (
        '<entry><observationMedia><value><reference value="a.png"/></value></observationMedia></entry>'
        '<entry><observation><reference><externalDocument><text><reference value="../../x.pdf"/></text>'
        "</externalDocument></reference></observation></entry>"
        '<entry><observation><text><reference value="#n1"/></text></observation></entry>'
    )
    body = f"<structuredBody><component>{section_of('x', more=media)}</component></structuredBody>"
    assert set(_read(clinical_document(body=body)).references) == {"a.png", "../../x.pdf"}


def test_a_document_about_several_people_is_refused() -> None:
    twice = clinical_document().replace(b"<author>", b"<recordTarget/><author>", 1)
    with pytest.raises(Unreadable) as refused:
        read_cda(twice, FACILITY)
    assert refused.value.finding.code == "CDA-03"


def test_other_xml_is_no_document_of_this_kind() -> None:
    assert read_cda(b"<report/>", FACILITY) is None
