"""ADT-31 外出泊実施: a patient goes on leave, or that is taken back by A52 (fact sheet §2.2)."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.visits import OCCURRED, visit

KIND = DataKind("ADT-31", "外出泊実施", "leave of absence", ("ADT^A21", "ADT^A52"), DocumentClass.ENCOUNTER)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read when the leave began and when it is to end (PV2-47)."""
    return visit(message, name, OCCURRED)
