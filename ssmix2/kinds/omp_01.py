"""OMP-01 処方オーダ: prescriptions (fact sheet §2.3, §4.8 to §4.11). One record per drug."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.orders import (
    all_cancelled,
    late_day,
    medication_request,
    order_groups,
    ordering_department,
    rp_numbers,
    said_besides,
)
from ssmix2.segments import allergies, service

KIND = DataKind("OMP-01", "処方オーダ", "prescription order", ("RDE^O11",), DocumentClass.PRESCRIPTION)

_NO_DRUG = Finding("REQ-SEG-RXE", Severity.ERROR, "message", "There is no RXE segment.")


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every drug with the Rp number that groups it."""
    groups = order_groups(message)
    drugs = tuple(map(medication_request, groups, rp_numbers(groups)))
    return Parts(
        drugs + said_besides(groups) + allergies(message),
        len(drugs),
        department=ordering_department(groups) or service(message.first("PV1")),
        cancelled=all_cancelled(groups),
        service_day=late_day(groups, name),
        findings=() if groups else (_NO_DRUG,),
    )
