"""Small numbers for the enumerations that stand in rows; append only, never renumbered.

A number is shorter than a word in tens of millions of rows, and compares as fast as it reads.
"""

from __future__ import annotations

from hie.record.entry import Confidentiality, DocumentClass, EntryStatus, Format

CLASSES: tuple[DocumentClass, ...] = (
    DocumentClass.UNKNOWN,
    DocumentClass.DEMOGRAPHICS,
    DocumentClass.ENCOUNTER,
    DocumentClass.ALLERGY,
    DocumentClass.PROBLEM,
    DocumentClass.PRESCRIPTION,
    DocumentClass.INJECTION,
    DocumentClass.LABORATORY_ORDER,
    DocumentClass.LABORATORY_RESULT,
    DocumentClass.IMAGING_ORDER,
    DocumentClass.IMAGING_PERFORMED,
    DocumentClass.IMAGE,
    DocumentClass.ENDOSCOPY,
    DocumentClass.PHYSIOLOGY,
    DocumentClass.MEAL,
    DocumentClass.DOCUMENT,
    DocumentClass.NOTE,
)
STATUSES: tuple[EntryStatus, ...] = (EntryStatus.WITHDRAWN, EntryStatus.APPROVED, EntryStatus.DEPRECATED)
FORMATS: tuple[Format, ...] = (Format.SSMIX2, Format.DICOM)
CONFIDENTIALITIES: tuple[Confidentiality, ...] = tuple(Confidentiality)

CLASS_CODES: dict[DocumentClass, int] = {word: number for number, word in enumerate(CLASSES)}
STATUS_CODES: dict[EntryStatus, int] = {word: number for number, word in enumerate(STATUSES)}
FORMAT_CODES: dict[Format, int] = {word: number for number, word in enumerate(FORMATS)}

APPROVED = STATUS_CODES[EntryStatus.APPROVED]
