"""Vital signs (ORU^R30) and other HL7 results inside a content folder (fact sheet §6.3).

`MSH PID [PV1 [PV2]] ORC OBR [{NTE}] [{TQ1}] { OBX [{NTE}] }`: one message holds one or several times
of day; each OBX says its own (OBX-14). OBR-4 is the hospital's word for the sheet, or `""`.
"""

from __future__ import annotations

from typing import NamedTuple

from hie.record.clinical import Coding, Observation
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from hie.record.people import PatientFacts
from ssmix2.datakind import Parts
from ssmix2.encoding import decode
from ssmix2.er7 import NULL, Message, parse
from ssmix2.fields import CODINGS, NO_CODING, TIMES
from ssmix2.segments import abnormal, department, is_cancelled, lines_of, observation, patient
from ssmix2.standing import standing

EVENT = "ORU^R30"


class Measured(NamedTuple):
    """A message of results, read."""

    patient: PatientFacts | None
    """Whom it names (PID), or none."""
    parts: Parts


def read_results(content: bytes, facility: FacilityCode) -> Measured:
    """Read every result of a message; raises `Unreadable` like `ssmix2.read`."""
    text, findings = decode(content)
    message = parse(text)
    segment = message.first("PID")
    results = _results(standing(message))
    return Measured(
        patient(segment, facility) if segment else None,
        Parts(
            tuple(results),
            len(results),
            abnormal(results),
            department(message),
            cancelled=is_cancelled(message),
            findings=(*findings, *message.findings, *_irregular(message)),
        ),
    )


def _results(message: Message) -> list[Observation]:
    found: list[Observation] = []
    group, at = NO_CODING, ""
    measured, held = False, ""  # NTE behind OBR is about the sheet and stands with its first result
    for segment in message.segments:
        if segment[0] == "OBR":
            group, at = _group(segment[4]), TIMES[segment[7]]
            measured = False
        elif segment[0] == "OBX":
            found.append(observation(segment, at, group, NO_CODING)._replace(note=held))
            measured, held = True, ""
        elif segment[0] == "NTE" and measured:
            found[-1] = found[-1]._replace(note=lines_of(found[-1].note, segment))
        elif segment[0] == "NTE":
            held = lines_of(held, segment)
    return found


def _group(raw: str) -> Coding:
    return NO_CODING if raw.strip() == NULL else CODINGS[raw]


def _irregular(message: Message) -> tuple[Finding, ...]:
    found = []
    if message.event != EVENT:
        found.append(Finding("MSH-B", Severity.WARNING, "MSH-9", "Vital signs come as ORU^R30."))
    if message.first("OBX") is None:
        found.append(Finding("REQ-SEG-OBX", Severity.ERROR, "message", "There is no OBX segment."))
    if any(segment[0] == "OBX" and not segment[14].strip() for segment in message.segments):
        found.append(
            Finding("REQ-OBX-14", Severity.WARNING, "OBX-14", "A vital sign says no time of its own.")
        )
    return tuple(found)
