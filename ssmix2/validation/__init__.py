"""Check files and storages against SS-MIX2 (fact sheet §7.1 to §7.5).

Every rule is one line of a `RULES` table in a module of this folder. Decoding and splitting report
JIS-01 to JIS-06 and MSH-A by themselves; the rest is looked at here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hie.record.errors import Unreadable
from hie.record.findings import Finding
from ssmix2.encoding import decode
from ssmix2.er7 import Message, parse
from ssmix2.layout import FileName, parse_name
from ssmix2.segments import is_cancelled
from ssmix2.storage import files, loose_files, patient_folders, states
from ssmix2.validation import header, order, paths, required, sense, values
from ssmix2.validation.rule import ERROR, WARNING, Rule, Subject

RULES: tuple[Rule, ...] = (
    *paths.RULES,
    *header.RULES,
    *required.RULES,
    *order.RULES,
    *values.RULES,
    *sense.RULES,
)

_NO_CANCEL_EVENT = "ADT-12"
"""A withdrawn reception is a flag only: the specification has no message for it."""


class Located(NamedTuple):
    """A finding and the file it is about, as a path below the storage root."""

    path: str
    finding: Finding


def check_file(locator: str, name: str, content: bytes) -> list[Located]:
    """Check one file by itself. `locator` is its path below the root; without folders they are not judged."""
    parts = parse_name(name)
    if parts is None:
        return [Located(locator, paths.stranger(name))]
    return [Located(locator, finding) for finding in _findings(locator, parts, content)[0]]


def check_storage(root: Path | str) -> Iterator[Located]:
    """Check every file below `root` and how the versions of each logical key stand together."""
    base = os.fspath(root)
    for entry in loose_files(base):
        yield Located(entry.locator, paths.stranger(entry.name))
    for folder in patient_folders(base):
        versions: dict[FileName, str] = {}
        withdrawals: set[FileName] = set()
        for entry in files(folder):
            parts = parse_name(entry.name)
            if parts is None:
                yield Located(entry.locator, paths.stranger(entry.name))
                continue
            try:
                content = Path(base, entry.locator).read_bytes()
            except FileNotFoundError:
                continue  # gone since its folder was listed
            except OSError:
                versions[parts] = entry.locator
                yield Located(entry.locator, _NOT_OPENED)
                continue
            versions[parts] = entry.locator
            found, message = _findings(entry.locator, parts, content)
            if message and is_cancelled(message):
                withdrawals.add(parts)
            yield from (Located(entry.locator, finding) for finding in found)
        yield from _keys(versions, withdrawals)


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


def _keys(versions: dict[FileName, str], withdrawals: set[FileName]) -> Iterator[Located]:
    """Apply KEY-01 to KEY-04 to the versions of one patient."""
    for state in states(versions):
        group = sorted(
            (name for name in versions if name.logical_key == state.key), key=lambda name: name.timestamp
        )
        newest = versions[group[-1]]
        yield from (Located(newest, finding) for finding in state.findings)
        deleted_kind = state.key[2] != _NO_CANCEL_EVENT
        if state.deleted and deleted_kind and withdrawals.isdisjoint(state.deleted):
            yield Located(versions[state.deleted[0]], _NO_WITHDRAWAL)


_NOT_OPENED = Finding("READ-01", ERROR, "path", "The file could not be opened.")
_NO_WITHDRAWAL = Finding("KEY-04", WARNING, "path", "No file of a deleted logical key holds the deletion.")

__all__ = ["RULES", "Located", "check_file", "check_storage"]
