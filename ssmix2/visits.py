"""Visits, admissions and discharges: EVN and PV1 of ADT messages (fact sheet §2.2, §4.4)."""

from __future__ import annotations

from hie.record.clinical import Encounter
from hie.record.findings import Finding, Severity
from ssmix2.datakind import Parts
from ssmix2.er7 import Message, component
from ssmix2.fields import PRACTITIONERS, TIMES
from ssmix2.layout import NO_DATE, FileName
from ssmix2.segments import is_cancelled, is_clinic, service

_NO_VISIT = Finding("REQ-SEG-PV1", Severity.ERROR, "message", "There is no PV1 segment.")


def visit(message: Message, name: FileName, time_field: int) -> Parts:
    """Read one event; it happened at PV1's `time_field`, else at EVN-6, else on the care date."""
    segment = message.first("PV1")
    happened = message.first("EVN")
    at = TIMES[segment[time_field]] if segment else ""
    if not at and happened:
        at = TIMES[happened[6]]
    if not at and name.care_date != NO_DATE:
        at = name.care_date
    event = message.event.partition("^")[2]
    if segment is None:
        record = Encounter(event, "", at, "", "", "", "", "", "", "", "")
    else:
        ward, room, bed = (
            ("", "", "")
            if is_clinic(segment)
            else (component(segment[3], number).strip() for number in (1, 2, 3))
        )
        record = Encounter(
            event,
            segment[2].strip(),
            at,
            TIMES[segment[44]],
            TIMES[segment[45]],
            service(segment),
            ward,
            room,
            bed,
            PRACTITIONERS[segment[7]],
            segment[36].strip(),
        )
    return Parts(
        records=(record,),
        item_count=1,
        department=record.department,
        cancelled=is_cancelled(message),
        findings=() if segment else (_NO_VISIT,),
    )
