"""Invented documents of an extended storage: CDA R2 with narrative, files beside it, and vital signs.

A document is a content folder, so each function gives the files of one. Hospitals name their kinds
differently, as real ones do: every second one leaves the local code out (fact sheet §6.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from hie.record.clinical import Coding, Demographics, DiagnosticReport, Observation
from hie.record.people import PatientFacts, Sex
from hie.sample.chart import Chart, Document
from hie.sample.drawings import figure, page
from hie.sample.facilities import DEPARTMENTS
from hie.sample.plan import day_text
from ssmix2.extended_writer import content_folder
from ssmix2.layout import FileName
from ssmix2.writing.envelope import Envelope
from ssmix2.writing.vital_signs import write_vital_signs

AREA = "extended"
VITAL_SIGNS = "L-OBSERVATIONS^OBSERVATIONS^99ZL01"
_ARC = "2.999.392"
"""The arc of examples: no identifier below it is anybody's."""
_LOINC, _JMIX = ("2.16.840.1.113883.6.1", "LOINC"), ("1.2.392.200119.5.3.1", "JMIX")
_MAIN = "main_document"
_TIMES = ("0600", "1400", "2000")


class Kind(NamedTuple):
    """A kind of document: LOINC code, name, and the hospital's number for it."""

    code: str
    name: str
    local: str


NOTE = Kind("11506-3", "経過記録", "K010")
SUMMARY = Kind("18842-5", "退院時サマリー", "K020")
REFERRAL = Kind("57133-1", "紹介状", "K030")
OPERATION = Kind("34874-8", "手術記録", "K040")


class Paper(NamedTuple):
    """What is written: when, about which care, and the sections as narrative markup."""

    kind: Kind
    ordinal: int
    clock: str
    department: str
    sections: tuple[tuple[str, str], ...]
    """Title and the inside of `<text>`."""
    begin: int = 0
    """Ordinal of the first day of a stay; 0 for a visit."""
    recipient: str = ""
    confidentiality: str = "N"


def progress_note(
    chart: Chart, ordinal: int, department: str, words: tuple[str, str, str, str], clock: str = "1105"
) -> list[Document]:
    """Write 経過記録: what the patient says, what is found, what it is, what is done."""
    titles = ("主観的情報(S)", "客観的所見(O)", "評価(A)", "計画(P)")
    sections = tuple(
        (title, f"<paragraph>{escape(text)}</paragraph>") for title, text in zip(titles, words, strict=True)
    )
    return _folder(chart, Paper(NOTE, ordinal, clock, department, sections))


def discharge_summary(  # noqa: PLR0913  what a summary's form asks
    chart: Chart,
    begin: int,
    end: int,
    department: str,
    diseases: Sequence[str],
    course: Sequence[str],
    *,
    medicines: Sequence[tuple[str, str]] = (),
) -> list[Document]:
    """Write 退院時サマリー: the course as a list, the medicines as a table, a printed page beside it."""
    sections = (
        ("退院時診断", _listed(diseases, ordered=True)),
        ("入院経過", _listed(course)),
        ("退院時処方", _table(("薬剤", "用法"), medicines) if medicines else "<paragraph>なし</paragraph>"),
        ("退院後の方針", "<paragraph>かかりつけ医で継続。<br/>悪化時は当院へ連絡。</paragraph>"),
    )
    printed = page(
        ("Discharge summary (invented)", chart.person.token, f"{day_text(begin)} - {day_text(end)}")
    )
    return _folder(chart, Paper(SUMMARY, end, "1600", department, sections, begin), {"summary.pdf": printed})


def referral(chart: Chart, ordinal: int, department: str, to: str, reason: str) -> list[Document]:
    """Write 診療情報提供書; every third hospital keeps it as a printed page only."""
    printed = page(("Referral (invented)", chart.person.token, day_text(ordinal)))
    paper = Paper(
        REFERRAL,
        ordinal,
        "1530",
        department,
        (
            ("紹介目的", f"<paragraph>{escape(reason)}</paragraph>"),
            (
                "備考",
                '<paragraph>画像は<linkHtml href="https://example.invalid/">別便</linkHtml>で送付します。</paragraph>',
            ),
        ),
        recipient=to,
    )
    if chart.site.position % 3 == 2:  # noqa: PLR2004
        return _files(chart, paper, {f"{_MAIN}.pdf": printed})
    return _folder(chart, paper, {"letter.pdf": printed})


