"""ADT-52 退院実施: a discharge, or its cancellation by A13 (fact sheet §2.2)."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.visits import DISCHARGED, OCCURRED, visit

KIND = DataKind("ADT-52", "退院実施", "discharge", ("ADT^A03", "ADT^A13"), DocumentClass.ENCOUNTER)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read when the patient left and how (PV1-36)."""
    return visit(message, name, DISCHARGED, OCCURRED)
