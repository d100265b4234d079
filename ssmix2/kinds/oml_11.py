"""OML-11 検体検査結果通知: laboratory results (fact sheet §2.3, §4.12).

SPM opens a specimen, OBR a group inside it, OBX belong to the last OBR. ORC follows its OBR; some
senders put it before: one that comes where its OBR has an ORC or results already is the next one's.
NTE behind SPM says something of the specimen and stands with its first panel. Each report stands
before its own results: two susceptibility tests of one specimen have the same name, and only their
parents (OBR-26) and their places tell them apart.
"""

from __future__ import annotations

from hie.record.clinical import Coding, DiagnosticReport, Observation, Record
from hie.record.entry import DocumentClass
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message, Segment
from ssmix2.fields import CODINGS, NO_CODING, PRACTITIONERS, TIMES
from ssmix2.imaging import NO_PARENT, parent_result
from ssmix2.layout import FileName
from ssmix2.segments import ITEMS, abnormal, lines_of, observation, service
from ssmix2.tables import CANCELLED_CONTROLS, MATERIAL, MATERIALS

KIND = DataKind(
    "OML-11", "検体検査結果通知", "laboratory result", ("OUL^R22",), DocumentClass.LABORATORY_RESULT
)

_MATERIAL_SYSTEM = "JC10"
_NO_ORDER: Segment = [""] * 32
_Panel = tuple[Segment, Segment, Coding, int]
"""OBR, its ORC, its SPM-4, and the place of its first result."""


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001, C901, PLR0912, PLR0915  one walk
    """Read every panel and result in the order in which they stand.

    One loop, because it runs for every fifth file of a region and tens of times per file.
    """
    observations: list[Observation] = []
    panels: list[_Panel] = []
    notes: dict[int, str] = {}
    group, specimen, collected, at = NO_CODING, NO_CODING, "", ""
    request, order, first = None, _NO_ORDER, 0
    ahead: Segment | None = None  # an ORC that stands before its OBR
    own = False  # the open panel has its ORC
    held = ""  # notes of a specimen behind which nothing stands yet
    specimens = orders = cancelled = 0
    for segment in message.segments:
        kind = segment[0]
        if kind == "OBX":
            observations.append(
                observation(segment, at, group, specimen if specimen is not NO_CODING else _material(segment))
            )
            if held:
                observations[-1], held = observations[-1]._replace(note=held), ""
        elif kind == "OBR":
            if request is not None:
                panels.append((request, order, specimen, first))
            request, first = segment, len(observations)
            own = ahead is not None
            if ahead is not None:
                order, ahead = ahead, None
            if held:
                notes[len(panels)], held = held, ""
            group = CODINGS[segment[4]]
            at = collected or TIMES[segment[7]]
        elif kind == "ORC":
            if request is None or own or len(observations) > first:
                ahead = segment
            else:
                order, own = segment, True
            orders += 1
            cancelled += segment[1].strip() in CANCELLED_CONTROLS
        elif kind == "SPM":
            if request is not None:
                panels.append((request, order, specimen, first))
                request = None
            specimens += 1
            first, held = len(observations), ""
            group, specimen = NO_CODING, CODINGS[segment[4]]
            collected = at = TIMES[segment[17]]
        elif kind == "NTE":
            if len(observations) > first:
                last = observations[-1]
                observations[-1] = last._replace(note=lines_of(last.note, segment))
            elif request is not None:
                notes[len(panels)] = lines_of(notes.get(len(panels), ""), segment)
            else:
                held = lines_of(held, segment)
    if request is not None:
        if ahead is not None and not own:
            order = ahead  # behind the results, and no OBR came
        panels.append((request, order, specimen, first))
    records = _in_order(panels, observations, notes)
    return Parts(
        tuple(records),
        len(observations),
        abnormal(observations),
        (CODINGS[panels[0][1][17]].code if panels else "") or service(message.first("PV1")),
        cancelled=orders > 0 and cancelled == orders,
        findings=() if specimens and panels else _missing(specimens, len(panels)),
    )


def _in_order(panels: list[_Panel], observations: list[Observation], notes: dict[int, str]) -> list[Record]:
    """Put each panel's head before its results."""
    records: list[Record] = list(observations[: panels[0][3]] if panels else observations)
    for place, (request, order, specimen, first) in enumerate(panels):
        records.append(_report(request, order, specimen, notes.get(place, "")))
        following = panels[place + 1][3] if place + 1 < len(panels) else None
        records += observations[first:following]
    return records


def _report(request: Segment, order: Segment, specimen: Coding, note: str) -> DiagnosticReport:
    """Read the head of one panel: OBR, its ORC and its SPM."""
    return DiagnosticReport(
        (request[2] or order[2]).partition("^")[0].strip(),
        CODINGS[request[4]],
        TIMES[request[7]],
        TIMES[request[22]],
        request[25].strip() or order[5].strip(),
        specimen,
        CODINGS[order[17]],
        PRACTITIONERS[request[16]] or PRACTITIONERS[order[12]],
        parent_result(request[26]) if request[26] else NO_PARENT,
        note,
    )


def _material(segment: Segment) -> Coding:
    """Name the specimen of a result that stands under no SPM: JLAC10 says its material (Q22)."""
    code = ITEMS[segment[3]][0].code[MATERIAL]
    return Coding(code, MATERIALS[code], _MATERIAL_SYSTEM) if code in MATERIALS else NO_CODING


def _missing(specimens: int, panels: int) -> tuple[Finding, ...]:
    """Report segments that must exist and do not (D13)."""
    found = [
        Finding(f"REQ-SEG-{name}", Severity.ERROR, "message", f"There is no {name} segment.")
        for name, count in (("SPM", specimens), ("OBR", panels))
        if count == 0
    ]
    return tuple(found)
