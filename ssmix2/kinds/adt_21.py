"""ADT-21 入院予定: an admission is planned for PV2-8, or the plan is taken back by A27 (fact sheet §2.2)."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.visits import PLANNED, TO_BE_ADMITTED, visit

KIND = DataKind("ADT-21", "入院予定", "planned admission", ("ADT^A14", "ADT^A27"), DocumentClass.ENCOUNTER)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read for when and where a bed is kept."""
    return visit(message, name, TO_BE_ADMITTED, PLANNED)
