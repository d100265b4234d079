"""What a storage holds: files by kind and state, patients, first and last care date (rule CNT-01)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hie.record.errors import Unreadable
from ssmix2.encoding import decode
from ssmix2.er7 import parse
from ssmix2.layout import NO_DATE, ConditionFlag, FileName, parse_name
from ssmix2.storage import files, patient_folders

_STATES = {
    ConditionFlag.CURRENT: "current",
    ConditionFlag.SUPERSEDED: "superseded",
    ConditionFlag.DELETED: "deleted",
}


class Census:
    """Counts that grow file by file."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self.files = 0
        self.patients = 0
        self.unreadable = 0
        self.kinds: dict[str, dict[str, int]] = {}
        self.first_date = ""
        self.last_date = ""

    def add(self, name: FileName, content: bytes) -> None:
        """Count one file."""
        self.files += 1
        states = self.kinds.setdefault(name.data_kind, dict.fromkeys(_STATES.values(), 0))
        states[_STATES[ConditionFlag(name.flag)]] += 1
        self.unreadable += not is_readable(content)
        if name.care_date != NO_DATE:
            self.first_date = min(self.first_date or name.care_date, name.care_date)
            self.last_date = max(self.last_date, name.care_date)

    def plain(self) -> dict[str, Any]:
        """Give the counts as one JSON object."""
        return {
            "files": self.files,
            "patients": self.patients,
            "kinds": dict(sorted(self.kinds.items())),
            "unreadable": self.unreadable,
            "first_date": self.first_date,
            "last_date": self.last_date,
        }


def is_readable(content: bytes) -> bool:
    """Say whether a reader can open the bytes: they decode, and MSH leads."""
    try:
        parse(decode(content)[0])
    except Unreadable:
        return False
    return True


def _content(path: Path) -> bytes | None:
    """Read a file; nothing, which no reader can open, where it cannot be read, and none where it is gone."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        return b""


def count(root: Path, progress: Callable[[Census], None] = lambda _: None) -> Census:
    """Walk a storage and count; `progress` is called after every patient."""
    census = Census()
    for folder in patient_folders(root):
        before = census.files
        for entry in files(folder):
            name = parse_name(entry.name)
            content = _content(root / entry.locator) if name else None
            if name and content is not None:
                census.add(name, content)
        census.patients += census.files > before
        progress(census)
    return census
