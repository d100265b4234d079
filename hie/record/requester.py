"""Who asks, for which facility, in which role and why (FHIR agent, IHE XUA)."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from hie.record.identifiers import FacilityCode


class Role(StrEnum):
    """What a person is at the facility for which they act; one per session."""

    DOCTOR = "doctor"
    NURSE = "nurse"
    PHARMACIST = "pharmacist"
    CARE_MANAGER = "care-manager"
    LIAISON = "liaison"
    CLERK = "clerk"
    SECRETARIAT = "secretariat"
    FEED_OPERATOR = "feed-operator"
    """A hospital's IT: watches its own feed, and no patients."""
    PATIENT = "patient"
    SYSTEM = "system"


class Purpose(StrEnum):
    """Purpose of use (HL7 v3 PurposeOfUse)."""

    TREATMENT = "treatment"
    EMERGENCY = "emergency"
    PATIENT_REQUEST = "patient-request"
    ADMINISTRATION = "administration"
    AUDIT = "audit"


class Requester(NamedTuple):
    """A signed-in person in one acting role, or a system part."""

    user: str
    """Account id."""
    name: str
    """Name as shown when acting; kept in the audit record."""
    facility: FacilityCode
    role: Role
    purpose: Purpose = Purpose.TREATMENT

    def __repr__(self) -> str:
        """Show the account id only."""
        return f"Requester({self.user}@{self.facility})"
