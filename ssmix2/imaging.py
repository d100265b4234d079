"""Examinations of imaging, endoscopy and physiology: ORC, TQ1, OBR, OBX, ZE1, IPC (fact sheet §2.3, §4.12).

Where there are children (CH), the groups NW and PA repeat the order and are no examinations of
their own; what their OBX say holds for all of them and stands first, under no group.
"""

from __future__ import annotations

from collections.abc import Iterator

from hie.record.clinical import (
    DiagnosticReport,
    Observation,
    ParentResult,
    Procedure,
    Record,
    ServiceRequest,
    StudyLink,
)
from hie.record.findings import Finding, Severity
from ssmix2.datakind import Parts
from ssmix2.er7 import Message, Segment, component, repetitions, subcomponent, unescape
from ssmix2.fields import CODINGS, NO_CODING, PRACTITIONERS, TIMES, TRIPLETS
from ssmix2.procedures import PROCEDURE, procedures
from ssmix2.segments import abnormal, allergies, is_cancelled, observation, service, with_note

_PARENT, _CHILD = "PA", "CH"
_NO_SEGMENT: Segment = [""] * 56
_NO_REQUEST = Finding("REQ-SEG-OBR", Severity.ERROR, "message", "There is no OBR segment.")
_BODY = frozenset({"OBX", "NTE", "ZE1", "ZE2"})
NO_PARENT = ParentResult(NO_CODING, "", "")


class Examination:
    """The segments of one OBR; those that are missing read as empty fields."""

    __slots__ = ("body", "obr", "orc", "tq1")

    def __init__(self, orc: Segment, tq1: Segment, obr: Segment) -> None:
        """Start without results."""
        self.orc = orc
        self.tq1 = tq1
        self.obr = obr
        self.body: list[Segment] = []
        """OBX, NTE, ZE1, ZE2 behind it, in order."""

    @property
    def control(self) -> str:
        """ORC-1."""
        return self.orc[1].strip()


def ordered(message: Message) -> Parts:
    """Read one request per examination that was ordered, each before what is said about it."""
    groups, common = _chosen(message)
    records = list[Record](_common(common))
    for group in groups:
        records.append(request(group.orc, group.tq1, group.obr))
        _read_results(group.body, "", group.obr, records)
    return _parts(message, records, len(groups))


def performed(message: Message) -> Parts:
    """Read one report head per examination, its results, what was done, and the link to the study."""
    groups, common = _chosen(message)
    records = list[Record](_common(common))
    for group in groups:
        before, after = _parted(group.body)
        records.append(report(group))
        _read_results(before, TIMES[group.obr[7]], group.obr, records)
        records += procedures(after)
    if not any(isinstance(one, Procedure) for one in records):
        records += dict.fromkeys(done for group in common for done in procedures(_parted(group.body)[1]))
    links = study_links(message)
    records += links
    link = next((one.accession_number for one in links if one.accession_number), "")
    return _parts(message, records, len(groups))._replace(link=link)


def joined(parts: Parts, message: Message) -> Parts:
    """Link an order to its images: by IPC where there is one, else by the order's own number (ORC-2).

    An order has no IPC by the grammar. Many sites give the order number as the accession number, so
    that is a guess: no `StudyLink` stands behind it, and it joins entries of one patient at one
    facility only. Where a site does not, the link meets no study and joins nothing.
    """
    order = message.first("ORC")
    links = study_links(message)
    number = links[0].accession_number if links else component(order[2], 1).strip() if order else ""
    return parts._replace(link=number, records=(*parts.records, *links))


def study_links(message: Message) -> list[StudyLink]:
    """Read IPC, each once: the groups of one order repeat it."""
    found = [
        StudyLink(
            accession_number=component(one[1], 1).strip(),
            requested_procedure=component(one[2], 1).strip(),
            study_instance_uid=subcomponent(component(one[3], 1), 1).strip(),
            scheduled_step=component(one[4], 1).strip(),
            modality=CODINGS[one[5]].code,
        )
        for one in message.every("IPC")
    ]
    return list(dict.fromkeys(found))


def request(orc: Segment, tq1: Segment, obr: Segment, specimen: Segment | None = None) -> ServiceRequest:
    """Read one order: ORC, TQ1, OBR, and SPM of a laboratory order."""
    code, local = TRIPLETS[obr[4]]
    taken = specimen or _NO_SEGMENT
    return ServiceRequest(
        order_number=component(orc[2] or obr[2], 1).strip(),
        code=code,
        local=local,
        items=(),
        specimen=CODINGS[taken[4]],
        site=CODINGS[taken[8]],
        collected_at=TIMES[taken[17]] or TIMES[obr[7]],
        scheduled_at=TIMES[obr[36]] or TIMES[tq1[7]],
        priority=CODINGS[tq1[9]],
        reason=unescape(obr[13]).strip(),
        danger=CODINGS[obr[12]],
        control=orc[1].strip(),
        status=orc[5].strip(),
        ordered_at=TIMES[orc[9]],
        orderer=PRACTITIONERS[orc[12]] or PRACTITIONERS[obr[16]],
        department=CODINGS[orc[17]],
    )


