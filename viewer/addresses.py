"""Where pictures are: addresses hold opaque numbers and names of files, never who somebody is."""

from __future__ import annotations

from hie.record.identifiers import EntryId, PatientId
from hie.record.imaging import FiledInstance


def picture_address(patient: PatientId, filed: FiledInstance) -> str:
    """Return where an instance is drawn as PNG."""
    shown = filed.instance
    return f"/patients/{patient}/images/{shown.study_instance_uid}/{shown.sop_instance_uid}.png"


def attachment_address(patient: PatientId, entry: EntryId, number: int) -> str:
    """Return where a file that travels with a document is fetched."""
    return f"/patients/{patient}/entries/{entry}/attachments/{number}"


def picture_page(patient: PatientId, entry: EntryId, place: int) -> str:
    """Return the page that shows the picture at `place` (from 1) of an opened study."""
    return f"/patients/{patient}/entries/{entry}/images/{place}"


def series_page(patient: PatientId, code: str) -> str:
    """Return the page that shows the results of a JLAC10 code over all hospitals."""
    return f"/patients/{patient}/results/{code}"
