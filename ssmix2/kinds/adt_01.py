"""ADT-01 担当医の変更: who is in charge from EVN-6 on, or its cancellation by A55 (fact sheet §2.2).

One is written at admission, at every change and at transfers with a change; it is void at discharge.
"""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.visits import OCCURRED, RECORDED, visit

KIND = DataKind(
    "ADT-01", "担当医の変更", "attending doctor change", ("ADT^A54", "ADT^A55"), DocumentClass.ENCOUNTER
)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read who takes over and since when; an operation without a time of its own counts when recorded."""
    return visit(message, name, OCCURRED, RECORDED)
