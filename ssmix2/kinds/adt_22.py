"""ADT-22 入院実施: an admission, or its cancellation by A11 (fact sheet §2.2)."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.visits import ADMITTED, OCCURRED, visit

KIND = DataKind("ADT-22", "入院実施", "admission", ("ADT^A01", "ADT^A11"), DocumentClass.ENCOUNTER)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read the admission and where the patient lies."""
    return visit(message, name, ADMITTED, OCCURRED)
