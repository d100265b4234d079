"""Content folders of an extended storage as one document: packed, opened again, and what they are.

A content folder travels as a package: a ZIP of its files, stored, sorted by name, without times,
so that the same folder gives the same bytes. Opening takes nothing else: what is compressed,
encrypted, doubled, too much or named to lead outside is refused (`Unreadable`), so that a package
never unfolds to more than its own size.
"""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from hie.record.entry import NO_LABELS, EntryFacts, EntryKey, EntryStatus
from hie.record.errors import Unreadable
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.people import HumanName, PatientFacts, Sex
from hie.record.times import UNKNOWN_DAY, day_of
from ssmix2.datakind import Parts
from ssmix2.documentkind import DocumentKind, document_kind
from ssmix2.layout import NO_DATE, FileName, parse_name

MOST_FILES = 512
MOST_BYTES = 256 * 1024 * 1024
DEEPEST = 8
"""Levels of folders inside a content folder, the file's own included."""
LONGEST_NAME = 255
"""Bytes of a file's path inside the folder."""

MAIN = "main_document"
_TEXTS, _PRINTED = (".xml", ".hl7"), ".pdf"
"""Endings of which the only file is the main document (§6.1)."""
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_ENCRYPTED = 0x1
_END = struct.Struct("<4sHHHHIIH")
_END_SIGNATURE = b"PK\x05\x06"
_FRAME = 1024
"""More than what a ZIP says about one file, in bytes."""
_STATUS = {"1": EntryStatus.APPROVED, "2": EntryStatus.DEPRECATED, "0": EntryStatus.WITHDRAWN}
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    LookupError,
    OverflowError,
    OSError,
    struct.error,
)
"""What `zipfile` raises on bytes that are no package of ours."""


class Content(NamedTuple):
    """A content folder, opened."""

    files: Mapping[str, bytes]
    """Path below the folder, with `/` -> bytes; sorted by path."""

    def main(self) -> str:
        """Name the main document (主文書, §6.1); empty where the files are attachments only.

        `main_document.*`, else the only file, else the only XML or HL7, else the only PDF. Raises
        `Unreadable` with EXT-01 where several texts could be it: nobody can tell which one speaks.
        """
        names = list(self.files)
        named = [name for name in names if PurePosixPath(name).stem.lower() == MAIN and "/" not in name]
        possible = named or names
        if len(possible) == 1:
            return possible[0]
        texts = [name for name in possible if name.lower().endswith(_TEXTS)]
        if len(texts) > 1:
            raise Unreadable(_SEVERAL)
        printed = [name for name in possible if name.lower().endswith(_PRINTED)]
        return next(iter(texts or (printed if len(printed) == 1 else [])), "")


def pack_folder(files: Mapping[str, bytes]) -> bytes:
    """Pack the files of a content folder; the same files give the same bytes.

    Raises `Unreadable` where they break a limit of `unpack`.
    """
    named: dict[str, bytes] = {}
    for name, content in files.items():
        plain = plain_name(name)
        if plain in named:
            raise Unreadable(_bad("Two files of the folder have one name."))
        named[plain] = content
    _check_amount(len(named), sum(map(len, named.values())))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(named):
            _check_name(name)
            about = zipfile.ZipInfo(name, _NO_TIME)
            about.create_system = 3
            about.external_attr = _READABLE
            archive.writestr(about, named[name])
    return packed.getvalue()


def unpack(package: bytes) -> Content:
    """Open a package. Raises `Unreadable` (EXT-06) for bytes that are none, or too much."""
    _check_end(package)
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            members = archive.infolist()
            total = sum(member.file_size for member in members)
            _check_amount(len(members), total)
            if total > len(package):
                raise Unreadable(_bad("Files of the package lie over one another."))
            files: dict[str, bytes] = {}
            for member in members:
                _check_member(member, len(package))
                if member.filename in files:
                    raise Unreadable(_bad("Two files of the package have one name."))
                files[member.filename] = archive.read(member)
    except _BROKEN as error:
        raise Unreadable(_bad("The bytes are no package of a content folder.")) from error
    return Content(dict(sorted(files.items())))


