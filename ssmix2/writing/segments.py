"""Segments that several kinds share: MSH, EVN, PID, PV1, ORC, OBR, OBX (fact sheet §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from hie.record.clinical import (
    Coding,
    Contact,
    Demographics,
    DiagnosticReport,
    Encounter,
    Observation,
    ParentResult,
    Place,
)
from hie.record.errors import Invalid
from hie.record.people import HumanName
from hie.record.times import UNKNOWN_DAY
from ssmix2.writing.envelope import Envelope
from ssmix2.writing.fields import (
    NOTHING,
    coded_value,
    cwe,
    doctor,
    escaped,
    join,
    number,
    required,
    subcomponents,
    time,
    xcn,
)

_PROFILE = "SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO"
_CHARACTER_SETS = f"P|2.5||||||~ISO IR87||ISO 2022-1994|{_PROFILE}"
_ORDER_TYPES = {"I": "I^入院患者オーダ^HL70482", "O": "O^外来患者オーダ^HL70482"}
_SENT_DIGITS = 17
_CONTROL_ID_LIMIT = 20
_RESULT_TYPES = frozenset({"NM", "ST", "CWE"})
_IMAGING_TYPES = _RESULT_TYPES | {"TX", "FT", "TS", "DT", "TM", "XCN", "ZRD"}
_FINAL = "F"
_ITEMS, _ITEM = "JC10", re.compile(r"[0-9A-Z]{15}(?:[0-9A-Z]{2})?", re.ASCII)
DEPARTMENT_SYSTEM = "HL70069"


class Frame(NamedTuple):
    """The envelope and the fields that every segment of a message repeats."""

    envelope: Envelope
    orderer: str
    location: str
    department: str
    facility: str
    order_type: str


def frame(envelope: Envelope) -> Frame:
    """Write the repeated fields once."""
    if envelope.patient_class not in _ORDER_TYPES:
        raise Invalid("PV1-2 is I or O")
    return Frame(
        envelope,
        xcn(envelope.practitioner),
        location(envelope.patient_class, envelope.department.code, envelope.ward),
        department(envelope.department),
        escaped(envelope.facility_name),
        _ORDER_TYPES[envelope.patient_class],
    )


@lru_cache(4096)
def location(patient_class: str, department_code: str, *places: str) -> str:
    """Write PL: ward, room, bed and `N` of an in-patient; department and `C` of an out-patient."""
    if patient_class == "O":
        return f"{escaped(department_code)}^^^^^C" if department_code else ""
    ward, room, bed = (*map(escaped, places), "", "", "")[:3]
    return f"{ward}^{room}^{bed}^^^N" if ward or room or bed else ""


def place(where: Place, field: str) -> str:
    """Write a PL that is no patient's present one: a clinic, or ward, room and bed."""
    if where.department and any(where[1:]):
        raise Invalid(f"{field} is a clinic or a bed, not both")
    return location("O" if where.department else "I", *where)


def department(coding: Coding) -> str:
    """Write a department as ORC-17 holds it; table 0069 where the system is not said."""
    return cwe(coding._replace(system=coding.system or DEPARTMENT_SYSTEM)) if coding.code else cwe(coding)


def msh(envelope: Envelope, message_type: str) -> str:
    """Write the header; `message_type` is MSH-9 with all three components."""
    sent = envelope.sent_at
    if len(sent) != _SENT_DIGITS:
        raise Invalid("MSH-7 is given in 17 digits")
    control = required(envelope.control_id, "MSH-10")
    if len(control) > _CONTROL_ID_LIMIT:
        raise Invalid("MSH-10 has at most 20 characters")
    sender = f"{escaped(envelope.application)}|{escaped(envelope.facility_id)}|GW|"
    return f"MSH|^~\\&|{sender}|{time(sent, 'MSH-7')}||{message_type}|{escaped(control)}|{_CHARACTER_SETS}"


