"""ADT-41 転科・転棟(転室・転床)予定: a planned transfer, or its cancellation by A26 (fact sheet §2.2).

Its date stands in PV2-8, though that field is called the expected admission.
"""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.visits import OCCURRED, TO_BE_ADMITTED, visit

KIND = DataKind(
    "ADT-41", "転科・転棟予定", "planned transfer", ("ADT^A15", "ADT^A26"), DocumentClass.ENCOUNTER
)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read for when the transfer is planned, where to and where from (PV1-6)."""
    return visit(message, name, TO_BE_ADMITTED, OCCURRED)
