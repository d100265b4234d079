"""OMG-01 to OMG-13 as text: what was ordered, what was done, what was found (fact sheet §4.12, §4.13)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from hie.record.clinical import (
    DiagnosticReport,
    Observation,
    Procedure,
    Record,
    ServiceRequest,
    StudyLink,
)
from hie.record.errors import Invalid
from ssmix2.writing.fields import NOTHING, cwe, doctor, escaped, required, time
from ssmix2.writing.orders import parted, result, visit
from ssmix2.writing.procedures import procedure
from ssmix2.writing.segments import Frame, department, nte, obr, orc

ORDER_TYPE = "OMG^O19^OMG_O19"
PERFORMED_TYPE = "OMI^Z23^OMI_Z23"
RESULT_TYPE = "ORU^R01^ORU_R01"

_UID = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+", re.ASCII)
_UID_LIMIT = 64
_WHOLE, _PARENT, _CHILD, _CANCELLED, _RESULT = "NW", "PA", "CH", "CA", "SC"
_ROUTINE = "R^ルーチン^HL70485"
_PHYSIOLOGY = frozenset({"OMG-03", "OMG-13"})
Head = TypeVar("Head", ServiceRequest, DiagnosticReport)


class _Examination(NamedTuple, Generic[Head]):
    """One OBR: its head, the results behind it, and each procedure with its own results."""

    head: Head
    results: list[Observation]
    procedures: list[tuple[Procedure, list[Observation]]]


class _Contents(NamedTuple, Generic[Head]):
    """The records of a message by their places."""

    common: list[Observation]
    """What is said of the whole order."""
    examinations: list[_Examination[Head]]
    links: list[StudyLink]


def order(kind: str, framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OMG-01, OMG-02 or OMG-03: `PV1 [{AL1}] { ORC TQ1 OBR [{OBX}] }`."""
    orders, allergies = parted(records)
    if allergies and kind not in _PHYSIOLOGY:
        raise Invalid("AL1 is used in OMG-03 only")
    found = _contents(framed, orders, ServiceRequest)
    yield from visit(framed, allergies, set_id="0001")
    whole, children = _whole(framed, found)
    for set_id, (control, head, results) in enumerate((*whole, *children), 1):
        yield from _ordered(kind, framed, control, set_id, head)
        yield from _results(results)