def evn(envelope: Envelope, *, planned: str = "", reason: str = "", occurred: str = "") -> str:
    """Write the event: recorded when it was sent; EVN-3, EVN-4 and EVN-6 where it has them."""
    return join(
        "EVN",
        "",
        time(envelope.sent_at[:14], "EVN-2"),
        time(planned, "EVN-3"),
        escaped(reason),
        "",
        time(occurred, "EVN-6"),
        escaped(envelope.facility_id),
    )


@lru_cache(4096)
def pid(person: Demographics) -> str:
    """Write whom a message is about: id, name, birth date, sex (PID-3, 5, 7, 8)."""
    facts = person.patient
    if facts.birth_day == UNKNOWN_DAY:
        raise Invalid("PID-7 is required")
    birth = time(f"{facts.birth_day:08d}", "PID-7")
    return f"PID|0001||{escaped(facts.source.value)}^^^^PI||{_xpn(facts.name)}||{birth}|{facts.sex.value}"


@lru_cache(4096)
def full_pid(person: Demographics) -> str:
    """Write a person with address, telephones and time of the last update, as ADT-00 does."""
    return join(
        pid(person),
        "",
        "",
        _xad(person.postal_code, person.address),
        "",
        _xtn("PRN", person.home_phone),
        _xtn("WPN", person.work_phone) + "|" * 18,
        time(required(person.updated_at, "PID-33"), "PID-33"),
    )


def nk1(set_id: int, contact: Contact) -> str:
    """Write a person to reach."""
    return join(
        "NK1",
        str(set_id),
        _xpn(contact.name, "NK1-2"),
        cwe(contact.relationship),
        _xad(contact.postal_code, contact.address),
        _xtn("PRN", contact.home_phone),
        _xtn("WPN", contact.work_phone),
    )


def pv1(encounter: Encounter, envelope: Envelope) -> str:
    """Write where and with whom a patient was (PV1-2, 3, 6, 7, 10, 17, 36, 44, 45)."""
    here = encounter
    if here.patient_class == "O" and (here.ward or here.room or here.bed):
        raise Invalid("PV1-3 of an out-patient holds no ward")
    return join(
        f"PV1|0001|{here.patient_class}",
        location(here.patient_class, here.department, here.ward, here.room, here.bed) + "||",
        place(here.prior, "PV1-6"),
        doctor(here.attending, envelope.practitioner) + "||",
        escaped(here.department) + "|" * 6,
        doctor(here.admitting, envelope.practitioner) + "|" * 18,
        escaped(here.disposition) + "|" * 7,
        time(here.admitted_at, "PV1-44"),
        time(here.discharged_at, "PV1-45"),
    )


def order_pv1(framed: Frame, *, set_id: str = "", service: bool = True) -> str:
    """Write PV1 of an order or a result; PV1-10 is not used in OMP-02."""
    head = f"PV1|{set_id}|{framed.envelope.patient_class}|{framed.location}||||{framed.orderer}"
    return join(head, "", "", escaped(framed.envelope.department.code) if service else "")


def orc(  # noqa: PLR0913  one argument per field that differs between kinds
    framed: Frame,
    control: str,
    *,
    group: str = "",
    status: str = "",
    at: str = "",
    department_text: str | None = None,
    order_number: str = "",
    orderer: str | None = None,
    parent: str = "",
) -> str:
    """Write the common order segment (ORC-1 to ORC-29)."""
    envelope = framed.envelope
    number_text = escaped(order_number or envelope.order_number)
    filler = escaped(envelope.filler_number)
    where = framed.department if department_text is None else department_text
    doctor_text = framed.orderer if orderer is None else orderer
    place = f"{framed.location}||||{where}||||{framed.facility}"
    return (
        f"ORC|{required(control, 'ORC-1')}|{number_text}|{filler}|{group}|{status}|||{parent}"
        f"|{time(at, 'ORC-9')}|{doctor_text}||{doctor_text}|{place}||||||||{framed.order_type}"
    )


