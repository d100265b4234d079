"""The files of a transaction storage: `<year>/TR_<17 digits>_<5 digits>.DAT` (fact sheet §1.7)."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

YEAR = re.compile(r"\d{4}", re.ASCII)
FILE = re.compile(r"TR_(?P<time>\d{14,17})_(?P<number>\d{1,5})\.DAT", re.ASCII | re.IGNORECASE)


def files(root: Path) -> list[str]:
    """List the logs below `root` in their order, as paths with `/`."""
    return files_from(root, "")


def files_from(root: Path, first: str) -> list[str]:
    """List the logs that do not sort before `first`."""
    found: list[str] = []
    for year in _names(root):
        if YEAR.fullmatch(year) and year >= first[:4]:
            with suppress(NotADirectoryError, FileNotFoundError):
                found += (f"{year}/{name}" for name in _names(Path(root, year)) if FILE.fullmatch(name))
    return sorted(name for name in found if name >= first)


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]
