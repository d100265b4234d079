"""Document entries: the registry's line about a document (IHE XDS document entry)."""

from __future__ import annotations

from enum import IntEnum, IntFlag, StrEnum
from typing import NamedTuple

from hie.record.identifiers import ContentHash, EntryId, FacilityCode
from hie.record.times import Day


class DocumentClass(StrEnum):
    """Broad class of a document: what a consent names and a calendar row shows."""

    DEMOGRAPHICS = "demographics"
    ENCOUNTER = "encounter"
    ALLERGY = "allergy"
    PROBLEM = "problem"
    PRESCRIPTION = "prescription"
    INJECTION = "injection"
    LABORATORY_ORDER = "laboratory-order"
    LABORATORY_RESULT = "laboratory-result"
    IMAGING_ORDER = "imaging-order"
    IMAGING_PERFORMED = "imaging-performed"
    IMAGE = "image"
    ENDOSCOPY = "endoscopy"
    PHYSIOLOGY = "physiology"
    MEAL = "meal"
    DOCUMENT = "document"
    NOTE = "note"
    VITAL_SIGN = "vital-sign"
    DISPENSE = "dispense"
    """What a pharmacy handed out (FHIR MedicationDispense)."""
    UNKNOWN = "unknown"
    """A kind we do not know: kept, and opened by no ordinary consent (law 6)."""


DOCUMENT_CLASSES: tuple[DocumentClass, ...] = (
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
    DocumentClass.VITAL_SIGN,
    DocumentClass.DISPENSE,
)
"""The classes by number, for rows and columns of many; append only, never renumbered."""

LABORATORY = frozenset({DocumentClass.LABORATORY_RESULT})
"""Figures: what was ordered stands with the orders, and signs of life are no laboratory's."""
PAPERS = frozenset({DocumentClass.DOCUMENT, DocumentClass.NOTE})
"""What somebody wrote of the patient; a consent names the two apart, a list shows them together."""
REPORTED = frozenset({DocumentClass.IMAGING_PERFORMED, DocumentClass.ENDOSCOPY, DocumentClass.PHYSIOLOGY})
"""Examinations of which somebody writes a report."""
PICTURES = REPORTED | {DocumentClass.IMAGE}
"""Examinations that are looked at: their reports, and the pictures themselves."""
WRITTEN = PAPERS | PICTURES
"""What holds words that somebody wrote, a study's description too: it is searched as a whole."""


class EntryStatus(StrEnum):
    """Life of an entry (XDS availabilityStatus; SS-MIX2 condition flag 1, 2, 0)."""

    APPROVED = "approved"
    DEPRECATED = "deprecated"
    WITHDRAWN = "withdrawn"


class Confidentiality(IntEnum):
    """Sensitivity (HL7 confidentialityCode N, R, V); unknown is closed."""

    NORMAL = 0
    RESTRICTED = 1
    VERY_RESTRICTED = 2
    UNKNOWN = 3


class Label(IntFlag):
    """Sensitive classes an entry may bear, as bits of one number; told by rule, never guessed away."""

    PSYCHIATRY = 1
    HIV = 2
    GENETICS = 4
    REPRODUCTION = 8
    ADDICTION = 16
    VIOLENCE = 32
    STAFF = 64
    """Of somebody who works at the facility: shown, with a mark."""
    NOT_TOLD = 128
    """Not yet told to the patient: hidden from the patient, its existence too; shown to professionals."""
    NEVER = 256
    """Never leaves its facility (courts, donors)."""
    UNKNOWN = 512
    """Nobody could say: no ordinary consent opens it (law 6)."""


NO_LABELS = 0
ALL_LABELS = int(~Label(0))
"""Every label, the unknown one too."""


class Format(StrEnum):
    """Technical format of a document (XDS formatCode)."""

    SSMIX2 = "ss-mix2"
    DICOM = "dicom"
    CONTENT_FOLDER = "ss-mix2-content-folder"
    """A content folder of an extended storage, packed into one file (`ssmix2.extended`)."""


class EntryKey(NamedTuple):
    """What names a document at its source: with the facility and local id, the idempotency key.

    For SS-MIX2 this is the logical key without the patient, plus the version: care date,
    data kind, order number, 発生日時 (fact sheet §1.4). For DICOM: study date, `DICOM`,
    SOP instance UID, and an empty version.
    """

    care_date: str
    data_kind: str
    order_number: str
    version: str


class EntryFacts(NamedTuple):
    """Everything of an entry that a reader can know from the bytes and the name alone."""

    key: EntryKey
    document_class: DocumentClass
    service_day: Day
    """Day under which a clinician looks for it; see `ssmix2.kinds` for the rule per kind."""
    department: str
    """SS-MIX2 統一診療科コード, or empty."""
    status: EntryStatus
    confidentiality: Confidentiality
    item_count: int
    """Results, drugs, diagnoses or instances inside, for the cell of the calendar."""
    abnormal_count: int
    """Results flagged other than normal by the source."""
    link: str
    """Accession number that joins order, report and images, or empty."""
    labels: int
    """Bits of `Label`: the highest watermark of everything inside."""


class DocumentEntry(NamedTuple):
    """One line of the registry: who, when, what kind, whose, where. No clinical value."""

    id: EntryId
    local_patient: int
    """The registry's surrogate for a `LocalPatientId`; links decide whose it is."""
    custodian: FacilityCode
    facts: EntryFacts
    format: Format
    content_hash: ContentHash
    size: int
    """Bytes of the original document."""
    registered_at: int
    """Milliseconds since 1970, UTC."""
