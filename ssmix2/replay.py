"""Build a storage from its transaction log: every change again, in order (fact sheet §1.5, §1.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from hie.record.findings import Finding, Severity
from ssmix2.layout import ConditionFlag, FileName, parse_name
from ssmix2.storage import moment
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

    A record that could not be read whole, whose header names no file, or that puts in nothing is left
    out with a finding. A deletion without a message renames and writes nothing (§1.5, extended storage).
    """
    key: tuple[str, ...] = ()
    seen: set[tuple[str, str]] = set()  # time stamps and flags of the records of one key in a row
    for record in records:
        name = _name(record)
        if name is None:
            yield Replayed(record, record.finding or _NO_NAME)
            continue
        if not record.body.strip() and name.flag == ConditionFlag.CURRENT:
            yield Replayed(record, _NO_MESSAGE)
            continue
        if name.logical_key != key:
            key, seen = name.logical_key, set()
        is_second_of_pair = (name.timestamp, name.flag) not in seen and (
            name.timestamp,
            ConditionFlag.DELETED,
        ) in seen
        _apply(name, record.body, root, is_second_of_pair=is_second_of_pair)
        seen.add((name.timestamp, name.flag))
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


def _apply(name: FileName, body: bytes, root: Path, *, is_second_of_pair: bool) -> None:
    """Rename what the record outdates, then write its message.

    A correction may stand in the log as DEL and INS of one time stamp, `is_second_of_pair` then
    says of the INS that its DEL came before.
    """
    folder = root / name.folder()
    folder.mkdir(parents=True, exist_ok=True)
    versions = [
        (path, old)
        for path in folder.iterdir()
        if (old := parse_name(path.name)) and old.logical_key == name.logical_key
    ]
    same = [(path, old) for path, old in versions if old[4:6] == name[4:6]]
    if _is_applied(name, body, same, is_second_of_pair=is_second_of_pair):
        return
    deletes = name.flag == ConditionFlag.DELETED
    for path, old in versions:
        if not body.strip() and moment(old) > moment(name):
            continue  # nothing will tell the next replay that this deletion was applied already
        if deletes or old.flag == ConditionFlag.CURRENT:
            flag = ConditionFlag.DELETED if deletes else ConditionFlag.SUPERSEDED
            path.replace(folder / f"{path.name[:-1]}{flag}")
    if body.strip():
        written = folder / f".{name.text()}.part"
        written.write_bytes(body)
        written.replace(folder / name.text())


def _is_applied(
    name: FileName, body: bytes, same: list[tuple[Path, FileName]], *, is_second_of_pair: bool
) -> bool:
    """Say whether the record was applied before, by the versions that have its time stamp.

    A deletion was where one of them is deleted; anything else where one of them is there at all,
    unless it is the deletion that the record forms a pair with.
    """
    deleted = [path for path, old in same if old.flag == ConditionFlag.DELETED]
    if name.flag == ConditionFlag.DELETED:
        return bool(deleted)
    if len(deleted) < len(same) or not is_second_of_pair:
        return bool(same)
    return any(path.is_file() and path.read_bytes() == body for path in deleted)


_NO_NAME = Finding("TRX-01", Severity.ERROR, "header", "The header's items cannot be the name of a file.")
_NO_MESSAGE = Finding("TRX-01", Severity.ERROR, "record", "The record puts in a file and holds no message.")
