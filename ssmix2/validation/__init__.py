"""Check files and storages against SS-MIX2 (fact sheet chapter 7).

Every rule about one file is one line of a `RULES` table in a module of this folder. Decoding and
splitting report JIS-01 to JIS-06 and MSH-A by themselves; what concerns versions (KEY), content
folders (EXT), the index (IDX) and the log (TRX) has a module each. `CATALOGUE` says all of them in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from hie.record.errors import Unreadable
from hie.record.findings import Finding
from ssmix2.encoding import decode, limited
from ssmix2.er7 import Message, parse
from ssmix2.layout import FileName, parse_name
from ssmix2.segments import is_cancelled
from ssmix2.storage import loose_files
from ssmix2.validation import codes, header, lengths, order, paths, required, sense, values
from ssmix2.validation.catalogue import CATALOGUE, described
from ssmix2.validation.extended import check_content_folder
from ssmix2.validation.indexed import check_index
from ssmix2.validation.keys import key_findings
from ssmix2.validation.located import Located
from ssmix2.validation.replayed import check_transactions
from ssmix2.validation.rule import ERROR, Rule, Subject
from ssmix2.volumes import Filed, Patient, Volume, as_volumes, patients

RULES: tuple[Rule, ...] = (
    *paths.RULES,
    *header.RULES,
    *required.RULES,
    *order.RULES,
    *values.RULES,
    *lengths.RULES,
    *codes.RULES,
    *sense.RULES,
)


class Part(StrEnum):
    """What lies beside the message files: their rules are chapter 7.6, and each is asked for by itself."""

    INDEX = "IDX"
    LOG = "TRX"
    CONTENT_FOLDER = "EXT"


class Examined(NamedTuple):
    """One file after its check."""

    path: str
    """Below its root, with the volume's label before it where a storage has several roots."""
    name: FileName | None
    findings: list[Finding]
    message: Message | None
    """None where no reader can open the bytes, and for content folders."""
    is_file: bool = True
    """False where findings are about versions of a file that was examined before."""
    part: Part | None = None
    """What was looked at where it is no message file."""


def check_file(locator: str, name: str, content: bytes) -> list[Located]:
    """Check one file by itself. `locator` is its path below the root; without folders they are not judged."""
    return [Located(locator, finding) for finding in _examined(locator, locator, name, content).findings]


def examine_file(path: Path) -> Examined:
    """Check the file at `path` by itself, without its folders."""
    content = limited(path)
    return _examined(str(path), path.name, path.name, content)


def check_storage(*roots: Path | str) -> Iterator[Located]:
    """Check every file below the roots of one storage and how versions of each logical key stand together."""
    for examined in examine(as_volumes(roots)):
        yield from (Located(examined.path, finding) for finding in examined.findings)


def examine(volumes: Sequence[Volume]) -> Iterator[Examined]:
    """Check every file and content folder of a storage; memory holds one patient's names."""
    for volume in volumes:
        for entry in loose_files(volume.root):
            yield Examined(_path(volume, entry.locator, volumes), None, [paths.stranger(entry.name)], None)
    for patient in patients(volumes):
        yield from _patient(patient, volumes)


def _examined(path: str, locator: str, name: str, content: bytes) -> Examined:
    parts = parse_name(name)
    if parts is None:
        return Examined(path, None, [paths.stranger(name)], None)
    findings, message = _findings(locator, parts, content)
    return Examined(path, parts, findings, message)


def _patient(patient: Patient, volumes: Sequence[Volume]) -> Iterator[Examined]:
    kept: list[Filed] = []
    withdrawals: set[FileName] = set()
    for one in patient.files():
        path = _path(one.volume, one.entry.locator, volumes)
        if one.name is None:
            yield Examined(path, None, [paths.stranger(one.entry.name)], None)
            continue
        if one.volume.is_extended:
            examined = _content_folder(path, one, one.name)
        else:
            examined = _file(path, one, one.name)
        if examined is None:
            continue
        kept.append(one)
        if examined.message and is_cancelled(examined.message):
            withdrawals.add(one.name)
        yield examined
    for one, finding in key_findings(kept, withdrawals.__contains__):
        path = _path(one.volume, one.entry.locator, volumes)
        yield Examined(path, one.name, [finding], None, is_file=False)


def _file(path: str, one: Filed, name: FileName) -> Examined | None:
    """Check a message file; nothing where it is gone since its folder was listed."""
    try:
        content = limited(one.path)
    except FileNotFoundError:
        return None
    except OSError:
        return Examined(path, name, [_NOT_OPENED], None)
    findings, message = _findings(one.entry.locator, name, content)
    return Examined(path, name, findings, message)


def _content_folder(path: str, one: Filed, name: FileName) -> Examined | None:
    try:
        found = check_content_folder(one.path, name, one.path.parent.name)
    except FileNotFoundError:
        return None
    except OSError:
        found = [_NOT_OPENED]
    return Examined(path, name, found, None, part=Part.CONTENT_FOLDER)


def _path(volume: Volume, locator: str, volumes: Sequence[Volume]) -> str:
    return locator if len(volumes) == 1 else f"{volume.label}/{locator}"


def _findings(locator: str, name: FileName, content: bytes) -> tuple[list[Finding], Message | None]:
    """Check one named file; of unreadable bytes only the name is judged."""
    try:
        text, found = decode(content)
        message = parse(text)
    except Unreadable as unreadable:
        nothing = Subject(locator, name, Message([], ()))
        by_name = [finding for rule in paths.RULES for finding in rule.findings(nothing)]
        return [unreadable.finding, *by_name], None
    subject = Subject(locator, name, message)
    by_rule = [finding for rule in RULES for finding in rule.findings(subject)]
    return [*found, *message.findings, *by_rule], message


_NOT_OPENED = Finding("READ-01", ERROR, "path", "The file could not be opened.")

__all__ = [
    "CATALOGUE",
    "RULES",
    "Examined",
    "Located",
    "Part",
    "check_content_folder",
    "check_file",
    "check_index",
    "check_storage",
    "check_transactions",
    "described",
    "examine",
    "examine_file",
]
