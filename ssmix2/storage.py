"""Walk a standardized storage and tell which version of each thing counts (fact sheet §1.1, §1.5).

The walk holds one folder's entries at a time, so a root of ten million files costs no more
memory than its fullest folder. Symbolic links are not followed: a storage does not leave its root.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from hie.record.findings import Finding, Severity
from ssmix2.layout import ConditionFlag, FileName, LogicalKey, parse_name

_CARE_DATE = re.compile(r"-|\d{8}", re.ASCII)
_TIMESTAMP_DIGITS = 17
_BY_NAME = attrgetter("name")
_new = tuple.__new__


class PatientFolder(NamedTuple):
    """One patient's folder."""

    root: str
    locator: str
    """Path below the root, with `/`."""

    @property
    def patient_id(self) -> str:
        """The folder's own name: the id in full, whatever the levels above it say."""
        return self.locator.rpartition("/")[2]


class Entry(NamedTuple):
    """One file of a patient folder."""

    locator: str
    """Path below the root, with `/`."""
    name: str


class KeyState(NamedTuple):
    """All versions of one thing, and the one that counts."""

    key: LogicalKey
    current: FileName | None
    superseded: tuple[FileName, ...]
    deleted: tuple[FileName, ...]
    findings: tuple[Finding, ...]
    """KEY-01 to KEY-03."""


def patient_folders(root: Path | str) -> Iterator[PatientFolder]:
    """Yield the patient folders below `root`, sorted within each level.

    A patient id of up to three characters leaves the second level out (`123/123`) or fills it
    with a dash (`123/-/123`); both are found (doubt Q1).
    """
    base = os.fspath(root)
    for first in _folders(base):
        for second in _folders(f"{base}/{first}"):
            above = f"{first}/{second}"
            below = _folders(f"{base}/{above}")
            if first == second and any(_is_date_of(base, above, child) for child in below):
                yield PatientFolder(base, above)
            for child in below:
                if not (first == second and _is_date_of(base, above, child)):
                    yield PatientFolder(base, f"{above}/{child}")


def files(folder: PatientFolder) -> Iterator[Entry]:
    """Yield every file below a patient folder, at whatever depth, sorted within each folder."""
    waiting = [folder.locator]
    while waiting:
        here = waiting.pop()
        deeper: list[str] = []
        with os.scandir(f"{folder.root}/{here}") as found:
            items = list(found)
        if len(items) > 1:
            items.sort(key=_BY_NAME)
        for item in items:
            if item.is_dir(follow_symlinks=False):
                deeper.append(f"{here}/{item.name}")
            elif item.is_file(follow_symlinks=False):
                name = item.name
                yield _new(Entry, (f"{here}/{name}", name))
        if deeper:
            deeper.reverse()
            waiting += deeper


def loose_files(root: Path | str) -> Iterator[Entry]:
    """Yield files that lie above the patient folders, where no file belongs (PATH-11)."""
    base = os.fspath(root)
    levels = ["", *_folders(base)]
    levels += [f"{first}/{second}" for first in levels[1:] for second in _folders(f"{base}/{first}")]
    for level in levels:
        with os.scandir(f"{base}/{level}") as found:
            names = sorted(item.name for item in found if item.is_file(follow_symlinks=False))
        yield from (Entry(f"{level}/{name}".lstrip("/"), name) for name in names)


def current(names: Iterable[FileName]) -> list[FileName]:
    """Give the current version of each logical key."""
    return [state.current for state in states(names) if state.current]


def states(names: Iterable[FileName]) -> Iterator[KeyState]:
    """Group versions by logical key and decide which one counts.

    The greatest time stamp flagged `1` is current, unless a later version was deleted. What the
    flags contradict is reported: several `1` (KEY-01), superseded without a successor (KEY-02),
    a time order that flags deny (KEY-03). Nothing is resurrected: a lone `2` has no current version.
    """
    versions: dict[LogicalKey, list[FileName]] = {}
    for name in names:
        versions.setdefault(name.logical_key, []).append(name)
    for key, group in versions.items():
        yield _single(key, group[0]) if len(group) == 1 else _state(key, group)


def moment(name: FileName) -> str:
    """Time stamp as 17 digits, so that short ones sort with the others (deviation D1)."""
    return padded(name.timestamp)


def padded(timestamp: str) -> str:
    """Return a time stamp of a name with 17 digits."""
    return timestamp.ljust(_TIMESTAMP_DIGITS, "0")


def _single(key: LogicalKey, name: FileName) -> KeyState:
    if name.flag == ConditionFlag.CURRENT:
        return KeyState(key, name, (), (), ())
    if name.flag == ConditionFlag.DELETED:
        return KeyState(key, None, (), (name,), ())
    return KeyState(key, None, (name,), (), (_NO_SUCCESSOR,))


def _state(key: LogicalKey, group: list[FileName]) -> KeyState:
    by_age = sorted(group, key=moment, reverse=True)
    valid, superseded, deleted = (tuple(n for n in by_age if n.flag == flag) for flag in ("1", "2", "0"))
    newest_valid = moment(valid[0]) if valid else ""
    withdrawn = bool(deleted) and moment(deleted[0]) > newest_valid
    findings = []
    if len(valid) > 1:
        findings.append(_SEVERAL_CURRENT)
    if superseded and not valid and not deleted:
        findings.append(_NO_SUCCESSOR)
    elif by_age[0].flag == ConditionFlag.SUPERSEDED or (valid and withdrawn):
        findings.append(_ORDER_DENIED)
    counts = bool(valid) and not withdrawn
    return KeyState(
        key,
        valid[0] if counts else None,
        valid[1 if counts else 0 :] + superseded,
        deleted,
        tuple(findings),
    )


_SEVERAL_CURRENT = Finding(
    "KEY-01", Severity.ERROR, "path", "Several files of one logical key are flagged valid; the latest counts."
)
_NO_SUCCESSOR = Finding(
    "KEY-02", Severity.WARNING, "path", "A superseded file has no newer version; the key has no current one."
)
_ORDER_DENIED = Finding(
    "KEY-03", Severity.WARNING, "path", "Flags and time stamps of one logical key contradict each other."
)


def _folders(path: str) -> list[str]:
    with os.scandir(path) as found:
        return sorted(item.name for item in found if item.is_dir(follow_symlinks=False))


def _is_date_of(base: str, above: str, child: str) -> bool:
    """Say whether `child` of `123/123` is a care date of patient 123, not a patient 123123…."""
    if not _CARE_DATE.fullmatch(child):
        return False
    return not any(_CARE_DATE.fullmatch(below) for below in _folders(f"{base}/{above}/{child}"))


def parsed(entries: Iterable[Entry]) -> Iterator[tuple[Entry, FileName | None]]:
    """Put each entry beside its name in parts."""
    for entry in entries:
        yield entry, parse_name(entry.name)
