"""What a data kind is, and what a kind's reader hands back."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from hie.record.clinical import Record
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.findings import Finding
from hie.record.identifiers import FacilityCode
from hie.record.times import UNKNOWN_DAY, Day
from ssmix2.er7 import Message
from ssmix2.layout import FileName


class DataKind(NamedTuple):
    """データ種別: one of the folder codes of a standardized storage (fact sheet §2.1)."""

    code: str
    label_ja: str
    label_en: str
    messages: tuple[str, ...]
    """MSH-9.1 and 9.2 that may stand in such a file, `OUL^R22`; cancellations included."""
    document_class: DocumentClass


class Parts(NamedTuple):
    """What one kind makes of a message: its records, and what only the kind knows of the entry."""

    records: tuple[Record, ...]
    item_count: int
    abnormal_count: int = 0
    department: str = ""
    """Department inside the message (ORC-17, PV1-10), for names that have none."""
    confidentiality: Confidentiality = Confidentiality.NORMAL
    link: str = ""
    cancelled: bool = False
    """The message takes back what it names: a cancel event, ORC-1 CA, PRB-1 DE."""
    service_day: Day = UNKNOWN_DAY
    """The day it was for, where that is not the care date; else unknown."""
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        """Show how much there is."""
        return f"Parts({len(self.records)} records)"


class ReadKind(Protocol):
    """The signature of `read` in every file of `ssmix2/kinds`."""

    def __call__(self, message: Message, name: FileName, facility: FacilityCode, /) -> Parts:
        """Turn a message into records; irregularities become findings, never exceptions."""
