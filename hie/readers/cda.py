"""CDA R2 documents: header and narrative (HL7 CDA R2, JAHIS 診療文書構造化記述規約; fact sheet §6.4).

What people wrote is read, not what machines coded: sections with paragraphs, lists and tables as
plain text. Styles, links and embedded markup are left behind, so nothing of a document can act.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import NamedTuple

from hie.readers.narrative import blocks_of
from hie.record.entry import Confidentiality
from hie.record.errors import Unreadable
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.markup import Element, parse
from hie.record.narrative import Composition, Section
from hie.record.people import HumanName, PatientFacts, Sex
from hie.record.times import day_of

ROOT = "ClinicalDocument"
MOST_SECTIONS = 2_000

_CONFIDENTIALITIES = {
    "N": Confidentiality.NORMAL,
    "L": Confidentiality.NORMAL,
    "M": Confidentiality.NORMAL,
    "R": Confidentiality.RESTRICTED,
    "V": Confidentiality.VERY_RESTRICTED,
}
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "UN": Sex.OTHER, "O": Sex.OTHER, "1": Sex.MALE, "2": Sex.FEMALE}
_LEVEL_ELEMENT = "confidentialityCode"
"""Stands in the header, and again in a body, section or entry that is more confidential."""
_WRITTEN, _SPOKEN = ("IDE", ""), ("SYL", "P")
_LEVEL = 1


class ClinicalDocument(NamedTuple):
    """A CDA document, read."""

    patients: tuple[PatientFacts, ...]
    """Everything `recordTarget` calls the patient, one for each identifier."""
    composition: Composition
    """Without attachments."""
    confidentiality: Confidentiality
    """The most careful of all that is said in it; unknown where the document itself does not say."""
    embedded: tuple[bytes, ...]
    """Bodies that are no XML, such as a PDF in base64."""
    references: tuple[str, ...]
    """Files that the document points at, as written."""
    findings: tuple[Finding, ...]


def read_cda(content: bytes, facility: FacilityCode) -> ClinicalDocument | None:
    """Read a document; none where the XML is well-formed and no CDA.

    Raises `Unreadable`: what `markup.parse` raises, and CDA-03 for a document about several people.
    """
    root = parse(content)
    if root.name != ROOT:
        return None
    if len(list(root.elements("recordTarget"))) > 1:
        raise Unreadable(_finding("CDA-03", Severity.ERROR, "The document is about several patients."))
    sections = (*_sections(root), *_plain_bodies(root))
    everywhere = (_level(one) for one in root.every() if one.name == _LEVEL_ELEMENT)
    bodies, findings = _bodies(root)
    confidentiality = max(map(_level, root.elements(_LEVEL_ELEMENT)), default=Confidentiality.UNKNOWN)
    if confidentiality is Confidentiality.UNKNOWN:
        findings += (
            _finding("CDA-02", Severity.WARNING, "The document does not say how confidential it is."),
        )
    return ClinicalDocument(
        tuple(_patients(root, facility)),
        _composition(root, sections),
        max((confidentiality, *everywhere)),
        bodies,
        tuple(_references(root)),
        findings,
    )


def _composition(root: Element, sections: tuple[Section, ...]) -> Composition:
    title, author = root.one("title"), root.one("author")
    event = root.one("documentationOf/serviceEvent/effectiveTime") or root.one(
        "componentOf/encompassingEncounter/effectiveTime"
    )
    return Composition(
        title=(title.text() if title else "") or root.value("code", "displayName"),
        kind=root.value("code", "displayName"),
        code=root.value("code", "code"),
        author=_author(author) if author else "",
        organization=_text(root, "author/assignedAuthor/representedOrganization/name"),
        written_at=_digits(root.value("author/time")) or _digits(root.value("effectiveTime")),
        custodian=_text(root, "custodian/assignedCustodian/representedCustodianOrganization/name"),
        recipient=_recipient(root),
        started_at=_start(event) if event else "",
        ended_at=_digits(event.value("high")) if event else "",
        sections=sections,
        attachments=(),
    )


def _start(event: Element) -> str:
    return _digits(event.value("low")) or _digits(event.attributes.get("value", ""))


def _author(author: Element) -> str:
    person = author.one("assignedAuthor/assignedPerson")
    if person is None:
        return _text(author, "assignedAuthor/assignedAuthoringDevice/softwareName")
    return _name_as(person, *_WRITTEN)[2]


def _recipient(root: Element) -> str:
    """Write whom a letter goes to: place and person."""
    to = root.one("informationRecipient/intendedRecipient")
    if to is None:
        return ""
    person = to.one("informationRecipient")
    told = (_text(to, "receivedOrganization/name"), _name_as(person, *_WRITTEN)[2] if person else "")
    return " ".join(filter(None, told))


def _patients(root: Element, facility: FacilityCode) -> list[PatientFacts]:
    role = root.one("recordTarget/patientRole")
    if role is None:
        return []
    person = role.one("patient")
    name, born, sex = HumanName(), "", ""
    if person is not None:
        name = HumanName(*_name_as(person, *_WRITTEN)[:2], *_name_as(person, *_SPOKEN)[:2])
        born, sex = person.value("birthTime"), person.value("administrativeGenderCode", "code")
    numbers = [one.attributes.get("extension", "").strip() for one in role.elements("id")]
    return [
        PatientFacts(LocalPatientId(facility, number), name, day_of(born), _SEXES.get(sex, Sex.UNKNOWN))
        for number in numbers
        if number
    ]


def _name_as(person: Element, use: str, other: str) -> tuple[str, str, str]:
    """Read a person's name in one writing: family, given, and both as they stand."""
    for name in person.elements("name"):
        uses = name.attributes.get("use", "").split()
        if use in uses or other in uses or (not uses and not other):
            family, given = _text(name, "family"), _text(name, "given")
            return family, given, " ".join(filter(None, (family, given))) or name.text()
    return "", "", ""


