"""An extended storage (SS-MIX2 拡張ストレージ) as a source: each content folder is one document.

Below a patient: care date, kind of document, content folder, and in it the main document and what
travels with it. A content folder is handed over packed (`ssmix2.extended`). What a vendor of before
2015 laid directly into a kind's folder is handed over as a folder of one file, if its name says whose
and when it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from adapters.ssmix2_standard import StandardFolder, is_system_file, read_file
from hie.record.errors import NotFound, Unavailable, Unreadable
from hie.record.findings import Finding, Severity
from hie.record.submission import Submission
from ssmix2 import storage
from ssmix2.extended import MOST_BYTES, MOST_FILES, folder_name, pack_folder, plain_name

PREFIX = "extended/"
"""Begins every locator: the patient's folder of the standardized storage has the same path below its root."""

_KIND = 1
"""Levels between a patient's folder and that of a kind: the care date."""


class _Found(NamedTuple):
    """A document of the storage."""

    locator: str
    kind_folder: str
    name: str


class ExtendedFolder(StandardFolder):
    """One patient's folder of an extended storage."""

    def __init__(self, folder: storage.PatientFolder) -> None:
        """Stand for `folder`; nothing is opened yet."""
        super().__init__(folder)
        self.locator = f"{PREFIX}{folder.locator}"

    def submissions(self) -> list[Submission]:
        """Name the content folders, sorted by locator; a folder that is gone is empty.

        A submission's name is the content folder's with its kind as the kind's folder writes it in
        full. Raises `Unavailable` if they cannot be listed.
        """
        try:
            return [
                Submission(f"{PREFIX}{found.locator}", _name_of(found), self.patient)
                for found in _documents(self._folder)
            ]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Unavailable("the folder cannot be listed") from error

    def read(self, submission: Submission) -> bytes:
        """Return the package of a content folder.

        Raises `NotFound`, `Unavailable`, or `Unreadable` for one that is beyond the limits.
        """
        path = self.path(submission.locator)
        try:
            if not os.path.isdir(path) or os.path.islink(path):  # noqa: PTH112, PTH114  once per document
                return pack_folder({submission.locator.rpartition("/")[2]: read_file(path)})
            files = files_of(path)
        except FileNotFoundError as error:
            raise NotFound("the content folder is gone") from error
        except OSError as error:
            raise Unavailable("the content folder cannot be read") from error
        return pack_folder({name: read_file(f"{path}/{name}") for name in files})

    def path(self, locator: str) -> str:
        """Return where a document of the folder stands."""
        return super().path(locator.removeprefix(PREFIX))


def patients(root: Path) -> Iterator[ExtendedFolder]:
    """Yield the patients of an extended storage, folder by folder."""
    return map(ExtendedFolder, storage.patient_folders(root))


def files_of(content_folder: str) -> list[str]:
    """Name the files of a content folder, as paths below it; system files and links are left out.

    Raises `OSError`, and `Unreadable` where they are too many or too large together.
    """
    found: list[str] = []
    size = 0
    waiting = [""]
    while waiting:
        here = waiting.pop()
        with os.scandir(f"{content_folder}/{here}") as items:
            for item in items:
                if item.is_dir(follow_symlinks=False):
                    waiting.append(f"{here}{item.name}/")
                elif item.is_file(follow_symlinks=False) and not is_system_file(item.name):
                    found.append(f"{here}{item.name}")
                    size += item.stat(follow_symlinks=False).st_size
        if len(found) > MOST_FILES or len(waiting) > MOST_FILES or size > MOST_BYTES:
            raise Unreadable(_TOO_MUCH)
    return sorted(found)


def _documents(folder: storage.PatientFolder) -> Iterator[_Found]:
    """Yield what lies below the kinds of a patient's folder: content folders, and files beside them."""
    kinds = [folder.locator]
    for _ in range(_KIND + 1):
        kinds = [f"{above}/{item.name}" for above in kinds for item in _items(folder, above) if item.is_dir()]
    for kind in kinds:
        kind_folder = kind.rpartition("/")[2]
        for item in _items(folder, kind):
            if item.is_dir() or not is_system_file(item.name):
                yield _Found(f"{kind}/{item.name}", kind_folder, item.name)


def _items(folder: storage.PatientFolder, locator: str) -> list[os.DirEntry[str]]:
    """List a folder, sorted; links, and folders that somebody is still filling, are left out."""
    with os.scandir(f"{folder.root}/{locator}") as found:
        items = [item for item in found if not item.is_symlink() and not item.name.startswith(".")]
    return sorted(items, key=lambda item: item.name)


def _name_of(found: _Found) -> str:
    name = folder_name(found.kind_folder, found.name)
    return name.text() if name else plain_name(found.name)


_TOO_MUCH = Finding(
    "EXT-06", Severity.ERROR, "path", "The content folder holds too many files, or too large."
)
