"""ADT-42 転科・転棟(転室・転床)実施: a transfer, or its cancellation by A12 (fact sheet §2.2).

Two transfers of one day share their key, so the later file supersedes the earlier though both happened
(§1.5); whoever tells a stay looks at superseded files too.
"""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.visits import OCCURRED, visit

KIND = DataKind("ADT-42", "転科・転棟実施", "transfer", ("ADT^A02", "ADT^A12"), DocumentClass.ENCOUNTER)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read when the patient moved, where to and where from (PV1-6)."""
    return visit(message, name, OCCURRED)