def _check_end(package: bytes) -> None:
    """Look at the last record of the ZIP, which says how much there is, before anything is made of it."""
    if len(package) > MOST_BYTES + MOST_FILES * _FRAME:
        raise Unreadable(_bad("The package is too large."))
    end = package[-_END.size :]
    if len(end) < _END.size or not end.startswith(_END_SIGNATURE):
        raise Unreadable(_bad("The bytes are no package of a content folder."))
    *_, count, directory, _, _ = _END.unpack(end)
    if count > MOST_FILES or directory > MOST_FILES * _FRAME:
        raise Unreadable(_bad("The package holds too many files."))


def _check_member(member: zipfile.ZipInfo, size: int) -> None:
    _check_name(member.orig_filename)
    if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & _ENCRYPTED:
        raise Unreadable(_bad("A file of the package is compressed or encrypted."))
    if member.file_size > size or member.compress_size != member.file_size:
        raise Unreadable(_bad("A file of the package is larger than the package."))


def _check_amount(count: int, size: int) -> None:
    if not 0 < count <= MOST_FILES:
        raise Unreadable(_bad(f"The folder holds no file, or more than {MOST_FILES}."))
    if size > MOST_BYTES:
        raise Unreadable(_bad("The files of the folder are too large together."))


def _check_name(name: str) -> None:
    """Refuse a path that is absolute, climbs, is too deep or long, or holds what no name holds."""
    parts = name.split("/")
    bad = (
        not all(parts)
        or {".", ".."} & set(parts)
        or len(parts) > DEEPEST
        or len(name.encode("utf-8", "surrogatepass")) > LONGEST_NAME * 2
        or not name.isprintable()
        or "\\" in name
        or ":" in name
    )
    if bad:
        raise Unreadable(_bad("The name of a file in the folder leads elsewhere or is no name."))


def plain_name(name: str) -> str:
    """Read a name as it stands on a disk: bytes that are no UTF-8 are CP932, and accents are composed."""
    raw = name.encode("utf-8", "surrogateescape")
    for encoding in ("utf-8", "cp932"):
        try:
            return unicodedata.normalize("NFC", raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace").replace("\\", "_")


def folder_name(kind_folder: str, name: str) -> FileName | None:
    """Read a content folder's name below its kind's folder; none if it does not follow the grammar.

    The third part of the name may be a bare code; the folder above says the kind in full (§6.1).
    """
    parsed = parse_name(plain_name(name))
    return parsed._replace(data_kind=plain_name(kind_folder)) if parsed else None


def kind_of(name: FileName) -> DocumentKind:
    """Say what kind of document a content folder holds."""
    return document_kind(name.data_kind)


def patient_by_name(name: FileName, facility: FacilityCode) -> PatientFacts:
    """Take whose folder it is from its name: pictures and PDFs say nothing that could be read."""
    return PatientFacts(LocalPatientId(facility, name.patient_id), HumanName(), UNKNOWN_DAY, Sex.UNKNOWN)


def facts_of(name: FileName, parts: Parts) -> EntryFacts:
    """Make the facts of an entry from the folder's name and from what its documents say."""
    status = _STATUS[name.flag]
    if parts.cancelled and status is EntryStatus.APPROVED:
        status = EntryStatus.WITHDRAWN
    dated = name.timestamp[:8] if name.care_date == NO_DATE else name.care_date
    return EntryFacts(
        EntryKey(name.care_date, name.data_kind, name.order_number, name.timestamp),
        kind_of(name).document_class,
        parts.service_day or day_of(dated),
        name.department_code or parts.department,
        status,
        parts.confidentiality,
        parts.item_count,
        parts.abnormal_count,
        parts.link,
        NO_LABELS,
    )


def findings_of(name: FileName) -> tuple[Finding, ...]:
    """Say what is irregular about the kind's folder (EXT-02)."""
    kind = kind_of(name)
    found = []
    if "^" in name.data_kind and not kind.well_formed:
        found.append(
            Finding("EXT-02", Severity.WARNING, "path", "A kind's folder has three or six components.")
        )
    if not kind.is_known:
        found.append(
            Finding("EXT-02", Severity.WARNING, "path", "No table of ours knows this kind of document.")
        )
    return tuple(found)


def _bad(message: str) -> Finding:
    return Finding("EXT-06", Severity.ERROR, "package", message)


_SEVERAL = Finding(
    "EXT-01", Severity.ERROR, "path", "Several files of the content folder could be its main document."
)
