"""What a message says besides its records: who sends it, when, and for which order."""

from __future__ import annotations

from typing import NamedTuple

from hie.record.clinical import Coding


class Practitioner(NamedTuple):
    """A doctor as XCN names one: number, family and given name."""

    id: str
    family: str
    given: str = ""

    @property
    def name(self) -> str:
        """Family and given name, as `Encounter.attending` shows them."""
        return f"{self.family} {self.given}".strip()

    def __repr__(self) -> str:
        """Show the number only."""
        return f"Practitioner({self.id})"


class Envelope(NamedTuple):
    """The frame of one message (MSH, EVN, ORC): everything its records do not hold."""

    application: str
    """MSH-3"""
    facility_name: str
    """ORC-21, in Japanese; MSH-4 is `facility_id`."""
    sent_at: str
    """17 digits: MSH-7, EVN-2 and the file name's 発生日時."""
    control_id: str
    """MSH-10: unique per sender, at most 20 characters."""
    order_number: str
    """ORC-2 and the file name: 15 digits, or fifteen nines for an event without an order."""
    department: Coding
    """統一診療科コード (table 0069) and its name; empty where none applies."""
    practitioner: Practitioner
    ordered_at: str
    """ORC-9, digits; orders are filed under its day."""
    patient_class: str
    """PV1-2: `I` or `O`."""
    facility_id: str = ""
    """MSH-4 and EVN-7: the sending facility's identifier."""
    ward: str = ""
    """PV1-3.1 of an in-patient."""
    filler_number: str = ""
    """ORC-3: number of the department that performs the order."""
    accession_number: str = ""
    """IPC-1 of OMG-11: joins the DICOM study (0008,0050)."""
    study_instance_uid: str = ""
    """IPC-3 of OMG-11: (0020,000D)."""
    requested_procedure: str = ""
    """IPC-2 of OMG-11: (0040,1001)."""
    modality: str = ""
    """IPC-5 of OMG-11: CT, MR, CR, …"""
    cancelled: bool = False
    """Write the deleting form of a kind whose records carry no status: A23 of ADT-00, CA of OML and OMG."""
