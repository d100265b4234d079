"""ADT-32 外出泊帰院実施: a patient is back from leave, or that is taken back by A53 (fact sheet §2.2).

The cancellation lies under the planned return (PV2-47), the return under the actual one (doubt Q15).
"""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.visits import OCCURRED, TO_BE_BACK, visit

KIND = DataKind(
    "ADT-32", "外出泊帰院実施", "return from leave", ("ADT^A22", "ADT^A53"), DocumentClass.ENCOUNTER
)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read when the patient was back."""
    return visit(message, name, OCCURRED, TO_BE_BACK)
