"""Small numbers for the enumerations that stand in rows; append only, never renumbered.

A number is shorter than a word in tens of millions of rows, and compares as fast as it reads.
"""

from __future__ import annotations

from hie.record.entry import DOCUMENT_CLASSES, Confidentiality, DocumentClass, EntryStatus, Format

CLASSES = DOCUMENT_CLASSES
STATUSES: tuple[EntryStatus, ...] = (EntryStatus.WITHDRAWN, EntryStatus.APPROVED, EntryStatus.DEPRECATED)
FORMATS: tuple[Format, ...] = (Format.SSMIX2, Format.DICOM, Format.CONTENT_FOLDER)
CONFIDENTIALITIES: tuple[Confidentiality, ...] = tuple(Confidentiality)

CLASS_CODES: dict[DocumentClass, int] = {word: number for number, word in enumerate(CLASSES)}
STATUS_CODES: dict[EntryStatus, int] = {word: number for number, word in enumerate(STATUSES)}
FORMAT_CODES: dict[Format, int] = {word: number for number, word in enumerate(FORMATS)}

APPROVED = STATUS_CODES[EntryStatus.APPROVED]
