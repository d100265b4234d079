"""Who asks, for which facility, in which role and why (FHIR agent, IHE XUA)."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from hie.record.identifiers import FacilityCode, PatientId


class Role(StrEnum):
    """What a person is at the facility for which they act; one per session."""

    DOCTOR = "doctor"
    DENTIST = "dentist"
    NURSE = "nurse"
    VISITING_NURSE = "visiting-nurse"
    PHARMACIST = "pharmacist"
    THERAPIST = "therapist"
    CARE_MANAGER = "care-manager"
    CARE_WORKER = "care-worker"
    LIAISON = "liaison"
    CLERK = "clerk"
    PRIVACY_OFFICER = "privacy-officer"
    """A facility's own: verifies consents, reviews emergencies and audit; opens no record."""
    SECRETARIAT = "secretariat"
    FEED_OPERATOR = "feed-operator"
    """A hospital's IT: watches its own feed, and no patients."""
    PATIENT = "patient"
    FAMILY = "family"
    """A recorded representative; never sees more than the patient."""
    SYSTEM = "system"


class Purpose(StrEnum):
    """Purpose of use (HL7 v3 PurposeOfUse)."""

    TREATMENT = "treatment"
    EMERGENCY = "emergency"
    PATIENT_REQUEST = "patient-request"
    ADMINISTRATION = "administration"
    AUDIT = "audit"


class Origin(NamedTuple):
    """From where somebody asks, as the hub itself saw it; stands in the audit record."""

    request: str = ""
    """Opaque id of the one request."""
    device: str = ""
    """Id of the registered browser, or empty."""
    address: str = ""
    """Network address of the peer, or empty."""
    assurance: int = 0
    """How many factors the session was opened with; 0 for what is no session."""


NOWHERE = Origin()


class Requester(NamedTuple):
    """A signed-in person in one acting role, or a system part."""

    user: str
    """Account id."""
    name: str
    """Name as shown when acting; kept in the audit record."""
    facility: FacilityCode
    role: Role
    purpose: Purpose = Purpose.TREATMENT
    patient: PatientId = PatientId("")
    """Of a patient or a representative: the one person they may ask about; else empty."""
    origin: Origin = NOWHERE

    def __repr__(self) -> str:
        """Show the account id only."""
        return f"Requester({self.user}@{self.facility})"