def report(group: Examination) -> DiagnosticReport:
    """Read the head of one examination that was performed."""
    orc, tq1, obr = group.orc, group.tq1, group.obr
    return DiagnosticReport(
        order_number=component(orc[2] or obr[2], 1).strip(),
        code=CODINGS[obr[4]],
        collected_at=TIMES[obr[7]] or TIMES[obr[36]] or TIMES[tq1[7]],
        reported_at=TIMES[obr[22]],
        status=obr[25].strip() or orc[5].strip(),
        specimen=NO_CODING,
        department=CODINGS[orc[17]],
        orderer=PRACTITIONERS[orc[12]] or PRACTITIONERS[obr[16]],
        parent=parent_result(obr[26]),
    )


def parent_result(raw: str) -> ParentResult:
    """Read OBR-26 (PRL); the item's code stands in sub-components, or in components (D10)."""
    if not raw.strip('"^& '):
        return NO_PARENT
    parts = [*repetitions(raw)[0].split("^"), "", ""]
    if "&" in parts[0] or len(parts) <= 5:  # noqa: PLR2004  PRL has three components
        return ParentResult(
            CODINGS[parts[0].replace("&", "^")], unescape(parts[1]).strip(), unescape(parts[2]).strip()
        )
    return ParentResult(CODINGS["^".join(parts[:3])], unescape(parts[3]).strip(), unescape(parts[4]).strip())


def _groups(message: Message) -> list[Examination]:
    """Gather ORC, TQ1, OBR and what follows; TQ1 stands before its OBR, in ORU behind it."""
    groups: list[Examination] = []
    orc = tq1 = _NO_SEGMENT
    opened: Examination | None = None
    for segment in message.segments:
        name = segment[0]
        if name == "ORC":
            orc, tq1, opened = segment, _NO_SEGMENT, None
        elif name == "TQ1":
            if opened is None:
                tq1 = segment
            elif opened.tq1 is _NO_SEGMENT:
                opened.tq1 = segment
        elif name == "OBR":
            opened = Examination(orc, tq1, segment)
            groups.append(opened)
        elif opened is not None and name in _BODY:
            opened.body.append(segment)
    return groups


def _chosen(message: Message) -> tuple[list[Examination], list[Examination]]:
    """Tell the examinations from the groups that speak of the whole order."""
    groups = _groups(message)
    children = [group for group in groups if group.control == _CHILD]
    orders = [group for group in groups if group.control != _PARENT]
    chosen = children or orders or groups
    taken = set(chosen)
    return chosen, [group for group in groups if group not in taken]


def _common(groups: list[Examination]) -> Iterator[Observation]:
    """Read what is said of the whole order, each once."""
    found: list[Record] = []
    for group in groups:
        _read_results(_parted(group.body)[0], "", _NO_SEGMENT, found)
    yield from dict.fromkeys(one for one in found if isinstance(one, Observation))


def _read_results(body: list[Segment], at: str, obr: Segment, records: list[Record]) -> None:
    """Read OBX and NTE behind an OBR."""
    group = CODINGS[obr[4]]
    for segment in body:
        if segment[0] == "NTE":
            with_note(records, segment)
        elif segment[0] == "OBX":
            records.append(observation(segment, at, group, NO_CODING))


def _first(body: list[Segment]) -> int:
    """Find the first ZE1."""
    return next((place for place, one in enumerate(body) if one[0] == PROCEDURE), len(body))


def _parted(body: list[Segment]) -> tuple[list[Segment], list[Segment]]:
    """Part what stands before the first ZE1 from the rest."""
    return body[: _first(body)], body[_first(body) :]


def _parts(message: Message, records: list[Record], examinations: int) -> Parts:
    """Say what the entry needs; an examination is one item, however many it names."""
    departments = (
        one.department.code for one in records if isinstance(one, ServiceRequest | DiagnosticReport)
    )
    return Parts(
        records=(*records, *allergies(message)),
        item_count=1,
        abnormal_count=abnormal([one for one in records if isinstance(one, Observation)]),
        department=next(filter(None, departments), "") or service(message.first("PV1")),
        cancelled=is_cancelled(message),
        findings=() if examinations else (_NO_REQUEST,),
    )
