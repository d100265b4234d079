"""How many documents there are of a person, for who tries out consents: numbers, never a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.times import Day


class Tally(NamedTuple):
    """So many current documents with the same answers to the gate's questions, none with a label."""

    custodian: FacilityCode
    document_class: DocumentClass
    service_day: Day
    confidentiality: Confidentiality
    documents: int


class Tallies(Protocol):
    """Counts for the simulator (ADR 0023).

    What bears a sensitive label is never counted: a number would say that it is there.
    """

    def of(self, patient: PatientId) -> Sequence[Tally]:
        """Count a person's current documents under live links, by custodian, class, day, confidentiality."""
