"""DICOM headers to `ImagingInstance` (PS3.10 files, PS3.3 patient, study, series, image modules).

Lenient in: a missing preamble or meta header, unknown value representations and wrong character
sets are read as far as they can be. Refused is what cannot be filed: no identifying UID, or one
that is no UID (PS3.5 §9.1: at most 64 characters of digits and dots).
"""

from __future__ import annotations

import io
import warnings
import zlib
from collections.abc import Callable

from pydicom import Dataset, dcmread
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.valuerep import PersonName

from hie.record.errors import Unreadable
from hie.record.findings import Finding, Severity
from hie.record.imaging import ImagingInstance, is_uid
from hie.record.people import HumanName
from hie.record.times import day_of

PREAMBLE = 128
MAGIC = b"DICM"

MOST_INFLATED = 256 * 1024 * 1024
"""Bytes a deflated dataset may grow to; beyond it is no image but an attack."""

MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"
"""SOP class of a DICOMDIR, which is no image."""

_DEFLATED = b"1.2.840.10008.1.2.1.99"
_GROUP_LENGTH = b"\x02\x00\x00\x00UL"
_FAULTS = (
    InvalidDicomError,
    BytesLengthException,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RecursionError,
    OverflowError,
    OSError,
    zlib.error,
)
"""What pydicom raises on bytes that are no dataset."""
_ENOUGH = (
    *("SpecificCharacterSet", "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"),
    *("PatientID", "PatientName", "PatientBirthDate", "StudyDate", "StudyTime", "AccessionNumber"),
    *("Modality", "StudyDescription", "SeriesDescription", "SeriesNumber", "InstanceNumber"),
    *("BodyPartExamined", "Rows", "Columns", "NumberOfFrames"),
)


def is_part10(start: bytes) -> bool:
    """Say whether a file that begins with `start` (132 bytes) has a DICOM preamble."""
    return start[PREAMBLE : PREAMBLE + len(MAGIC)] == MAGIC


def read_instance(content: bytes) -> ImagingInstance:
    """Read the header of one instance; pixel data are not looked at.

    Raises `Unreadable` with DCM-FORMAT (no dataset), DCM-UID (missing or malformed UID) or
    DCM-PATIENT (no patient id).
    """
    dataset = _dataset(content)
    text = _texts(dataset)
    meta = getattr(dataset, "file_meta", Dataset())
    patient_id = text("PatientID")
    if not patient_id:
        raise _unreadable("DCM-PATIENT", "(0010,0020)", "There is no patient id.")
    return ImagingInstance(
        study_instance_uid=_uid(text("StudyInstanceUID"), "(0020,000D)"),
        series_instance_uid=_uid(text("SeriesInstanceUID"), "(0020,000E)"),
        sop_instance_uid=_uid(text("SOPInstanceUID"), "(0008,0018)"),
        sop_class_uid=_uid(text("SOPClassUID"), "(0008,0016)"),
        transfer_syntax_uid=str(meta.get("TransferSyntaxUID", "")),
        patient_id=patient_id,
        patient_name=_name(dataset),
        birth_day=day_of(_digits(text("PatientBirthDate"))),
        study_day=day_of(_digits(text("StudyDate"))),
        study_time=text("StudyTime"),
        accession_number=text("AccessionNumber"),
        modality=text("Modality"),
        study_description=text("StudyDescription"),
        series_description=text("SeriesDescription"),
        series_number=_number(text("SeriesNumber")),
        instance_number=_number(text("InstanceNumber")),
        body_part=text("BodyPartExamined"),
        rows=_number(text("Rows")),
        columns=_number(text("Columns")),
        frames=_number(text("NumberOfFrames")) or 1,
    )


def read_patient_id(start: bytes) -> str:
    """Read whose file it is from its first bytes; empty if they do not say or are no DICOM.

    A DICOMDIR names many patients and so none.
    """
    if not is_part10(start) and not _looks_like_dataset(start):
        return ""
    try:
        dataset = _dataset(start, ("SpecificCharacterSet", "PatientID", "SOPClassUID"))
    except Unreadable:
        return ""
    meta = getattr(dataset, "file_meta", Dataset())
    if str(meta.get("MediaStorageSOPClassUID", "")) == MEDIA_DIRECTORY:
        return ""
    return _texts(dataset)("PatientID")


