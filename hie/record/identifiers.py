"""Who and what: identifiers of facilities, patients, entries and content (IHE PIX, XDS)."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple, NewType

from hie.record.errors import Invalid

FacilityCode = NewType("FacilityCode", str)
"""医療機関コード: ten digits (prefecture 2, point table 1, facility 7)."""

PatientId = NewType("PatientId", str)
"""The region's opaque number of one person; never shown as a chart number."""

EntryId = NewType("EntryId", int)
"""The registry's number of a document entry; grows with every registration."""

ContentHash = NewType("ContentHash", bytes)
"""SHA-256 of a document's bytes, 32 bytes."""

ORDINARY_FACILITY_CODE = re.compile(r"\d{10}")
ORDINARY_PATIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class LocalPatientId(NamedTuple):
    """A facility's own number of a patient, written as the facility writes it (CX.1)."""

    facility: FacilityCode
    value: str


def facility_code(text: str) -> FacilityCode:
    """Return `text` as a facility code, or raise `Invalid` unless it is ten digits."""
    if not ORDINARY_FACILITY_CODE.fullmatch(text):
        raise Invalid(f"a facility code has ten digits, not {len(text)} characters")
    return FacilityCode(text)


def is_patient_id(text: str) -> bool:
    """Say whether `text` can be the region's number of a person: 1 to 64 of `A-Z a-z 0-9 . _ -`."""
    return ORDINARY_PATIENT_ID.fullmatch(text) is not None


def patient_id(text: str) -> PatientId:
    """Return `text` as the region's number of a person, or raise `Invalid` unless it is one."""
    if not is_patient_id(text):
        raise Invalid("a person's number has 1 to 64 letters, digits, dots, underscores and hyphens")
    return PatientId(text)


def content_hash(content: bytes) -> ContentHash:
    """Name `content` by its SHA-256."""
    return ContentHash(hashlib.sha256(content).digest())
