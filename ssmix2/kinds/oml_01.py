"""OML-01 検体検査オーダ: laboratory orders (fact sheet §2.3, §4.12).

SPM opens a specimen, ORC an order inside it. An OBX without a value names what shall be measured;
one with a value says something about the patient.
"""

from __future__ import annotations

from hie.record.clinical import Record, ServiceRequest
from hie.record.entry import DocumentClass
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import NULL, Message, Segment
from ssmix2.fields import CODINGS
from ssmix2.imaging import request
from ssmix2.layout import FileName
from ssmix2.segments import ITEMS, allergies, department, is_cancelled, observation, with_note

KIND = DataKind("OML-01", "検体検査オーダ", "laboratory order", ("OML^O33",), DocumentClass.LABORATORY_ORDER)

_NO_SEGMENT: Segment = [""] * 56
_NO_SPECIMEN = Finding("REQ-SEG-SPM", Severity.ERROR, "message", "There is no SPM segment.")
_NO_REQUEST = Finding("REQ-SEG-OBR", Severity.ERROR, "message", "There is no OBR segment.")


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read one request per OBR, with its specimen and the items below it."""
    records: list[Record] = []
    current: dict[str, Segment] = {}
    for segment in message.segments:
        if segment[0] == "SPM":
            current = {"SPM": segment}
        elif segment[0] == "ORC":
            current = {name: kept for name, kept in current.items() if name == "SPM"} | {"ORC": segment}
        elif segment[0] in {"TQ1", "OBR"}:
            current[segment[0]] = segment
        if segment[0] == "OBR":
            order, timing = current.get("ORC", _NO_SEGMENT), current.get("TQ1", _NO_SEGMENT)
            records.append(request(order, timing, segment, current.get("SPM")))
        elif segment[0] == "OBX":
            _take(segment, current, records)
        elif segment[0] == "NTE":
            with_note(records, segment)
    requests = [one for one in records if isinstance(one, ServiceRequest)]
    return Parts(
        records=(*records, *allergies(message)),
        item_count=sum(len(one.items) or 1 for one in requests),
        department=department(message),
        cancelled=is_cancelled(message),
        findings=_missing(message, requests),
    )


def _take(segment: Segment, current: dict[str, Segment], records: list[Record]) -> None:
    """Read OBX: an item of the last request, or something said of it."""
    last = next((place for place in range(len(records) - 1, -1, -1) if _is_request(records[place])), None)
    head = records[last] if last is not None else None
    if segment[5] in {"", NULL} and last is not None and isinstance(head, ServiceRequest):
        standard, local = ITEMS[segment[3]]
        item = standard if any(standard) else local
        records[last] = head._replace(items=(*head.items, item))
        return
    group = CODINGS[current.get("OBR", _NO_SEGMENT)[4]]
    specimen = CODINGS[current.get("SPM", _NO_SEGMENT)[4]]
    records.append(observation(segment, "", group, specimen))


def _is_request(record: Record) -> bool:
    return isinstance(record, ServiceRequest)


def _missing(message: Message, requests: list[ServiceRequest]) -> tuple[Finding, ...]:
    """Report segments that must exist and do not."""
    specimen = () if message.first("SPM") else (_NO_SPECIMEN,)
    return specimen if requests else (*specimen, _NO_REQUEST)
