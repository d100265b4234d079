"""Which patients of a folder may have changed since the last look; polling only, nothing missed.

Notification of the operating system loses half of what is written into folders just made, and
network shares send none (performance sheet §3), so we look: a fast pass stats the known folders
and lists those whose time stamp moved or is too young to be trusted ("racy"); a slow sweep stats
every file and so finds what leaves no trace in a folder, a rewrite in place. The journal lives in
memory only: the paths of patients without consent are not kept at the hub.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from adapters import dicom_folder
from adapters.ssmix2_extended import PREFIX, ExtendedFolder
from adapters.ssmix2_standard import StandardFolder, is_system_file
from hie.record.submission import Submission
from ssmix2 import storage

SECOND = 1_000_000_000
RACY = 2 * SECOND
"""A folder whose time stamp is younger than this when it is listed is listed again."""
SETTLED = 2 * SECOND
"""A file is taken when nothing was written to it for so long."""


class _Seen(NamedTuple):
    """A folder as it was listed."""

    modified: int
    listed: int
    below: tuple[str, ...]
    """The folders in it, as locators."""


class SettledFolder(StandardFolder):
    """A patient's folder without the files that somebody may still be writing."""

    def __init__(self, folder: storage.PatientFolder, now: int) -> None:
        """Stand for `folder` at `now`, nanoseconds since 1970."""
        super().__init__(folder)
        self._now = now
        self.unsettled = False
        """Whether files were left out in the last listing: look again."""

    def submissions(self) -> list[Submission]:
        """Name the settled files, sorted by name."""
        named = super().submissions()
        settled = [submission for submission in named if self._is_settled(submission.locator)]
        self.unsettled = len(settled) < len(named)
        return settled

    def _is_settled(self, locator: str) -> bool:
        return is_settled(self.path(locator), self._now)


class SettledExtendedFolder(ExtendedFolder, SettledFolder):
    """A patient's folder of an extended storage without the content folders somebody may still be filling."""

    def __init__(self, folder: storage.PatientFolder, now: int) -> None:
        """Stand for `folder` at `now`, nanoseconds since 1970."""
        SettledFolder.__init__(self, folder, now)
        self.locator = f"{PREFIX}{folder.locator}"

    def submissions(self) -> list[Submission]:
        """Name the content folders in which nothing moved lately."""
        named = ExtendedFolder.submissions(self)
        settled = [one for one in named if self._is_settled(one.locator)]
        self.unsettled = len(settled) < len(named)
        return settled

    def _is_settled(self, locator: str) -> bool:
        waiting = [self.path(locator)]
        while waiting:
            path = waiting.pop()
            if not is_settled(path, self._now):
                return False
            try:
                with os.scandir(path) as found:
                    waiting += [item.path for item in found if not item.is_symlink()]
            except NotADirectoryError:
                continue
            except OSError:
                return False
        return True


def is_settled(path: str, now: int) -> bool:
    """Say whether nothing was written at `path` for a while before `now`, nanoseconds since 1970."""
    try:
        return os.lstat(path).st_mtime_ns + SETTLED <= now
    except OSError:
        return False


class WatchedStorage:
    """A standardized or extended storage and what it looked like; for one thread."""

    def __init__(self, root: Path, settled: type[SettledFolder] = SettledFolder) -> None:
        """Watch `root`, whose patients are handed over as `settled`; the first look finds all changed."""
        self._root = os.fspath(root)
        self._settled = settled
        self._folders: dict[str, _Seen] = {}
        self._signatures: dict[str, int] = {}
        self._patients: dict[str, str] = {}

    @property
    def patients(self) -> Iterable[str]:
        """Return the local numbers of all patients seen so far."""
        return self._patients.keys()

    def folder(self, patient: str, now: int) -> SettledFolder | None:
        """Return the folder of a patient seen before, as it is at `now`."""
        locator = self._patients.get(patient)
        return self._settled(storage.PatientFolder(self._root, locator), now) if locator else None

    def changed(self, now: int) -> Iterator[SettledFolder]:
        """Yield patients in whose folders names came, went or were changed since the last look."""
        for folder in self._all_patients(now):
            if self._has_moved(folder.locator, now):
                yield self._settled(folder, now)

    def swept(self, now: int) -> Iterator[SettledFolder]:
        """Yield patients of whose files any differs in name, number, size or time from the last sweep."""
        self._above_moved(now)
        for folder in storage.patient_folders(self._root):
            self._patients[folder.patient_id] = folder.locator
            self._has_moved(folder.locator, now)
            signature = self._signature(folder)
            if self._signatures.get(folder.locator) != signature:
                self._signatures[folder.locator] = signature
                yield self._settled(folder, now)

    def _all_patients(self, now: int) -> Iterator[storage.PatientFolder]:
        """Yield the patient folders; the levels above them are listed only when they moved."""
        if self._above_moved(now) or not self._patients:
            for folder in storage.patient_folders(self._root):
                self._patients[folder.patient_id] = folder.locator
        for locator in list(self._patients.values()):
            yield storage.PatientFolder(self._root, locator)

    def _above_moved(self, now: int) -> bool:
        """Look at the root and the two levels below it; every level, so that each is remembered."""
        moved = self._look("", now)
        for first in self._below(""):
            moved |= self._look(first, now)
            for second in self._below(first):
                moved |= self._look(second, now)
        return moved

    def _has_moved(self, patient: str, now: int) -> bool:
        moved = False
        waiting = [patient]
        while waiting:
            here = waiting.pop()
            moved |= self._look(here, now)
            waiting.extend(self._below(here))
        return moved

    def _below(self, locator: str) -> tuple[str, ...]:
        seen = self._folders.get(locator)
        return seen.below if seen else ()

    def _look(self, locator: str, now: int) -> bool:
        """Say whether a folder moved since it was listed, or could have; list it again if so."""
        path = f"{self._root}/{locator}"
        seen = self._folders.get(locator)
        try:
            modified = os.lstat(path).st_mtime_ns
            if seen and seen.modified == modified and modified + RACY <= seen.listed:
                return False
            with os.scandir(path) as found:
                below = tuple(
                    sorted(
                        f"{locator}/{item.name}".lstrip("/")
                        for item in found
                        if item.is_dir(follow_symlinks=False)
                    )
                )
        except OSError:
            return self._folders.pop(locator, None) is not None
        self._folders[locator] = _Seen(modified, now, below)
        return True

    def _signature(self, folder: storage.PatientFolder) -> int:
        """Sum up a patient's files in one number, so that the journal stays small."""
        try:
            found = [locator for locator, name in storage.files(folder) if not is_system_file(name)]
        except OSError:
            return 0
        return signature_of(self._root, found)


class WatchedFolder:
    """A DICOM folder: whose a file is stands in the file, so any change looks at all of them again."""

    def __init__(self, root: Path) -> None:
        """Watch `root`; the first look finds it changed once it is settled."""
        self._root = root
        self._before = 0
        self._taken = 0

    def changed(self) -> bool:
        """Say whether files came, went or were changed, and nothing moved since the look before."""
        signature = signature_of(os.fspath(self._root), list(dicom_folder.files(self._root)))
        settled, self._before = signature == self._before, signature
        if not settled or signature == self._taken:
            return False
        self._taken = signature
        return True

    def forget(self) -> None:
        """Find the folder changed again in the next look."""
        self._taken = 0


def signature_of(root: str, locators: list[str]) -> int:
    """Sum up name, number, size and times of files in one number."""
    facts = []
    for locator in locators:
        try:
            status = os.lstat(f"{root}/{locator}")
        except OSError:
            continue
        facts.append((locator, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    return hash(tuple(facts))
