"""A standardized storage (SS-MIX2 標準化ストレージ) as a source: walks it, names files, reads bytes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from hie.record.errors import NotFound, Unavailable, Unreadable
from hie.record.findings import Finding, Severity
from hie.record.submission import Submission
from ssmix2 import storage
from ssmix2.encoding import LARGEST_MESSAGE

SYSTEM_NAMES = frozenset({"thumbs.db", "desktop.ini"})
"""Files that operating systems leave in folders (deviation D15)."""
SYSTEM_ENDS = (".tmp", ".temp", ".part", "~")
"""Files of somebody who is still writing."""

_CHUNK = 64 * 1024
_TOO_LARGE = Finding("READ-02", Severity.ERROR, "file", "The file is larger than a reader takes.")
_new = tuple.__new__


class StandardFolder:
    """One patient's folder of a standardized storage."""

    def __init__(self, folder: storage.PatientFolder) -> None:
        """Stand for `folder`; nothing is opened yet."""
        self._folder = folder
        self.patient = folder.patient_id
        self.locator = folder.locator

    def submissions(self) -> list[Submission]:
        """Name the files, sorted by name, system files left out; a folder that is gone is empty.

        Raises `Unavailable` if they cannot be listed.
        """
        patient = self.patient
        try:
            return [
                _new(Submission, (locator, name, patient, None))
                for locator, name in storage.files(self._folder)
                if not is_system_file(name)
            ]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Unavailable("the folder cannot be listed") from error

    def read(self, submission: Submission) -> bytes:
        """Return a file's bytes, or raise `NotFound`, `Unavailable`, or `Unreadable` if it is too large."""
        return read_file(self.path(submission.locator), LARGEST_MESSAGE)

    def path(self, locator: str) -> str:
        """Return where a file of the folder stands."""
        return f"{self._folder.root}/{locator}"


def patients(root: Path) -> Iterator[StandardFolder]:
    """Yield the patients of a standardized storage, folder by folder."""
    return map(StandardFolder, storage.patient_folders(root))


def is_system_file(name: str) -> bool:
    """Say whether a file is none of the storage's: hidden, a thumbnail cache, half written."""
    return name[0] in ".~" or (not name[-1].isdigit() and _is_known_system_name(name.lower()))


def _is_known_system_name(name: str) -> bool:
    return name in SYSTEM_NAMES or name.endswith(SYSTEM_ENDS)


def read_file(path: str, largest: int = sys.maxsize) -> bytes:
    """Read a regular file; a link is not followed. Raises `Unreadable` above `largest` bytes.

    A buffer of 64 KiB is twice as fast as one of a megabyte, which is allocated anew each time.
    Only an empty read is the end: a network share may answer with less than was asked for.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            content = os.read(descriptor, _CHUNK)
            more = os.read(descriptor, _CHUNK)
            if not more:
                return content
            chunks = [content, more]
            largest -= len(content) + len(more)
            while chunk := os.read(descriptor, _CHUNK * 16):
                chunks.append(chunk)
                largest -= len(chunk)
                if largest < 0:
                    raise Unreadable(_TOO_LARGE)
            return b"".join(chunks)
        finally:
            os.close(descriptor)
    except FileNotFoundError as error:
        raise NotFound("the file is gone") from error
    except OSError as error:
        raise Unavailable("the file cannot be read") from error
