"""OMP-02 注射オーダ: injections (fact sheet §2.3, §4.9, §4.11). One record per component.

One ORC group is one administration; its drugs are the RXC lines, RXE-2 says only what kind of
injection it is. `group` keeps the tail of ORC-4, `01_001`: Rp and administration. What OBX and CTI
say stands behind the drugs of their order.
"""

from __future__ import annotations

from hie.record.clinical import Record
from hie.record.entry import DocumentClass
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.orders import (
    all_cancelled,
    further_records,
    late_day,
    medication_request,
    order_groups,
    ordering_department,
    rp_number,
    rp_numbers,
)
from ssmix2.segments import allergies, service

KIND = DataKind("OMP-02", "注射オーダ", "injection order", ("RDE^O11",), DocumentClass.INJECTION)

_NO_ORDER = Finding("REQ-SEG-RXE", Severity.ERROR, "message", "There is no RXE segment.")
_NO_COMPONENT = Finding("REQ-SEG-RXC", Severity.WARNING, "message", "An injection names no component.")


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every component; an order without any becomes one record of its kind of injection."""
    groups = order_groups(message)
    records: list[Record] = []
    drugs = 0
    for group, rp in zip(groups, rp_numbers(groups), strict=True):
        tail = rp_number(group.orc[4])[1]
        number = f"{rp}_{tail}" if tail else rp
        requests = [medication_request(group, number, one) for one in group.components or (None,)]
        records += (*requests, *further_records(group))
        drugs += len(requests)
    findings: tuple[Finding, ...] = () if groups else (_NO_ORDER,)
    if not all(group.components for group in groups):
        findings += (_NO_COMPONENT,)
    return Parts(
        records=(*records, *allergies(message)),
        item_count=drugs,
        department=ordering_department(groups) or service(message.first("PV1")),
        cancelled=all_cancelled(groups),
        service_day=late_day(groups, name),
        findings=findings,
    )
