"""The DICOM levels in DICOM's own words (keywords in snake case)."""

from __future__ import annotations

import re
from typing import NamedTuple

from hie.record.identifiers import ContentHash, FacilityCode
from hie.record.people import HumanName
from hie.record.times import Day

_UID = re.compile(r"[0-9]+(?:\.[0-9]+)*", re.ASCII)
_UID_LENGTH = 64


def is_uid(text: str) -> bool:
    """Say whether `text` is a UID: at most 64 characters of digits and dots (PS3.5 §9.1)."""
    return len(text) <= _UID_LENGTH and _UID.fullmatch(text) is not None


class ImagingInstance(NamedTuple):
    """One SOP instance as its header says; pixel data are never read for it."""

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    patient_id: str
    """(0010,0020) as written."""
    patient_name: HumanName
    birth_day: Day
    study_day: Day
    study_time: str
    accession_number: str
    modality: str
    study_description: str
    series_description: str
    series_number: int
    instance_number: int
    body_part: str
    rows: int
    columns: int
    frames: int
    labels: int = 0
    """Bits of `Label`, as the labelling rules say of the header."""

    def __repr__(self) -> str:
        """Show the instance's UID only."""
        return f"ImagingInstance({self.sop_instance_uid})"


class FiledInstance(NamedTuple):
    """An instance that the hub holds: its header facts and where the bytes are."""

    local_patient: int
    custodian: FacilityCode
    instance: ImagingInstance
    content_hash: ContentHash
    size: int


class ImagingStudy(NamedTuple):
    """A study as the calendar shows it."""

    local_patient: int
    custodian: FacilityCode
    study_instance_uid: str
    study_day: Day
    accession_number: str
    description: str
    modalities: tuple[str, ...]
    series_count: int
    instance_count: int