def _dataset(content: bytes, tags: tuple[str, ...] = _ENOUGH) -> Dataset:
    _refuse_bombs(content)
    with warnings.catch_warnings():
        # What pydicom warns of is what this reader tolerates.
        warnings.simplefilter("ignore")
        try:
            return dcmread(io.BytesIO(content), stop_before_pixels=True, force=True, specific_tags=list(tags))
        except _FAULTS as error:
            raise _unreadable("DCM-FORMAT", "header", "The bytes are no DICOM dataset.") from error


def _refuse_bombs(content: bytes) -> None:
    """Raise `Unreadable` if a deflated dataset would inflate beyond all measure."""
    head = content[PREAMBLE + len(MAGIC) :][:12]
    if not is_part10(content) or head[:6] != _GROUP_LENGTH or _DEFLATED not in content[:2048]:
        return
    start = PREAMBLE + len(MAGIC) + len(head) + int.from_bytes(head[8:12], "little")
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    left, grown = content[start:], 0
    while left and not inflating.eof:
        try:
            grown += len(inflating.decompress(left, 1 << 20))
        except zlib.error:
            return
        left = inflating.unconsumed_tail
        if grown > MOST_INFLATED:
            raise _unreadable("DCM-FORMAT", "header", "The deflated dataset grows beyond the limit.")


def _texts(dataset: Dataset) -> Callable[[str], str]:
    """Give a function from a keyword to its value as text, empty where absent or undecodable."""

    def text(keyword: str) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                value = dataset.get(keyword)
            except _FAULTS:
                return ""
        if value is None or isinstance(value, bytes):
            return "" if value is None else value.decode("ascii", "replace").strip(" \0")
        if isinstance(value, str):
            return value.strip(" \0")
        try:
            return str(value[0] if len(value) else "").strip(" \0")
        except TypeError:
            return str(value).strip(" \0")

    return text


def _name(dataset: Dataset) -> HumanName:
    """Read (0010,0010): ideographic and phonetic groups, else the alphabetic one (PS3.5 §6.2.1)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = dataset.get("PatientName")
            if not isinstance(value, PersonName):
                return HumanName()
            written = str(value.ideographic) or str(value.alphabetic)
            family, given = _two(written)
            kana_family, kana_given = _two(str(value.phonetic))
        except _FAULTS:
            return HumanName()
    return HumanName(family, given, kana_family, kana_given)


def _two(group: str) -> tuple[str, str]:
    family, _, rest = group.partition("^")
    return family.strip(), rest.partition("^")[0].strip()


def _uid(text: str, place: str) -> str:
    if not is_uid(text):
        raise _unreadable("DCM-UID", place, f"This is no UID; it has {len(text)} characters.")
    return text


def _digits(text: str) -> str:
    """Take ACR-NEMA's dots out of a date: 2026.11.05."""
    return text.replace(".", "")


def _number(text: str) -> int:
    """Read an IS or US; 0 where it says nothing or leaves the range of IS (PS3.5 §6.2)."""
    try:
        number = int(float(text))
    except (ValueError, OverflowError):
        return 0
    return number if -(2**31) <= number < 2**31 else 0


def _looks_like_dataset(start: bytes) -> bool:
    """Say whether bytes without a preamble begin with a tag of group 0002 or 0008."""
    return start[:4] in {
        b"\x08\x00\x05\x00",
        b"\x08\x00\x08\x00",
        b"\x08\x00\x16\x00",
        b"\x08\x00\x00\x00",
    } or (start[:2] == b"\x02\x00" and start[2:4] in {b"\x00\x00", b"\x01\x00", b"\x02\x00", b"\x10\x00"})


def _unreadable(code: str, place: str, message: str) -> Unreadable:
    return Unreadable(Finding(code, Severity.ERROR, place, message))
