"""Visits and the events of a stay: EVN, PV1 and PV2 of ADT messages (fact sheet §2.2, §4.4, §4.5)."""

from __future__ import annotations

from hie.record.clinical import Encounter
from hie.record.findings import Finding, Severity
from ssmix2.datakind import Parts
from ssmix2.er7 import Message, Segment, component
from ssmix2.fields import PRACTITIONERS, TIMES
from ssmix2.layout import NO_DATE, FileName
from ssmix2.segments import PLACES, is_cancelled, service

Field = tuple[str, int]
"""Segment and field."""

OCCURRED: Field = ("EVN", 6)
PLANNED: Field = ("EVN", 3)
RECORDED: Field = ("EVN", 2)
ADMITTED: Field = ("PV1", 44)
DISCHARGED: Field = ("PV1", 45)
TO_BE_ADMITTED: Field = ("PV2", 8)
TO_BE_DISCHARGED: Field = ("PV2", 9)
TO_BE_BACK: Field = ("PV2", 47)

_NO_SEGMENT: Segment = [""] * 64
_LEVEL_OF_MISSING = {"PV1": Severity.ERROR, "PV2": Severity.WARNING}


def visit(message: Message, name: FileName, *dated_by: Field) -> Parts:
    """Read one event; it happens when the first filled of `dated_by` says, else on the care date.

    PV1 must exist, and so must PV2 where it leads `dated_by` (§2.3); a file without is reported.
    """
    segments = {one: message.first(one) or _NO_SEGMENT for one in ("EVN", "PV1", "PV2")}
    happened, here, plan = segments.values()
    at = next((TIMES[segments[one][field]] for one, field in dated_by if segments[one][field]), "")
    if not at and name.care_date != NO_DATE:
        at = name.care_date
    place = PLACES[here[3]]
    record = Encounter(
        message.event.partition("^")[2],
        here[2].strip(),
        at,
        TIMES[here[44]],
        TIMES[here[45]],
        service(here),
        place.ward,
        place.room,
        place.bed,
        PRACTITIONERS[here[7]],
        here[36].strip(),
        PRACTITIONERS[here[17]],
        PLACES[here[6]],
        PLACES[plan[1]],
        "" if TO_BE_DISCHARGED in dated_by else TIMES[plan[9]],
        TIMES[plan[47]],
        component(happened[4], 1).strip(),
    )
    wanted = ("PV1", *(("PV2",) if dated_by[0][0] == "PV2" else ()))
    return Parts(
        records=(record,),
        item_count=1,
        department=record.department,
        cancelled=is_cancelled(message),
        findings=tuple(_missing(one) for one in wanted if segments[one] is _NO_SEGMENT),
    )


def _missing(segment: str) -> Finding:
    return Finding(
        f"REQ-SEG-{segment}", _LEVEL_OF_MISSING[segment], "message", f"There is no {segment} segment."
    )