def obr(framed: Frame, set_id: int, report: DiagnosticReport, *, status: str = "", parent: str = "") -> str:
    """Write one requested service (OBR-1 to OBR-29)."""
    envelope = framed.envelope
    service = required(cwe(report.code), "OBR-4")
    performed = time(report.collected_at, "OBR-7")
    orderer = doctor(report.orderer, envelope.practitioner)
    return (
        f"OBR|{set_id}|{escaped(report.order_number)}|{escaped(envelope.filler_number)}|{service}|||{performed}"
        f"|||||||||{orderer}||||||{time(report.reported_at, 'OBR-22')}|||{status}"
        f"|{_prl(report.parent)}|||{parent}"
    ).rstrip("|")


def item(*codings: Coding) -> str:
    """Write OBX-3. Raises `Invalid` where it is empty, or of JLAC10 without its 17 (or 15) characters."""
    if any(one.system == _ITEMS and not _ITEM.fullmatch(one.code) for one in codings):
        raise Invalid("OBX-3 is of JLAC10 and has not its 17 (or 15) characters")
    return required(cwe(*codings), "OBX-3")


def obx(set_id: int, result: Observation, *, imaging: bool = False) -> str:
    """Write one result. Raises `Invalid` for a type the kind forbids and for a number that is none."""
    kind = result.value_type
    if kind not in (_IMAGING_TYPES if imaging else _RESULT_TYPES):
        raise Invalid("OBX-2 is a value type that this kind does not use")
    if not result.value and result.status == _FINAL:
        raise Invalid("OBX-5 is required of a final result")
    what = item(*_triplets(result))
    status = required(result.status, "OBX-11")
    measured = f"{_value(result)}|{_unit(result.unit, result.unit_code)}|{escaped(result.reference_range)}"
    observed = time(result.observed_at, "OBX-14")
    text = (
        f"OBX|{set_id}|{kind}|{what}|{escaped(result.sub_id)}|{measured}|{escaped(result.flag)}"
        f"|||{status}|||{observed}"
    )
    return text.rstrip("|")


def nte(text: str) -> Iterator[str]:
    """Write a note, one segment per line."""
    for set_id, line in enumerate(text.split("\n") if text else (), 1):
        yield f"NTE|{set_id}||{escaped(line)}".rstrip("|")


def _prl(parent: ParentResult) -> str:
    """OBR-26: the item in sub-components, its sub-id and what it found."""
    return "^".join((subcomponents(parent.code), escaped(parent.sub_id), escaped(parent.text))).rstrip("^")


def _triplets(result: Observation) -> tuple[Coding, Coding]:
    """Both triplets of OBX-3, or one where the facility's own code is the only one."""
    return (result.code, NOTHING if result.local == result.code else result.local)


def _value(result: Observation) -> str:
    if result.value_type == "NM":
        return number(result.value, "OBX-5")
    if result.value_type in {"CWE", "XCN", "ZRD"}:
        return coded_value(result.value)
    return escaped(result.value)


@lru_cache(4096)
def _unit(text: str, code: str) -> str:
    """OBX-6: code and shown text; a unit without a code is the text alone."""
    if not code:
        return f"^{escaped(text)}" if text else ""
    return cwe(Coding(code, text, "ISO+" if code.isascii() else "99UNT"))


def _xad(postal_code: str, address: str) -> str:
    """A home's address in one piece; empty where there is none."""
    return f"^^^^{escaped(postal_code)}^JPN^H^{escaped(address)}" if postal_code or address else ""


def _xpn(name: HumanName, field: str = "PID-5") -> str:
    """PID-5, NK1-2: the ideographic writing, then the phonetic one; at least one of them."""
    writings = [(name.family, name.given, "I"), (name.kana_family, name.kana_given, "P")]
    written = [
        f"{escaped(family)}^{escaped(given)}^^^^^L^{how}"
        for family, given, how in writings
        if family or given
    ]
    return required("~".join(written), field)


def _xtn(use: str, text: str) -> str:
    return f"^{use}^PH^^^^^^^^^{escaped(text)}" if text else ""
