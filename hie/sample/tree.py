"""Files of a region on disk: one folder per facility and area, made as they are needed."""

from __future__ import annotations

import os
from pathlib import Path

from hie.sample.chart import Document

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


class Tree:
    """Writes documents below a folder and counts them."""

    def __init__(self, root: Path) -> None:
        self._root = f"{root}/facilities/"
        self._made: set[str] = set()
        self.files = 0
        self.bytes = 0

    def write(self, document: Document) -> None:
        """Write one file; its folders appear with it."""
        path = f"{self._root}{document.facility}/{document.area}/{document.locator}"
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            self._make(folder)
        with open(os.open(path, _NEW_FILE, 0o644), "wb", buffering=0) as file:  # noqa: PTH123  a million times: no Path
            file.write(document.content)
        self.files += 1
        self.bytes += len(document.content)

    def _make(self, folder: str) -> None:
        """Make a folder, most often below one that was just made."""
        try:
            os.mkdir(folder)  # noqa: PTH102  once per folder of a region: no Path
        except FileNotFoundError:
            self._make(folder.rpartition("/")[0])
            os.mkdir(folder)  # noqa: PTH102
        except FileExistsError:
            pass
        self._made.add(folder)

    def next_person(self) -> None:
        """Forget the folders of the person before: memory stays flat."""
        self._made.clear()
