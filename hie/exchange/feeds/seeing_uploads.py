"""Who sees a file on its way into the record: who handed it in, and whom the gate would show it once filed.

Others are told that there is a file, and nothing of it. What nobody has said yet, its kind and its
department, counts as unknown, and unknown is closed.
"""

from __future__ import annotations

import json

from consent.grant import Grant
from hie.exchange.labels.labelling import labels_of
from hie.exchange.ports.uploads import Upload, UploadKind, UploadState
from hie.record.entry import Confidentiality, DocumentClass, EntryFacts, EntryKey, EntryStatus, Label
from hie.record.narrative import Attachment, Composition
from hie.record.times import day_of
from ssmix2.documentkind import STANDARD_KINDS

_PAPERS = frozenset({UploadKind.PDF, UploadKind.PHOTO})
_CLASSES = {UploadKind.DICOM: DocumentClass.IMAGE, UploadKind.DISPENSING: DocumentClass.DISPENSE}


def opens(grant: Grant, upload: Upload) -> bool:
    """Say whether the asker of a grant may see an upload of the own facility."""
    if upload.received_by == grant.requester.user:
        return True
    decided = upload.state in {UploadState.FILED, UploadState.UNDONE}
    document_class = _CLASSES.get(upload.kind, DocumentClass.UNKNOWN)
    if upload.kind in _PAPERS and decided and upload.document_kind in STANDARD_KINDS:
        document_class = STANDARD_KINDS[upload.document_kind].document_class
    day = day_of(upload.day)
    labels = _labels(upload, document_class) | (0 if decided or upload.kind in _CLASSES else Label.UNKNOWN)
    return grant.covers(upload.facility, document_class, day, Confidentiality.NORMAL, labels)


def veiled(upload: Upload) -> Upload:
    """Return what is told of an upload that is not opened: that it is there, and how far it has come."""
    return upload._replace(
        kind=UploadKind.UNKNOWN,
        reason="",
        file_name="",
        title="",
        document_kind="",
        day="",
        told="{}",
        digest="",
    )


def forgotten(upload: Upload) -> Upload:
    """Return an upload without what it says of a patient: the consent does not cover it."""
    return upload._replace(file_name="", title="", told="{}")


def _labels(upload: Upload, document_class: DocumentClass) -> int:
    told = json.loads(upload.told)
    attached = (Attachment(1, upload.file_name, "", upload.size),) if upload.kind in _PAPERS else ()
    said = f"{upload.file_name} {told.get('description', '')}"
    paper = Composition(upload.title, said, "", "", "", "", "", "", "", "", (), attached)
    department = str(told.get("department", ""))
    facts = EntryFacts(
        EntryKey("", "", "", ""),
        document_class,
        day_of(upload.day),
        department,
        EntryStatus.APPROVED,
        Confidentiality.NORMAL,
        0,
        0,
        "",
        0,
    )
    return labels_of(facts, [paper]) | int(told.get("labels", 0))
