"""Examinations of imaging orders: ORC, TQ1, OBR, IPC (fact sheet §2.3, §4.12, §4.13)."""

from __future__ import annotations

from typing import NamedTuple

from hie.record.clinical import DiagnosticReport
from hie.record.findings import Finding, Severity
from ssmix2.datakind import Parts
from ssmix2.er7 import Message, Segment, component
from ssmix2.fields import CODINGS, NO_CODING, PRACTITIONERS, TIMES
from ssmix2.segments import is_cancelled, service

_PARENT, _CHILD = "PA", "CH"
_NO_SEGMENT: Segment = [""] * 56
_NO_REQUEST = Finding("REQ-SEG-OBR", Severity.ERROR, "message", "There is no OBR segment.")


class Examination(NamedTuple):
    """The segments of one OBR; those that are missing read as empty fields."""

    orc: Segment
    tq1: Segment
    obr: Segment


def examinations(message: Message) -> Parts:
    """Read one report head per examination, and the accession number that joins the images.

    Where there are children (CH), the groups NW and PA repeat what they say and are no examinations
    of their own; a parent (PA) never is.
    """
    groups = _groups(message)
    children = [group for group in groups if group.orc[1].strip() == _CHILD]
    orders = [group for group in groups if group.orc[1].strip() != _PARENT]
    reports = tuple(_report(group) for group in children or orders or groups)
    return Parts(
        records=reports,
        item_count=1,
        department=next((one.department.code for one in reports if one.department.code), "")
        or service(message.first("PV1")),
        link=accession_number(message),
        cancelled=is_cancelled(message),
        findings=() if groups else (_NO_REQUEST,),
    )


def accession_number(message: Message) -> str:
    """Read the first IPC-1, DICOM (0008,0050)."""
    return next((number for one in message.every("IPC") if (number := component(one[1], 1).strip())), "")


def _groups(message: Message) -> list[Examination]:
    """Gather ORC, TQ1 and OBR."""
    groups: list[Examination] = []
    orc = tq1 = _NO_SEGMENT
    for segment in message.segments:
        if segment[0] == "ORC":
            orc, tq1 = segment, _NO_SEGMENT
        elif segment[0] == "TQ1":
            tq1 = segment
        elif segment[0] == "OBR":
            groups.append(Examination(orc, tq1, segment))
    return groups


def _report(group: Examination) -> DiagnosticReport:
    """Read the head of one examination; an order has its planned time where a report has its own."""
    orc, tq1, obr = group
    return DiagnosticReport(
        order_number=component(orc[2] or obr[2], 1).strip(),
        code=CODINGS[obr[4]],
        collected_at=TIMES[obr[7]] or TIMES[obr[36]] or TIMES[tq1[7]],
        reported_at=TIMES[obr[22]],
        status=obr[25].strip() or orc[5].strip(),
        specimen=NO_CODING,
        department=CODINGS[orc[17]],
        orderer=PRACTITIONERS[orc[12]] or PRACTITIONERS[obr[16]],
    )
