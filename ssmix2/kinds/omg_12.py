"""OMG-12 内視鏡検査の実施通知: endoscopy performed (fact sheet §2.3, §4.13). IPC joins the images.

ZE1 says what was done; the OBX behind it name staff, materials, start and end by JSHR codes.
"""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.imaging import performed
from ssmix2.layout import FileName

KIND = DataKind(
    "OMG-12", "内視鏡検査の実施通知", "endoscopy performed", ("OMI^Z23",), DocumentClass.ENDOSCOPY
)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every endoscopy that was performed."""
    return performed(message)
