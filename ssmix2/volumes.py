"""Several roots as one storage (複数ボリューム, fact sheet §1.6).

A storage may be divided by period, by kind, or by system; a patient then lies in several roots. A
file is known by its volume's label and its path below that root; the versions of a logical key are
put together across volumes, where the newest one flagged valid counts.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from hie.record.errors import Invalid
from ssmix2.extended import folder_name
from ssmix2.layout import FileName
from ssmix2.storage import Entry, KeyState, PatientFolder, files, parsed, patient_folders, states

STANDARD, EXTENDED = "STD", "ANX"
"""How labels begin by convention: standardized and extended roots."""


class Volume(NamedTuple):
    """One root of a storage."""

    label: str
    """At most 20 characters, different for every root."""
    root: Path

    @property
    def is_extended(self) -> bool:
        """Say whether the root holds content folders instead of message files."""
        return self.label.startswith(EXTENDED)


class Filed(NamedTuple):
    """One file, or one content folder of an extended volume, in its place."""

    volume: Volume
    entry: Entry
    name: FileName | None
    """None where the name does not follow the grammar."""

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.volume.root / self.entry.locator


class Patient(NamedTuple):
    """One patient's folders, at most one in each volume."""

    patient_id: str
    folders: tuple[tuple[Volume, PatientFolder], ...]

    def files(self) -> Iterator[Filed]:
        """Yield every file of the patient, or content folder of an extended volume, volume by volume."""
        for volume, folder in self.folders:
            found = content_folders(folder) if volume.is_extended else parsed(files(folder))
            for entry, name in found:
                yield Filed(volume, entry, name)


class Version(NamedTuple):
    """A logical key across volumes: how its versions stand, and where the current one lies."""

    state: KeyState
    current: Filed | None
    duplicates: tuple[Filed, ...]
    """Files that another volume holds under the same name."""


def as_volumes(roots: Sequence[Path | str], extended: Sequence[Path | str] = ()) -> tuple[Volume, ...]:
    """Label roots in their order: `STD01`, `STD02`, …, `ANX01`, …; `Invalid` where a root is given twice."""
    paths = [Path(root) for root in (*roots, *extended)]
    if len({path.resolve() for path in paths}) < len(paths):
        raise Invalid("a root is given twice")
    labels = [f"{STANDARD}{number:02d}" for number, _ in enumerate(roots, 1)]
    labels += [f"{EXTENDED}{number:02d}" for number, _ in enumerate(extended, 1)]
    return tuple(map(Volume, labels, paths))


def content_folders(folder: PatientFolder) -> Iterator[tuple[Entry, FileName | None]]:
    """Yield the content folders of a patient: three levels below, a date, a kind, the folder (§6.1)."""
    for date in _below(folder.root, folder.locator):
        for kind in _below(folder.root, f"{folder.locator}/{date}"):
            above = f"{folder.locator}/{date}/{kind}"
            for content in _below(folder.root, above):
                yield Entry(f"{above}/{content}", content), folder_name(kind, content)


def _below(root: str, locator: str) -> list[str]:
    with os.scandir(f"{root}/{locator}") as found:
        return sorted(item.name for item in found if item.is_dir(follow_symlinks=False))


def patients(volumes: Iterable[Volume]) -> Iterator[Patient]:
    """Yield the patients of all volumes in one order; memory holds one patient of each volume."""
    streams = [_folders(volume) for volume in volumes]
    merged = heapq.merge(*streams, key=_levels)
    for _, same in groupby(merged, key=_levels):
        folders = tuple(same)
        yield Patient(folders[0][1].patient_id, folders)


def versions(filed: Iterable[Filed]) -> Iterator[Version]:
    """Put the files of one patient together by logical key; names outside the grammar are left out."""
    places: dict[FileName, list[Filed]] = {}
    for one in filed:
        if one.name:
            places.setdefault(one.name, []).append(one)
    for state in states(places):
        names = (state.current, *state.superseded, *state.deleted)
        duplicates = tuple(copy for name in names if name for copy in places[name][1:])
        yield Version(state, places[state.current][0] if state.current else None, duplicates)


def _folders(volume: Volume) -> Iterator[tuple[Volume, PatientFolder]]:
    for folder in patient_folders(volume.root):
        yield volume, folder


def _levels(one: tuple[Volume, PatientFolder]) -> list[str]:
    return one[1].locator.split("/")
