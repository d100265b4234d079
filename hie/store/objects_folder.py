"""Objects in a folder, named by their hash; on disk before `put` returns.

Temporary file in the same file system, fsync, rename, fsync of the folder (and of the parents of
folders newly made): after a power cut a name is there with all its bytes, or not at all.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from hie.record.errors import NotFound
from hie.record.identifiers import ContentHash, content_hash


class FolderObjects:
    """Keeps `ObjectStore` in a folder."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, made if it is not there."""
        self._folder = folder
        make_folder(folder)

    def put(self, content: bytes) -> ContentHash:
        """Keep `content`; the same twice is kept once."""
        name = content_hash(content)
        place = self._place(name)
        if place.exists():
            # Another thread may have renamed it a moment ago: its name is not durable before this.
            sync_folder(place.parent)
            return name
        make_folder(place.parent)
        descriptor, path = tempfile.mkstemp(prefix=".", dir=place.parent)
        temporary = Path(path)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(place)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(place.parent)
        return name

    def open(self, name: ContentHash) -> BinaryIO:
        """Open for reading, or raise `NotFound`."""
        try:
            return self._place(name).open("rb")
        except FileNotFoundError as error:
            raise NotFound("no such object") from error

    def range(self, name: ContentHash, start: int, length: int) -> bytes:
        """Return `length` bytes from `start`, fewer at the end, or raise `NotFound`."""
        with self.open(name) as file:
            file.seek(start)
            return file.read(length)

    def exists(self, name: ContentHash) -> bool:
        """Say whether it is kept."""
        return self._place(name).exists()

    def delete(self, name: ContentHash) -> None:
        """Forget it; forgetting twice is no error."""
        self._place(name).unlink(missing_ok=True)

    def _place(self, name: ContentHash) -> Path:
        digits = name.hex()
        return self._folder / digits[:2] / digits[2:]


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, each durable in the one above it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