def operation_note(chart: Chart, ordinal: int, department: str, operation: str) -> list[Document]:
    """Write 手術記録 with a drawing that its text refers to."""
    minutes = 60 + chart.person.position % 90
    sections = (
        ("術式", f"<paragraph>{escape(operation)}</paragraph>"),
        (
            "手術経過",
            _table(("時刻", "内容"), (("1005", "執刀開始"), ("1040", "主要操作"), ("1120", "閉創"))),
        ),
        ("出血量・時間", f"<paragraph>出血 少量、{minutes}分</paragraph>"),
        ("シェーマ", '<renderMultiMedia referencedObject="fig1"/><paragraph>図1のとおり</paragraph>'),
    )
    drawing = figure(chart.person.token, chart.person.position)
    return _folder(
        chart, Paper(OPERATION, ordinal, "1300", department, sections), {"images/fig1.png": drawing}
    )


def vital_signs(chart: Chart, ordinal: int, department: str, fever: float = 0.0) -> list[Document]:
    """Write one day of vital signs, three times a day; `fever` is degrees above the usual."""
    day = day_text(ordinal)
    key = day.zfill(15)
    sheet = DiagnosticReport(
        key, Coding("01", "バイタル", "99VIT"), day, f"{day}2005", "F", Coding(), DEPARTMENTS[department],
        chart.site.doctor(department).name,
    )  # fmt: skip
    results = [
        measured
        for turn, clock in enumerate(_TIMES)
        for measured in _measured(chart, ordinal, turn, day + clock, fever)
    ]
    envelope = _envelope(chart, key, f"{day}200500", department)
    person = _person(chart)
    content = write_vital_signs(envelope, person, sheet, results)
    name = content_folder(
        chart.local.value, day, VITAL_SIGNS, key, envelope.sent_at, DEPARTMENTS[department].code
    )
    return [Document(chart.site.code, AREA, f"{name.locator()}/{_MAIN}.hl7", content)]


def _measured(chart: Chart, ordinal: int, turn: int, at: str, fever: float) -> list[Observation]:
    """Give one round of measurements; drifts with person, day and time without drawing a number."""
    sway = (chart.person.position * 7 + ordinal * 3 + turn * 5) % 11
    heat = 36.1 + sway / 20 + fever
    told = (
        ("9P100000000000001", "体温", f"{heat:.1f}", "℃", "cel", "H" if heat >= 37.5 else ""),  # noqa: PLR2004  fever
        ("9P300000000000001", "脈拍", str(64 + sway + int(fever * 9)), "回/分", "(hb)", ""),
        ("9P200000000000001", "呼吸数", str(14 + sway % 4), "回/分", "/min", ""),
        ("9A751000000000001", "収縮期血圧", str(118 + sway * 2), "mmHg", "mm(hg)", "H" if sway > 10 else ""),  # noqa: PLR2004
        ("9A761000000000001", "拡張期血圧", str(70 + sway), "mmHg", "mm(hg)", ""),
        ("3H065000000000001", "SpO2", str(98 - sway % 3), "%", "%", ""),
    )
    group = Coding("01", "バイタル", "99VIT")
    return [
        Observation(
            Coding(code, name, "JC10"),
            Coding(),
            value,
            value,
            "NM",
            unit,
            unit_code,
            "",
            flag,
            "F",
            at,
            group,
            Coding(),
            "",
        )
        for code, name, value, unit, unit_code, flag in told
    ]


def folder_of(documents: Sequence[Document]) -> str:
    """Return the locator of the content folder that these files make."""
    return "/".join(documents[0].locator.split("/")[:6])


def flagged(documents: Sequence[Document], flag: str) -> list[Document]:
    """Give the same content folder in another state."""
    folder = folder_of(documents)
    return [
        one._replace(locator=f"{folder[:-1]}{flag}{one.locator.removeprefix(folder)}") for one in documents
    ]


def _folder(chart: Chart, paper: Paper, files: dict[str, bytes] | None = None) -> list[Document]:
    content = _clinical_document(chart, paper, tuple(files or ())).encode()
    return _files(chart, paper, {f"{_MAIN}.xml": content} | (files or {}))


def _files(chart: Chart, paper: Paper, files: dict[str, bytes]) -> list[Document]:
    folder = _name(chart, paper).locator()
    return [Document(chart.site.code, AREA, f"{folder}/{name}", content) for name, content in files.items()]


def _name(chart: Chart, paper: Paper) -> FileName:
    kind, day = paper.kind, day_text(paper.ordinal)
    local = (
        ("", kind.name, "")
        if chart.site.position % 2
        else (kind.local, kind.name, f"99H{chart.site.position:02d}")
    )
    return content_folder(
        chart.local.value,
        day,
        "^".join((*local, kind.code, kind.name, "LN")),
        f"{kind.local}{day}",
        f"{day}{paper.clock}30000",
        DEPARTMENTS[paper.department].code,
    )


