"""OMP-11 処方実施通知: prescribed drugs as they were given (fact sheet §2.3, §4.11)."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.administrations import administrations
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName

KIND = DataKind(
    "OMP-11", "処方実施通知", "medication administration", ("RAS^O17",), DocumentClass.PRESCRIPTION
)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every drug given; one ORC group is one drug."""
    return administrations(message, components=False)
