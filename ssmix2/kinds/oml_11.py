"""OML-11 検体検査結果通知: laboratory results (fact sheet §2.3, §4.12).

SPM opens a specimen, OBR a group inside it, OBX belong to the last OBR. ORC follows its OBR; some
senders put it before.
"""

from __future__ import annotations

from hie.record.clinical import Coding, DiagnosticReport, Observation
from hie.record.entry import DocumentClass
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message, Segment
from ssmix2.fields import CODINGS, NO_CODING, PRACTITIONERS, TIMES
from ssmix2.layout import FileName
from ssmix2.segments import ITEMS, abnormal, observation, service
from ssmix2.tables import MATERIAL, MATERIALS

KIND = DataKind(
    "OML-11", "検体検査結果通知", "laboratory result", ("OUL^R22",), DocumentClass.LABORATORY_RESULT
)

_MATERIAL_SYSTEM = "JC10"
_NO_ORDER: Segment = [""] * 32


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001, C901  one walk
    """Read every panel and result in the order in which they stand.

    One loop, because it runs for every fifth file of a region and tens of times per file.
    """
    observations: list[Observation] = []
    panels: list[tuple[Segment, Segment, Coding]] = []
    group, specimen, collected, at = NO_CODING, NO_CODING, "", ""
    request, order = None, _NO_ORDER
    specimens = orders = cancelled = 0
    for segment in message.segments:
        kind = segment[0]
        if kind == "OBX":
            observations.append(
                observation(segment, at, group, specimen if specimen is not NO_CODING else _material(segment))
            )
        elif kind == "OBR":
            if request is not None:
                panels.append((request, order, specimen))
            request = segment
            group = CODINGS[segment[4]]
            at = collected or TIMES[segment[7]]
        elif kind == "ORC":
            order = segment
            orders += 1
            cancelled += segment[1].strip() == "CA"
        elif kind == "SPM":
            if request is not None:
                panels.append((request, order, specimen))
                request = None
            specimens += 1
            group, specimen = NO_CODING, CODINGS[segment[4]]
            collected = at = TIMES[segment[17]]
    if request is not None:
        panels.append((request, order, specimen))
    reports = [_report(*panel) for panel in panels]
    return Parts(
        (*reports, *observations),
        len(observations),
        abnormal(observations),
        (reports[0].department.code if reports else "") or service(message.first("PV1")),
        cancelled=orders > 0 and cancelled == orders,
        findings=() if specimens and panels else _missing(specimens, len(panels)),
    )


def _report(request: Segment, order: Segment, specimen: Coding) -> DiagnosticReport:
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
