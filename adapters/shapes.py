"""What a crawl asks about the kind of tree it walks: which folder is a document, and whose a name is.

Names that break the grammar, or lie where they do not belong, are named nonetheless, with the rule
they break: they are kept in quarantine, shown, and stop nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

from adapters.clinic_folder import ENDINGS, paper_name, read_paper, settings_of
from adapters.ssmix2_extended import files_of
from adapters.ssmix2_standard import is_system_file, read_file
from hie.exchange.ports.spool import Stat
from hie.record.entry import Format
from hie.record.errors import Misconfigured, NotFound, Unavailable
from ssmix2.extended import folder_name, pack_folder, plain_name
from ssmix2.layout import FileName, parse_name

_CARE_DATE = re.compile(r"-|\d{8}", re.ASCII)
INODES = 2**63 - 1
"""Mask of what a row keeps of an inode's number."""
_PATIENT_LEVEL = 2
_DEEPEST_PATIENT = 3
"""Levels of a patient's path that tell where the patient's folder is."""


class Named(NamedTuple):
    """What a document's place says of it."""

    name: str
    patient: str = ""
    thing: str = ""
    """Empty where the document is a thing of its own."""
    reason: str = ""
    message: str = ""


class Shape(Protocol):
    """A kind of tree; paths are below the root, with `/`."""

    @property
    def format(self) -> Format:
        """The format of its documents."""

    def is_document(self, folder: str) -> bool:
        """Say whether a folder is one document, and nothing below it another."""

    def skips(self, leaf: str) -> bool:
        """Say whether a file of this name is nobody's document."""

    def named(self, folder: str, leaf: str, path: str) -> Named:
        """Say what the document `leaf` of `folder` is; `path` is where it can be opened.

        Raises `OSError`, `NotFound` or `Unavailable` if it had to be opened and could not be.
        """

    def read(self, path: str) -> bytes:
        """Return a document's bytes; raises `NotFound`, `Unavailable`, or `Unreadable` beyond the limits."""


class StandardShape:
    """A standardized storage: files below patient, care date and kind."""

    format = Format.SSMIX2

    def is_document(self, folder: str) -> bool:  # noqa: ARG002  no folder is one
        """Say no: documents are files."""
        return False

    def skips(self, leaf: str) -> bool:
        """Skip what operating systems leave, and who is still writing."""
        return is_system_file(leaf)

    def named(self, folder: str, leaf: str, path: str) -> Named:  # noqa: ARG002  the name says all
        """Read the name, and compare it with the patient's folder."""
        return _judged(folder, leaf, parse_name(leaf))

    def read(self, path: str) -> bytes:
        """Read the file."""
        return read_file(path)


class ExtendedShape:
    """An extended storage: folders below patient, care date and kind are the documents."""

    format = Format.CONTENT_FOLDER

    def is_document(self, folder: str) -> bool:
        """Say whether the folder lies three levels below a patient's."""
        level, _ = _patient_at(folder)
        return level >= 0 and folder.count("/") == level + 3

    def skips(self, leaf: str) -> bool:
        """Skip what operating systems leave, and who is still writing."""
        return is_system_file(leaf)

    def named(self, folder: str, leaf: str, path: str) -> Named:  # noqa: ARG002  the name says all
        """Read the name; the kind's folder says the kind in full."""
        kind = folder.rpartition("/")[2]
        name = folder_name(kind, leaf)
        judged = _judged(folder, leaf, name)
        return judged if judged.reason or name is None else judged._replace(name=name.text())

    def read(self, path: str) -> bytes:
        """Pack the folder, or the single file of an old layout."""
        try:
            if not os.path.isdir(path):  # noqa: PTH112  once per document
                return pack_folder({plain_name(path.rpartition("/")[2]): read_file(path)})
            return pack_folder({name: read_file(f"{path}/{name}") for name in files_of(path)})
        except FileNotFoundError as error:
            raise NotFound("the content folder is gone") from error
        except OSError as error:
            raise Unavailable("the content folder cannot be read") from error


