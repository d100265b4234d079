"""Which kind of source a folder is: told by the first files that speak for themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from adapters import clinic_folder, dicom_folder, ssmix2_extended, ssmix2_standard
from hie.exchange.feeds.sources import PatientSource
from hie.record.entry import Format
from hie.record.errors import Invalid
from ssmix2.extended import plain_name
from ssmix2.layout import parse_name

_FILES_ASKED = 1_000


def format_of(root: Path) -> Format:
    """Tell standardized storage, extended storage and DICOM folder apart; an empty one counts as the first.

    Raises `Invalid` if `root` is no folder or holds none of them.
    """
    if not root.is_dir():
        raise Invalid("this is no folder")
    if clinic_folder.is_clinic_folder(root):
        return Format.CONTENT_FOLDER
    asked = 0
    for locator in islice(dicom_folder.files(root), _FILES_ASKED):
        asked += 1
        *folders, name = locator.split("/")
        if any(parse_name(plain_name(folder)) for folder in folders):
            return Format.CONTENT_FOLDER
        if parse_name(name):
            return Format.SSMIX2
        if dicom_folder.is_dicom(root / locator):
            return Format.DICOM
    if asked:
        raise Invalid("this folder holds neither a storage of SS-MIX2 nor DICOM files")
    return Format.SSMIX2


def patients_of(root: Path, kind: Format) -> Iterator[PatientSource]:
    """Yield what a source holds, patient by patient."""
    if clinic_folder.is_clinic_folder(root) and kind is Format.CONTENT_FOLDER:
        yield from clinic_folder.patients(root)
    elif kind is Format.DICOM:
        yield from dicom_folder.patients(root)
    elif kind is Format.CONTENT_FOLDER:
        yield from ssmix2_extended.patients(root)
    else:
        yield from ssmix2_standard.patients(root)
