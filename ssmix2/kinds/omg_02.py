"""OMG-02 内視鏡検査オーダ: endoscopy orders (fact sheet §2.3, §4.12)."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.imaging import joined, ordered
from ssmix2.layout import FileName

KIND = DataKind("OMG-02", "内視鏡検査オーダ", "endoscopy order", ("OMG^O19",), DocumentClass.ENDOSCOPY)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every endoscopy that was ordered, with its questions and clinical information."""
    return joined(ordered(message), message)
