"""OMG-03 生理検査オーダ: physiology orders (fact sheet §2.3, §4.12)."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.imaging import ordered
from ssmix2.layout import FileName

KIND = DataKind("OMG-03", "生理検査オーダ", "physiology order", ("OMG^O19",), DocumentClass.PHYSIOLOGY)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every examination that was ordered, with its questions and clinical information."""
    return ordered(message)
