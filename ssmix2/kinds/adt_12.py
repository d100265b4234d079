"""ADT-12 外来診察の受付: a visit begins (fact sheet §2.2). It has no cancel event: a flag takes it back."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.visits import ADMITTED, OCCURRED, visit

KIND = DataKind("ADT-12", "外来診察の受付", "outpatient visit", ("ADT^A04",), DocumentClass.ENCOUNTER)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read the visit and where it took place."""
    return visit(message, name, ADMITTED, OCCURRED)
