"""Papers and pictures of a clinic as documents: a PDF or a photograph becomes a content folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from hie.exchange.ports.uploads import UploadKind
from hie.readers.dicom import is_part10
from hie.readers.photo import JPEG, PNG
from hie.record.errors import Invalid
from hie.record.times import UNKNOWN_DAY, Day, day_of
from ssmix2.documentkind import LOINC, STANDARD_KINDS
from ssmix2.extended import pack_folder
from ssmix2.layout import ConditionFlag, FileName

PHOTOGRAPH = "72170-4"
KINDS = (
    *("57133-1", "11502-2", "47045-0", "18748-4", "28010-7", "59281-6", "19805-1", "18842-5"),
    *("34108-1", "70004-7", "55115-0", "51897-7", "11488-4", PHOTOGRAPH, "51852-2"),
)
"""What somebody at a clinic may call a paper: codes of the table of standard documents."""
OTHER = "51852-2"
LONGEST_TITLE = 40
_PDF = b"%PDF-"
_JAHIS = b"JAHISTC"
_ENDINGS: Mapping[bytes, str] = {_PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
_SEPARATORS = frozenset("_/\\|^:~&\"'<>?*#%")
_KEY = 20
_DEPARTMENT = re.compile(r"\d{2,3}", re.ASCII)


def kind_of_bytes(content: bytes) -> UploadKind:
    """Say what a file is by how it begins; its name is not asked."""
    if content.startswith(_PDF):
        return UploadKind.PDF
    if content.startswith((JPEG, PNG)):
        return UploadKind.PHOTO
    if is_part10(content):
        return UploadKind.DICOM
    if content.removeprefix(b"\xef\xbb\xbf").startswith(_JAHIS):
        return UploadKind.DISPENSING
    return UploadKind.UNKNOWN


def label_of(kind: str) -> str:
    """Return what the table of standard documents calls a kind."""
    return STANDARD_KINDS[kind].label if kind in KINDS else ""


def tidy_title(text: str) -> str:
    """Return a title as a folder's name takes it: no separators, no controls, not too long."""
    kept = unicodedata.normalize("NFC", text)
    shown = "".join(" " if sign in _SEPARATORS or not sign.isprintable() else sign for sign in kept)
    return " ".join(shown.split())[:LONGEST_TITLE].strip(" .")


def checked_day(text: str, today: Day) -> Day:
    """Return the day of `YYYYMMDD` or `YYYY-MM-DD`; raises `Invalid` for none, and for one to come."""
    day = day_of(text.replace("-", ""))
    if day == UNKNOWN_DAY:
        raise Invalid("this is no day of the calendar", code="day")
    if day > today:
        raise Invalid("this day is still to come", code="future")
    return day


class Paper(NamedTuple):
    """What somebody says of a paper."""

    kind: str
    """A code of `KINDS`."""
    title: str
    day: str
    """`YYYYMMDD`"""
    department: str
    """統一診療科コード: a scan says nothing that a rule could judge, so this must be said."""


def paper(number: str, key: str, said: Paper, version: str) -> FileName:
    """Name the content folder of a paper; raises `Invalid` for a kind that is not ours to give."""
    label = label_of(said.kind)
    if not label:
        raise Invalid("this is no kind of document", code="kind")
    if not _DEPARTMENT.fullmatch(said.department):
        raise Invalid("a paper is of a department", code="department")
    named = tidy_title(said.title) or label
    local = named if named != label else ""
    data_kind = f"^{local}^^{said.kind}^{label}^{LOINC}"
    return FileName(
        number, said.day, data_kind, f"U{key[-_KEY:]}", version, said.department, str(ConditionFlag.CURRENT)
    )


def packed(content: bytes, title: str) -> bytes:
    """Pack a paper as the only file of its folder, under its title."""
    ending = next((end for start, end in _ENDINGS.items() if content.startswith(start)), ".bin")
    return pack_folder({f"{tidy_title(title) or 'document'}{ending}": content})
