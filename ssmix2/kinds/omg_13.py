"""OMG-13 生理検査結果通知: physiology results such as electrocardiograms (fact sheet §2.3, §4.12)."""

from __future__ import annotations

from hie.record.clinical import Observation
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.imaging import performed
from ssmix2.layout import FileName

KIND = DataKind("OMG-13", "生理検査結果通知", "physiology result", ("ORU^R01",), DocumentClass.PHYSIOLOGY)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every examination and its results; ORC may be missing, and there is no link to a study."""
    parts = performed(message)
    return parts._replace(item_count=sum(isinstance(one, Observation) for one in parts.records) or 1)
