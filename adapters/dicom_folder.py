"""A folder of DICOM files as a source: any names, any depth, grouped by patient and study.

Whose a file is stands in its header only, so the first bytes of each file are looked at once;
what is kept of that look is a path and three identifiers. Files that are no DICOM or name no
patient are counted for nobody: unknown is closed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from adapters.ssmix2_standard import read_file
from hie.readers.dicom import is_part10, read_patient_id
from hie.record.errors import NotFound, Unavailable
from hie.record.submission import Submission

_FRONT = 64 * 1024
"""Bytes in which the patient module of any real file lies."""


class DicomPatient:
    """All files of a DICOM folder that name one patient id."""

    locator = ""

    def __init__(self, root: Path, patient: str, locators: list[str]) -> None:
        """Stand for the files at `locators` below `root`."""
        self._root = root
        self.patient = patient
        self._locators = locators

    def submissions(self) -> list[Submission]:
        """Name the files, sorted."""
        return [
            Submission(locator, locator.rpartition("/")[2], self.patient)
            for locator in sorted(self._locators)
        ]

    def read(self, submission: Submission) -> bytes:
        """Return a file's bytes, or raise `NotFound` or `Unavailable`."""
        return read_file(f"{self._root}/{submission.locator}")


def patients(root: Path) -> Iterator[DicomPatient]:
    """Yield the patients of a DICOM folder, by patient id; files that name nobody come last, as `""`.

    A folder below `root` that cannot be listed counts as one file of nobody.
    """
    by_patient: dict[str, list[str]] = {}
    nobody: list[str] = []
    for locator in files(root, nobody.append):
        patient = _patient_of(root / locator)
        if patient is not None:
            by_patient.setdefault(patient, []).append(locator)
    nobody += by_patient.pop("", [])
    for patient in sorted(by_patient):
        yield DicomPatient(root, patient, by_patient[patient])
    if nobody:
        yield DicomPatient(root, "", nobody)


def files(root: Path, unlisted: Callable[[str], object] = lambda _: None) -> Iterator[str]:
    """Yield all regular files below `root`, as paths below it with `/`; links are not followed.

    Raises `OSError` if `root` cannot be listed; `unlisted` hears of a folder below it that cannot be.
    """
    waiting = [""]
    while waiting:
        here = waiting.pop()
        try:
            names, below = _listed(f"{root}/{here}")
        except OSError:
            if not here:
                raise
            unlisted(here)
            continue
        yield from (f"{here}{name}" for name in names if not name.startswith("."))
        waiting.extend(f"{here}{name}/" for name in reversed(below))


def _listed(path: str) -> tuple[list[str], list[str]]:
    """Return the names of a folder's files and of its folders, sorted."""
    with os.scandir(path) as found:
        items = sorted(found, key=lambda item: item.name)
    return (
        [item.name for item in items if item.is_file(follow_symlinks=False)],
        [item.name for item in items if item.is_dir(follow_symlinks=False)],
    )


def is_dicom(path: Path) -> bool:
    """Say whether a file is DICOM, by its preamble or, without one, by naming a patient."""
    return bool(_patient_of(path))


def _patient_of(path: Path) -> str | None:
    """Return the patient id of a file, empty for DICOM that names none; none if it is no DICOM."""
    try:
        return patient_in(path)
    except (OSError, NotFound, Unavailable):
        return None


def patient_in(path: Path) -> str | None:
    """Return the patient id of a file, empty for DICOM that names none; none if it is no DICOM.

    Raises `OSError`, `NotFound` or `Unavailable` if it cannot be read.
    """
    front = _front(path)
    patient = read_patient_id(front)
    if not patient and len(front) == _FRONT and is_part10(front):
        # A deflated dataset or a very long private header: only the whole tells.
        patient = read_patient_id(read_file(str(path)))
    return patient if patient or (is_part10(front) and path.name.upper() != "DICOMDIR") else None


def _front(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        return os.read(descriptor, _FRONT)
    finally:
        os.close(descriptor)
