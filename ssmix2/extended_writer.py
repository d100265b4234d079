"""Write an extended storage: content folders that appear whole, and take their flag by being renamed (§6.1).

A folder is filled under a name that no reader takes for one, put on disk, and then renamed; who looks
in between sees nothing or all of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from hie.record.errors import Invalid
from hie.record.times import UNKNOWN_DAY, day_of
from ssmix2.extended import folder_name, plain_name, unpack
from ssmix2.layout import NO_DATE, NO_DEPARTMENT, ConditionFlag, FileName

LONGEST_KIND = 180
LONGEST_KEY = 22
_PATIENT_ID_LENGTHS = range(4, 16)
_SENT_DIGITS = 17
_SEPARATORS = frozenset("_/\\|")


def content_folder(
    patient_id: str, care_date: str, kind_folder: str, key: str, sent_at: str, department: str = ""
) -> FileName:
    """Name a content folder, strictly; raises `Invalid` where the guideline allows no such name."""
    if len(patient_id) not in _PATIENT_ID_LENGTHS or not _SEPARATORS.isdisjoint(patient_id):
        raise Invalid("a patient id has 4 to 15 characters and no separator")
    if care_date != NO_DATE and day_of(care_date) == UNKNOWN_DAY:
        raise Invalid("the care date is a day of the calendar, or -")
    if not 0 < len(kind_folder) <= LONGEST_KIND or not _SEPARATORS.isdisjoint(kind_folder):
        raise Invalid("a kind's folder has up to 180 characters and no separator")
    if not 0 < len(key) <= LONGEST_KEY or not _SEPARATORS.isdisjoint(key):
        raise Invalid("a document's key has up to 22 characters and no separator")
    if len(sent_at) != _SENT_DIGITS or not sent_at.isdigit():
        raise Invalid("a folder's time stamp has 17 digits")
    flag = str(ConditionFlag.CURRENT)
    return FileName(patient_id, care_date, kind_folder, key, sent_at, department or NO_DEPARTMENT, flag)


def write_folder(root: Path, name: FileName, files: Mapping[str, bytes]) -> Path:
    """Write a content folder as current; an older current one of its key becomes superseded first.

    Raises `OSError` where the disk refuses; then nothing of the new one stands.
    """
    kind = root / name.folder()
    kind.mkdir(parents=True, exist_ok=True)
    making = kind / f".{name.text()}.tmp"
    try:
        for path, content in files.items():
            file = making / path
            file.parent.mkdir(parents=True, exist_ok=True)
            _put(file, content)
        for folder in sorted({file.parent for file in making.rglob("*")} | {making}):
            _sync(folder)
        for older in current_folders(kind, name):
            _flag(older, ConditionFlag.SUPERSEDED)
        target = kind / name.text()
        making.rename(target)
    except OSError:
        shutil.rmtree(making, ignore_errors=True)
        raise
    _sync(kind)
    return target


def write_package(root: Path, name: FileName, package: bytes) -> Path:
    """Write a packed content folder out again; raises `Unreadable` for what is no package."""
    return write_folder(root, name, unpack(package).files)


def delete_folder(root: Path, name: FileName) -> int:
    """Rename all versions of a key to deleted; nothing new is written (§6.1). Return how many."""
    kind = root / name.folder()
    versions = [
        found for found in _versions(kind, name) if not found.name.endswith(str(ConditionFlag.DELETED))
    ]
    for found in versions:
        _flag(found, ConditionFlag.DELETED)
    if versions:
        _sync(kind)
    return len(versions)


def current_folders(kind: Path, name: FileName) -> list[Path]:
    """Return the content folders of a key that are flagged as current."""
    return [found for found in _versions(kind, name) if found.name.endswith(str(ConditionFlag.CURRENT))]


def _versions(kind: Path, name: FileName) -> Iterator[Path]:
    for found in sorted(kind.iterdir()) if kind.is_dir() else ():
        parsed = folder_name(kind.name, found.name)
        if parsed and found.is_dir() and parsed.logical_key == _plain(name).logical_key:
            yield found


def _plain(name: FileName) -> FileName:
    return name._replace(data_kind=plain_name(name.data_kind))


def _flag(folder: Path, flag: ConditionFlag) -> None:
    folder.rename(folder.with_name(folder.name[:-1] + str(flag)))


def _put(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