def _envelope(chart: Chart, key: str, at: str, department: str) -> Envelope:
    return Envelope(
        chart.site.application,
        chart.site.facility.name,
        f"{at}000",
        f"{chart.person.token}V{key[-8:]}",
        key,
        DEPARTMENTS[department],
        chart.site.doctor(department),
        at,
        "I",
        chart.site.code,
    )


def _person(chart: Chart) -> Demographics:
    patient = chart.person.patient
    facts = PatientFacts(chart.local, patient.name, patient.birth_day, patient.sex)
    return Demographics(facts, "", "", "", "", "")


def _listed(items: Sequence[str], *, ordered: bool = False) -> str:
    kind = ' listType="ordered"' if ordered else ""
    return f"<list{kind}>{''.join(f'<item>{escape(item)}</item>' for item in items)}</list>"


def _table(columns: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in lines)
    return f'<table border="1"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _clinical_document(chart: Chart, paper: Paper, files: Sequence[str]) -> str:
    """Write the CDA document: header as JAHIS 共通編 asks, narrative body, references to files beside it."""
    at, patient = f"{day_text(paper.ordinal)}{paper.clock}00", chart.person.patient
    begin = day_text(paper.begin) if paper.begin else at[:12]
    end = day_text(paper.ordinal) if paper.begin else at[:12]
    event = "ACCM" if paper.begin else "ENC"
    code, (system, system_name) = (
        ("MD0020730", _JMIX) if paper.kind is REFERRAL else (paper.kind.code, _LOINC)
    )
    identity = f"{_ARC}.{chart.site.code}"
    name = patient.name
    doctor = chart.site.doctor(paper.department)
    place = escape(chart.site.facility.name)
    sections = "".join(_section(title, text, files if number == len(paper.sections) else ())
                       for number, (title, text) in enumerate(paper.sections, 1))  # fmt: skip
    recipient = (
        f"<informationRecipient><intendedRecipient><receivedOrganization><name>{escape(paper.recipient)}</name>"
        "</receivedOrganization></intendedRecipient></informationRecipient>"
        if paper.recipient
        else ""
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        '<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>\n'
        f'<id root="{identity}.1" extension="{chart.person.token}{paper.kind.local}{at}"/>\n'
        f'<code code="{code}" codeSystem="{system}" codeSystemName="{system_name}"'
        f' displayName="{paper.kind.name}"/>\n'
        f"<title>{paper.kind.name}</title>\n"
        f'<effectiveTime value="{at}"/>\n'
        f'<confidentialityCode code="{paper.confidentiality}" codeSystem="2.16.840.1.113883.5.25"/>\n'
        '<languageCode code="ja-JP"/>\n'
        f'<recordTarget><patientRole><id root="{identity}.2" extension="{chart.local.value}"/><patient>'
        f'<name use="IDE"><family>{name.family}</family><given>{name.given}</given></name>'
        f'<name use="SYL"><family>{name.kana_family}</family><given>{name.kana_given}</given></name>'
        f'<administrativeGenderCode code="{"F" if patient.sex is Sex.FEMALE else "M"}"'
        f' codeSystem="2.16.840.1.113883.5.1"/><birthTime value="{patient.birth_day}"/>'
        "</patient></patientRole></recordTarget>\n"
        f'<author><time value="{at}"/><assignedAuthor><id root="{identity}.3" extension="{doctor.id}"/>'
        f'<assignedPerson><name use="IDE"><family>{doctor.family}</family>'
        f"<given>{doctor.given}</given></name></assignedPerson>"
        f"<representedOrganization><name>{place}</name></representedOrganization>"
        "</assignedAuthor></author>\n"
        f'<custodian><assignedCustodian><representedCustodianOrganization><id root="{_ARC}"'
        f' extension="{chart.site.code}"/><name>{place}</name></representedCustodianOrganization>'
        "</assignedCustodian></custodian>\n"
        f"{recipient}\n"
        f'<documentationOf><serviceEvent classCode="{event}"><effectiveTime><low value="{begin}"/>'
        f'<high value="{end}"/></effectiveTime></serviceEvent></documentationOf>\n'
        f"<component><structuredBody>{sections}</structuredBody></component>\n"
        "</ClinicalDocument>\n"
    )


def _section(title: str, text: str, files: Sequence[str]) -> str:
    entries = "".join(
        '<entry><observationMedia classCode="OBS" moodCode="EVN"><value>'
        f'<reference value="{escape(name)}"/></value></observationMedia></entry>'
        for name in files
    )
    return f"<component><section><title>{title}</title><text>{text}</text>{entries}</section></component>"
