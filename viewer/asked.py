"""What stands in an address, read once for all pages before anybody is asked about it."""

from __future__ import annotations

from hie.record.errors import NotFound
from hie.record.identifiers import PatientId, is_patient_id


def asked_patient(text: str) -> PatientId:
    """Return the person an address names, or raise `NotFound` as of a person who is not there."""
    if not is_patient_id(text):
        raise NotFound("no such record, or not for the asker")
    return PatientId(text)
