"""Build a storage from its transaction log: every change again, in order (fact sheet §1.5, §1.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from hie.record.findings import Finding, Severity
from ssmix2.layout import ConditionFlag, FileName, parse_name
from ssmix2.transactions import Record

_LONGEST_NAME = 240
"""Bytes of one level of a path, so that a name under way fits too."""


class Replayed(NamedTuple):
    """One record after it was applied."""

    record: Record
    finding: Finding | None
    """Why it was left out."""


def replay(records: Iterable[Record], root: Path) -> Iterator[Replayed]:
    """Apply records to the storage below `root`; applied twice they change nothing.

    A record that could not be read whole, or whose header names no file, is left out with a finding.
    """
    for record in records:
        name = _name(record)
        if name is None:
            yield Replayed(record, record.finding or _NO_NAME)
            continue
        _apply(name, record.body, root)
        yield Replayed(record, None)


def _name(record: Record) -> FileName | None:
    """Give the file that a record makes, where its name can be read back and stays below the root."""
    if record.header is None or record.finding:
        return None
    header = record.header
    flag = ConditionFlag.DELETED if header.operation == "DEL" else ConditionFlag.CURRENT
    name = FileName(*header[1:5], header.timestamp, header.department, str(flag))
    levels = name.locator().split("/")
    if parse_name(name.text()) != name or not {".", ".."}.isdisjoint(levels):
        return None
    return name if max(len(level.encode()) for level in levels) <= _LONGEST_NAME else None


def _apply(name: FileName, body: bytes, root: Path) -> None:
    folder = root / name.folder()
    folder.mkdir(parents=True, exist_ok=True)
    deletes = name.flag == ConditionFlag.DELETED
    versions = [
        (path, old)
        for path in folder.iterdir()
        if (old := parse_name(path.name)) and old.logical_key == name.logical_key
    ]
    if any(old[4:6] == name[4:6] for _, old in versions):
        return  # applied before
    for path, old in versions:
        if deletes or old.flag == ConditionFlag.CURRENT:
            flag = ConditionFlag.DELETED if deletes else ConditionFlag.SUPERSEDED
            path.replace(folder / f"{path.name[:-1]}{flag}")
    written = folder / f".{name.text()}.part"
    written.write_bytes(body)
    written.replace(folder / name.text())


_NO_NAME = Finding("TRX-01", Severity.ERROR, "header", "The header's items cannot be the name of a file.")
