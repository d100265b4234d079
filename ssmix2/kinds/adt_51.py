"""ADT-51 退院予定: a discharge is planned for PV2-9, or the plan is taken back by A25 (fact sheet §2.2)."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName
from ssmix2.visits import PLANNED, TO_BE_DISCHARGED, visit

KIND = DataKind("ADT-51", "退院予定", "planned discharge", ("ADT^A16", "ADT^A25"), DocumentClass.ENCOUNTER)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read for when the discharge is planned."""
    return visit(message, name, TO_BE_DISCHARGED, PLANNED)