def _level(said: Element) -> Confidentiality:
    """Read one `confidentialityCode`; what is not known is unknown (law 6)."""
    return _CONFIDENTIALITIES.get(said.attributes.get("code", "").strip(), Confidentiality.UNKNOWN)


def _sections(root: Element) -> list[Section]:
    """Read the sections in order."""
    found: list[Section] = []
    waiting = [(_LEVEL, component) for component in root.all("component/structuredBody/component")][::-1]
    while waiting:
        level, component = waiting.pop()
        section = component.one("section")
        if section is None:
            continue
        if len(found) >= MOST_SECTIONS:
            raise Unreadable(_finding("XML-02", Severity.ERROR, "The document has too many sections."))
        found.append(_section(section, level))
        waiting += [(level + 1, below) for below in section.elements("component")][::-1]
    return found


def _section(section: Element, level: int) -> Section:
    title, text = section.one("title"), section.one("text")
    return Section(
        (title.text() if title else "") or section.value("code", "displayName"),
        section.value("code", "code"),
        level,
        blocks_of(text) if text else (),
    )


def _plain_bodies(root: Element) -> list[Section]:
    """Read a body that is plain text (ED without `representation`, or `TXT`): a section without a title."""
    texts = (one for one in root.all("component/nonXMLBody/text") if not _is_base64(one))
    return [Section("", "", _LEVEL, blocks) for one in texts if (blocks := blocks_of(one))]


def _is_base64(text: Element) -> bool:
    return text.attributes.get("representation", "").strip().upper() == "B64"


def _bodies(root: Element) -> tuple[tuple[bytes, ...], tuple[Finding, ...]]:
    """Read a body that is no XML, where it stands in the document itself."""
    bodies: list[bytes] = []
    for text in root.all("component/nonXMLBody/text"):
        if not _is_base64(text):
            continue
        try:
            bodies.append(b64decode("".join(text.text().split()), validate=True))
        except (binascii.Error, ValueError):
            return (), (_finding("CDA-04", Severity.WARNING, "A body in base64 cannot be read."),)
    return tuple(body for body in bodies if body), ()


def _references(root: Element) -> list[str]:
    """Gather what documents and pictures point at (EXT-04)."""
    found: list[str] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        for child in element.elements():
            if child.name == "reference" and element.name in {"value", "text"}:
                target = child.attributes.get("value", "").strip()
                if target and not target.startswith("#"):
                    found.append(target)
            waiting.append(child)
    return list(dict.fromkeys(found))


def _text(element: Element, path: str) -> str:
    found = element.one(path)
    return found.text() if found is not None else ""


def _digits(time: str) -> str:
    """Read the digits of a TS, to seconds."""
    length = 0
    while length < min(len(time), 14) and "0" <= time[length] <= "9":
        length += 1
    return time[:length]


def _finding(code: str, severity: Severity, message: str) -> Finding:
    return Finding(code, severity, "ClinicalDocument", message)
