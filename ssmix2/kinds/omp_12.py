"""OMP-12 注射実施通知: injections as they were given (fact sheet §2.3, §4.11).

Each RXA is one drug given. The RXC lines of the planned part become requests, as in OMP-02.
"""

from __future__ import annotations

from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from ssmix2.administrations import administrations
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message
from ssmix2.layout import FileName

KIND = DataKind("OMP-12", "注射実施通知", "injection administration", ("RAS^O17",), DocumentClass.INJECTION)


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every drug given; one ORC group is one administration."""
    return administrations(message, components=True)
