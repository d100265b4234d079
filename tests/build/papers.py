"""Small documents of an extended storage: a CDA document whose every part a test may replace."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from ssmix2.extended_writer import content_folder, write_folder
from ssmix2.layout import FileName

NOTE = "K010^経過記録^99H01^11506-3^経過記録^LN"
SUMMARY = "K020^退院時サマリー^99H01^18842-5^退院時サマリー^LN"
REFERRAL = "K030^紹介状^99H01^57133-1^紹介状^LN"
PATIENT = "0012345678"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"

_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
<id root="2.999.1" extension="D1"/>
<code code="{code}" codeSystem="2.16.840.1.113883.6.1" displayName="経過記録"/>
<title>{title}</title>
<effectiveTime value="20240510113000+0900"/>
<confidentialityCode code="{confidentiality}"/>
<recordTarget><patientRole><id root="2.999.2" extension="{patient}"/><patient>
<name use="IDE"><family>試験</family><given>花子</given></name>
<name use="SYL"><family>シケン</family><given>ハナコ</given></name>
<administrativeGenderCode code="F"/><birthTime value="19700115"/></patient></patientRole></recordTarget>
<author><time value="20240510110500+0900"/><assignedAuthor><assignedPerson>
<name use="IDE"><family>五日</family><given>右京</given></name></assignedPerson>
<representedOrganization><name>見本中央病院 内科</name></representedOrganization></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><name>見本中央病院</name>
</representedCustodianOrganization></assignedCustodian></custodian>
<informationRecipient><intendedRecipient><informationRecipient><name>浜田 圭介</name></informationRecipient>
<receivedOrganization><name>見本駅前医院</name></receivedOrganization></intendedRecipient></informationRecipient>
<documentationOf><serviceEvent classCode="ENC"><effectiveTime><low value="202405101030"/>
<high value="202405101030"/></effectiveTime></serviceEvent></documentationOf>
<component>{body}</component>
</ClinicalDocument>
"""


def clinical_document(
    text: str = "<paragraph>咳が続く。</paragraph>",
    *,
    patient: str = PATIENT,
    title: str = "経過記録（内科）",
    code: str = "11506-3",
    confidentiality: str = "N",
    body: str = "",
) -> bytes:
    """Write a document of one section with this narrative, or with another body."""
    section = f"<structuredBody><component>{section_of(text)}</component></structuredBody>"
    return _DOCUMENT.format(
        code=code, title=title, confidentiality=confidentiality, patient=patient, body=body or section
    ).encode()


def section_of(text: str, title: str = "主観的情報", more: str = "") -> str:
    """Write a section; `more` stands behind its text."""
    return f'<section><code code="61150-9"/><title>{title}</title><text>{text}</text>{more}</section>'


def picture(form: str = "PNG") -> bytes:
    """Draw a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(out, form)
    return out.getvalue()


def lay(
    root: Path,
    files: Mapping[str, bytes],
    kind: str = NOTE,
    *,
    patient: str = PATIENT,
    key: str = "D0001",
    at: str = "20240510113000000",
) -> FileName:
    """Write a content folder as a hospital does."""
    name = content_folder(patient, at[:8], kind, key, at, "01")
    write_folder(root, name, files)
    return name


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """Write a ZIP as anybody might."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
