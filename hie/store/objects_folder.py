"""Objects in a folder, named by their hash; on disk before `put` returns.

Temporary file in the same file system, fsync, rename, fsync of the folder (and of the parents of
folders newly made): after a power cut a name is there with all its bytes, or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from hie.record.errors import NotFound, Unavailable
from hie.record.identifiers import ContentHash, content_hash
from hie.store.durable import sync_folder, write_whole
from hie.store.reserve import NO_ROOM

_ASIDE = ".aside-"
_NANOSECONDS = 1_000_000
"""In a millisecond."""


class FolderObjects:
    """Keeps `ObjectStore` in a folder."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, made if it is not there."""
        self._folder = folder
        make_folder(folder)

    def put(self, content: bytes) -> ContentHash:
        """Keep `content`; the same twice is kept once. Raises `Unavailable` if the disk is full."""
        name = content_hash(content)
        try:
            self._put(name, content)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise Unavailable("the disk is full", retry_after=60.0) from error
            raise
        return name

    def _put(self, name: ContentHash, content: bytes) -> None:
        place = self._place(name)
        if _renewed(place):
            # Another thread may have renamed it a moment ago: its name is not durable before this.
            sync_folder(place.parent)
            return
        make_folder(place.parent)
        write_whole(place, content)

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

    def delete(self, name: ContentHash, before: int | None = None) -> None:
        """Forget it, if it was last put before a moment where one is given; twice is no error."""
        place = self._place(name)
        if before is None:
            place.unlink(missing_ok=True)
            return
        # Set aside first: whoever puts it just now has renewed it by then, or finds it gone.
        aside = place.with_name(_ASIDE + place.name)
        with suppress(FileNotFoundError):
            place.rename(aside)
            if _last_put(aside) < before:
                aside.unlink()
            else:
                aside.rename(place)

    def older(self, than: int) -> Iterator[ContentHash]:
        """Name what was last put before a moment; what is left of interrupted puts of then is removed."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            for file in sorted(folder.iterdir()):
                if file.name.startswith(_ASIDE):
                    file.rename(file.with_name(file.name.removeprefix(_ASIDE)))  # a delete was interrupted
                elif _is_older(file, than):
                    if file.name.startswith("."):
                        file.unlink(missing_ok=True)
                    else:
                        yield ContentHash(bytes.fromhex(folder.name + file.name))

    def _place(self, name: ContentHash) -> Path:
        digits = name.hex()
        return self._folder / digits[:2] / digits[2:]


def _renewed(place: Path) -> bool:
    """Let a file that is there be put now."""
    try:
        os.utime(place)
    except FileNotFoundError:
        return False
    return True


def _last_put(file: Path) -> int:
    return file.stat().st_mtime_ns // _NANOSECONDS


def _is_older(file: Path, than: int) -> bool:
    try:
        return _last_put(file) < than
    except FileNotFoundError:
        return False


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, each durable in the one above it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)
