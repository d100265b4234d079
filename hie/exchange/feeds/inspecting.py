"""Looking into a file that somebody hands in, before anything of it is kept: what it is, and what is wrong.

What could act is refused, not mended; a photograph loses what its camera said of places. Pages and
pictures are opened in the limited process, never here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import NamedTuple

from hie.exchange.feeds.clinic_papers import kind_of_bytes
from hie.exchange.labels.labelling import labels_of
from hie.exchange.ports.papers import ScanReader
from hie.exchange.ports.uploads import LARGEST_UPLOAD, UploadKind
from hie.readers.dicom import read_instance
from hie.readers.jahis import Visit, read_notebook
from hie.readers.photo import bare
from hie.record.entry import Confidentiality, DocumentClass, EntryFacts, EntryKey, EntryStatus
from hie.record.errors import Invalid, Unavailable, Unreadable
from hie.record.folding import folded, sound
from hie.record.people import Patient
from hie.record.times import UNKNOWN_DAY, Day


class Inspected(NamedTuple):
    """What was found."""

    kind: UploadKind
    content: bytes = b""
    """As it will be kept; empty where it is refused."""
    reason: str = ""
    """Why it is refused: a code. `empty`, `size`, `type`, `unreadable`, `pixels`, `script`, `later`,
    `other-patient` or `future`."""
    day: Day = UNKNOWN_DAY
    """What the file says of its own day."""
    told: Mapping[str, str | int] = {}
    """`pages`; or `study`, `modality` and `description`; or `visits` to a pharmacy and their `labels`."""

    def __repr__(self) -> str:
        """Show what it is only."""
        return f"Inspected({self.kind}, {self.reason})"


class Asking(NamedTuple):
    """For whom a file is looked into, and by what."""

    scans: ScanReader
    account: str
    patient: Patient
    number: str
    today: Day


def inspect(asking: Asking, content: bytes) -> Inspected:
    """Look into one file; what is wrong with it is said, never raised."""
    kind = kind_of_bytes(content)
    reason = "empty" if not content else "size" if len(content) > LARGEST_UPLOAD else ""
    if reason or kind not in _LOOKS:
        return Inspected(kind, reason=reason or "type")
    try:
        return _LOOKS[kind](asking, content)
    except Unreadable as error:
        reason = _REASONS.get(error.finding.code, "unreadable")
    except Invalid:
        reason = "unreadable"
    except Unavailable:
        reason = "later"
    return Inspected(kind, reason=reason)


def _paper(asking: Asking, content: bytes) -> Inspected:
    found = asking.scans.inspect(content, asking.account)
    if found.acts:
        return Inspected(UploadKind.PDF, reason="script")
    return Inspected(UploadKind.PDF, content, told={"pages": found.pages})


def _photo(asking: Asking, content: bytes) -> Inspected:
    kept = bare(content)
    asking.scans.inspect(kept, asking.account)
    return Inspected(UploadKind.PHOTO, kept, told={"pages": 1})


def _image(asking: Asking, content: bytes) -> Inspected:
    header = read_instance(content)
    born = asking.patient.birth_day
    if header.patient_id != asking.number or (
        UNKNOWN_DAY not in {born, header.birth_day} and born != header.birth_day
    ):
        return Inspected(UploadKind.DICOM, reason="other-patient")
    if header.study_day > asking.today:
        return Inspected(UploadKind.DICOM, reason="future")
    told = {
        "study": header.study_instance_uid,
        "modality": header.modality,
        "description": header.study_description,
    }
    return Inspected(UploadKind.DICOM, content, day=header.study_day, told=told)


def _dispensing(asking: Asking, content: bytes) -> Inspected:
    notebook = read_notebook(content)
    told, known = notebook.name, asking.patient
    named = told.kana and known.name.kana and sound(told.kana) != sound(known.name.kana)
    unnamed = not (told.kana and known.name.kana) and folded(told.kanji) != folded(known.name.kanji)
    born = UNKNOWN_DAY not in {notebook.birth_day, known.birth_day} and notebook.birth_day != known.birth_day
    if named or unnamed or born:
        return Inspected(UploadKind.DISPENSING, reason="other-patient")
    days = sorted(visit.day for visit in notebook.visits)
    if days[-1] > asking.today:
        return Inspected(UploadKind.DISPENSING, reason="future")
    told_of = {"visits": len(days), "labels": reduce(or_, map(_labels, notebook.visits), 0)}
    return Inspected(UploadKind.DISPENSING, content, day=days[-1], told=told_of)


def _labels(visit: Visit) -> int:
    """Return the labels of what was handed out: by them it is shown before it is filed."""
    facts = EntryFacts(
        EntryKey(str(visit.day), "", "", ""),
        DocumentClass.DISPENSE,
        visit.day,
        "",
        EntryStatus.APPROVED,
        Confidentiality.NORMAL,
        len(visit.drugs),
        0,
        "",
        0,
    )
    return labels_of(facts, [visit.head, *visit.drugs])


_LOOKS: Mapping[UploadKind, Callable[[Asking, bytes], Inspected]] = {
    UploadKind.PDF: _paper,
    UploadKind.PHOTO: _photo,
    UploadKind.DICOM: _image,
    UploadKind.DISPENSING: _dispensing,
}
_REASONS = {"PHOTO-02": "pixels", "DCM-PATIENT": "other-patient"}