class ClinicShape:
    """A clinic's folder: papers and photographs whose names say whose and what they are (`clinic_folder`).

    Its tables are no documents here: who can read them knows when a patient was born, which an edge does
    not. They are handed in at the hub.
    """

    format = Format.CONTENT_FOLDER

    def is_document(self, folder: str) -> bool:  # noqa: ARG002  no folder is one
        """Say no: documents are files."""
        return False

    def skips(self, leaf: str) -> bool:
        """Skip what is neither paper nor photograph."""
        return is_system_file(leaf) or not leaf.lower().endswith(ENDINGS)

    def named(self, folder: str, leaf: str, path: str) -> Named:
        """Read the name; the department is that of the folder's settings."""
        root = Path(path.removesuffix(f"{folder}/{leaf}" if folder else leaf))
        try:
            name = paper_name(leaf, path, settings_of(root).department)
        except Misconfigured:
            return Named(leaf, reason="CLINIC-01", message="The folder's clinic.toml cannot be read.")
        if name is None:
            return Named(leaf, reason="PATH-02", message="The name does not follow the grammar.")
        return Named(name.text(), name.patient_id, "_".join(name.logical_key))

    def read(self, path: str) -> bytes:
        """Pack the paper; of a photograph without its places."""
        return read_paper(path)


class DicomShape:
    """A folder of DICOM files of any names at any depth; each is opened once to see whose it is."""

    format = Format.DICOM

    def is_document(self, folder: str) -> bool:  # noqa: ARG002  no folder is one
        """Say no: documents are files."""
        return False

    def skips(self, leaf: str) -> bool:
        """Skip hidden files, and who is still writing."""
        return is_system_file(leaf)

    def named(self, folder: str, leaf: str, path: str) -> Named:  # noqa: ARG002  the header says all
        """Read whose it is from its first bytes; what is no DICOM is nobody's."""
        from adapters.dicom_folder import patient_in  # noqa: PLC0415  half a second, for images alone

        patient = patient_in(Path(path))
        if patient == "":
            return Named(leaf, reason="DCM-PATIENT", message="There is no patient id.")
        return Named(leaf, patient or "")

    def read(self, path: str) -> bytes:
        """Read the file."""
        return read_file(path)


def stat_of(path: str) -> Stat:
    """Return what the file system says of a document; of a folder, of all that is in it together.

    Raises `OSError`; `FileNotFoundError` also for a folder without a file.
    """
    status = os.lstat(path)
    if (status.st_mode & 0o170000) != 0o040000:  # noqa: PLR2004  S_IFDIR of S_IFMT
        return _stat(status)
    inode, size, modified, changed, files = status.st_ino, 0, status.st_mtime_ns, status.st_ctime_ns, 0
    for inside in _inside(path):
        if (inside.st_mode & 0o170000) == 0o100000:  # noqa: PLR2004  S_IFREG of S_IFMT
            files += 1
            size += inside.st_size
        modified, changed = max(modified, inside.st_mtime_ns), max(changed, inside.st_ctime_ns)
    if not files:
        raise FileNotFoundError(path)
    return Stat(inode & INODES, size, modified, changed)


def _stat(status: os.stat_result) -> Stat:
    return Stat(status.st_ino & INODES, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _inside(path: str) -> Iterator[os.stat_result]:
    """Yield what the file system says of everything below a folder but links and system files."""
    waiting = [path]
    while waiting:
        with os.scandir(waiting.pop()) as items:
            for item in items:
                if item.is_dir(follow_symlinks=False):
                    waiting.append(item.path)
                elif not item.is_file(follow_symlinks=False) or is_system_file(item.name):
                    continue
                yield item.stat(follow_symlinks=False)


def _judged(folder: str, leaf: str, name: FileName | None) -> Named:
    level, patient = _patient_at(folder)
    if level < 0:
        return Named(leaf, reason="PATH-11", message="The file lies above the patients' folders.")
    if name is None:
        return Named(leaf, reason="PATH-02", message="The name does not follow the grammar.")
    if name.patient_id != patient:
        return Named(leaf, reason="PATH-01", message="The name's patient is not the one of its folder.")
    return Named(leaf, patient, "_".join(name.logical_key))


@lru_cache(maxsize=256)
def _patient_at(folder: str) -> tuple[int, str]:
    """Return the level of the patient's folder on a path, and the patient; -1 above the patients.

    The third level, but for an id of up to three characters, whose folder may be the second (doubt Q1).
    """
    parts = folder.split("/") if folder else []
    if len(parts) <= _PATIENT_LEVEL:
        return -1, ""
    is_short = parts[0] == parts[1] and _CARE_DATE.fullmatch(parts[2]) is not None
    if is_short and not (len(parts) > _DEEPEST_PATIENT and _CARE_DATE.fullmatch(parts[3])):
        return 1, parts[1]
    return 2, parts[2]