def performed(kind: str, framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OMG-11 or OMG-12: `PV1 { ORC TQ1 OBR [{OBX}] [{ZE1 [{OBX}] [{ZE2}]}] {IPC} }`."""
    found = _contents(framed, records, DiagnosticReport)
    links = [_ipc(link) for link in found.links or [_envelope_link(framed)]]
    yield from visit(framed, (), set_id="0001")
    whole, children = _whole(framed, found)
    steps = 0
    done = [one.procedures for one in found.examinations]
    if children:
        done = [[], [], *done]
    for set_id, (control, head, results) in enumerate((*whole, *children), 1):
        required(head.collected_at, "OBR-7")
        yield from _performed(framed, control, set_id, head)
        yield from _results(results)
        for what, inside in done[set_id - 1]:
            steps += 1
            yield from procedure(kind, framed, steps, what, inside)
        yield from links


def physiology(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OMG-13: `PV1 { ORC OBR [{OBX}] }`."""
    found = _contents(framed, records, DiagnosticReport)
    if found.common or found.links or any(one.procedures for one in found.examinations):
        raise Invalid("OMG-13 holds reports and their results")
    control = _CANCELLED if framed.envelope.cancelled else _RESULT
    yield from visit(framed, (), set_id="0001")
    for set_id, (head, results, _) in enumerate(found.examinations, 1):
        place = required(_department(framed, head), "ORC-17")
        required(head.collected_at, "OBR-7")
        ordered, who = _asked(framed, framed.envelope.ordered_at, head)
        yield orc(framed, control, at=ordered, department_text=place, orderer=who)
        yield obr(framed, set_id, head, status=escaped(head.status))
        yield from nte(head.note)
        yield from _results(results)


def _contents(framed: Frame, records: Sequence[Record], heads: type[Head]) -> _Contents[Head]:
    """Put each result behind what it belongs to, by its place among the records."""
    found = _Contents[Head]([], [], [])
    for record in records:
        if isinstance(record, heads):
            found.examinations.append(_Examination(_checked(framed, record), [], []))
        elif isinstance(record, Observation):
            _results_of(record, found).append(record)
        elif isinstance(record, Procedure) and heads is DiagnosticReport and found.examinations:
            found.examinations[-1].procedures.append((record, []))
        elif isinstance(record, StudyLink) and heads is DiagnosticReport:
            found.links.append(record)
        else:
            raise Invalid("an examination's message holds its heads, and behind each what belongs to it")
    if not found.examinations:
        raise Invalid("an examination's message holds at least one examination")
    return found


def _results_of(result_: Observation, found: _Contents[Head]) -> list[Observation]:
    if not found.examinations:
        if result_.group != NOTHING:
            raise Invalid("a result follows the examination it belongs to")
        return found.common
    last = found.examinations[-1]
    code, place = last.head.code, last.results
    if last.procedures:
        code, place = last.procedures[-1][0].code, last.procedures[-1][1]
    if result_.group != code:
        raise Invalid("a result bears the code of what it follows")
    return place


def _checked(framed: Frame, head: Head) -> Head:
    if head.order_number != framed.envelope.order_number:
        raise Invalid("OBR-2 is the order number of the envelope in every group")
    if any(head.specimen):
        raise Invalid("SPM is not used in OMG")
    return head


def _whole(
    framed: Frame, found: _Contents[Head]
) -> tuple[list[tuple[str, Head, list[Observation]]], list[tuple[str, Head, list[Observation]]]]:
    """Give the groups for the whole order (NW, PA) and those of its examinations (§2.3).

    A group is ORC-1, what stands in OBR, and the results behind it.
    """
    controls = {_own_control(one.head) for one in found.examinations}
    several = _CHILD in controls or (None in controls and len(found.examinations) > 1)
    if several and len(controls) > 1:
        raise Invalid("ORC-1 is CH in every examination of an order, or in none")
    if framed.envelope.cancelled and (several or len(found.examinations) > 1):
        raise Invalid("a cancelled order is named once, without its children")
    if several:
        # What repeats the order names its first examination, and nothing that is said of that alone.
        first = found.examinations[0].head._replace(note="")
        children = [(_CHILD, one.head, one.results) for one in found.examinations]
        return [(_WHOLE, first, []), (_PARENT, first, found.common)], children
    if found.common:
        raise Invalid("a result follows the examination it belongs to")
    return [(_control(framed, one.head), one.head, one.results) for one in found.examinations], []


def _control(framed: Frame, head: ServiceRequest | DiagnosticReport) -> str:
    if framed.envelope.cancelled:
        return _CANCELLED
    return _own_control(head) or ("" if isinstance(head, ServiceRequest) else _WHOLE)


def _own_control(head: ServiceRequest | DiagnosticReport) -> str | None:
    """Give what the record itself says for ORC-1; a report says nothing."""
    return head.control if isinstance(head, ServiceRequest) else None


def _ordered(kind: str, framed: Frame, control: str, set_id: int, request: ServiceRequest) -> Iterator[str]:
    if request.items or any(request.site):
        raise Invalid("SPM and items are not used in OMG")
    if request.reason and kind not in _PHYSIOLOGY:
        raise Invalid("OBR-13 is used in OMG-03 only")
    parent = escaped(framed.envelope.order_number) if control == _CHILD else ""
    place = _department(framed, request)
    if kind in _PHYSIOLOGY:
        required(place, "ORC-17")
    ordered, who = _asked(framed, request.ordered_at, request)
    yield orc(
        framed,
        required(control, "ORC-1"),
        status=escaped(request.status),
        at=ordered,
        department_text=place,
        orderer=who,
        parent=parent,
    )
    priority = required(cwe(request.priority), "TQ1-9")
    yield f"TQ1|1||||||{time(request.scheduled_at, 'TQ1-7')}||{priority}"
    service = required(cwe(request.code, request.local), "OBR-4")
    yield (
        f"OBR|{set_id}|{escaped(request.order_number)}|{escaped(framed.envelope.filler_number)}|{service}"
        f"|||{time(request.collected_at, 'OBR-7')}|||||{cwe(request.danger)}|{escaped(request.reason)}"
        f"|||{who}{'|' * 13}{parent}"
    ).rstrip("|")
    yield from nte(request.note)


def _performed(framed: Frame, control: str, set_id: int, report: DiagnosticReport) -> Iterator[str]:
    ordered, who = _asked(framed, framed.envelope.ordered_at, report)
    parent = escaped(framed.envelope.order_number) if control == _CHILD else ""
    place = _department(framed, report)
    yield orc(framed, control, at=ordered, department_text=place, orderer=who, parent=parent)
    yield f"TQ1|1||||||{time(report.collected_at, 'TQ1-7')}||{_ROUTINE}"
    yield obr(framed, set_id, report, status=escaped(report.status), parent=parent)
    yield from nte(report.note)


def _asked(framed: Frame, at: str, head: ServiceRequest | DiagnosticReport) -> tuple[str, str]:
    """Give ORC-9 and ORC-12, which every examination needs."""
    who = required(doctor(head.orderer, framed.envelope.practitioner), "ORC-12")
    return required(at, "ORC-9"), who


def _department(framed: Frame, head: ServiceRequest | DiagnosticReport) -> str:
    return department(head.department) if any(head.department) else framed.department


def _results(results: list[Observation]) -> Iterator[str]:
    for set_id, one in enumerate(results, 1):
        required(one.value, "OBX-5")
        yield from result(set_id, one)


def _envelope_link(framed: Frame) -> StudyLink:
    envelope = framed.envelope
    return StudyLink(
        envelope.accession_number,
        envelope.requested_procedure,
        envelope.study_instance_uid,
        "",
        envelope.modality,
    )


def _ipc(link: StudyLink) -> str:
    study = required(link.study_instance_uid, "IPC-3")
    if len(study) > _UID_LIMIT or not _UID.fullmatch(study):
        raise Invalid("IPC-3 is no unique identifier of DICOM")
    accession = escaped(required(link.accession_number, "IPC-1"))
    modality = escaped(required(link.modality, "IPC-5"))
    requested, step = escaped(link.requested_procedure), escaped(link.scheduled_step)
    return f"IPC|{accession}|{requested}|{study}|{step}|{modality}^^DCM"
