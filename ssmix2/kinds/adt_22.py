"""ADT-22 入院実施: an admission, or its cancellation by A11 (fact sheet §2.2)."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.visits import visit

KIND = DataKind("ADT-22", "入院実施", "admission", ("ADT^A01", "ADT^A11"), DocumentClass.ENCOUNTER)

_TIME = 44
"""PV1-44 dates the event."""


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read the event and where it took place."""
    return visit(message, name, _TIME)
