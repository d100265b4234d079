"""OMG-11 放射線検査の実施通知: radiology performed (fact sheet §2.3, §4.13). IPC joins the images.

ZE1 says what was done, by whom and with what, ZE2 how each picture was taken.
"""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.imaging import performed
from ssmix2.layout import FileName

KIND = DataKind(
    "OMG-11", "放射線検査の実施通知", "radiology performed", ("OMI^Z23",), DocumentClass.IMAGING_PERFORMED
)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every examination that was performed."""
    return performed(message)
