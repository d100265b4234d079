"""OMG-01 放射線検査オーダ: radiology orders (fact sheet §2.3, §4.12)."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message, component
from ssmix2.imaging import examinations
from ssmix2.layout import FileName

KIND = DataKind("OMG-01", "放射線検査オーダ", "radiology order", ("OMG^O19",), DocumentClass.IMAGING_ORDER)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every examination that was ordered.

    An order has no IPC by the grammar; where there is none its own number (ORC-2) joins it to
    images, since many sites give that as the accession number.
    """
    parts = examinations(message)
    order = message.first("ORC")
    if parts.link or order is None:
        return parts
    return parts._replace(link=component(order[2], 1).strip())
