"""Room on the disk that is set aside, to be given up for what must be written when there is none left."""

from __future__ import annotations

import errno
import os
from pathlib import Path

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the system says of a disk, or of somebody's share of it, that is full."""

_LEAST = 4096


class Reserve:
    """One file that holds nothing; while it is there, there is room for its size."""

    def __init__(self, path: Path) -> None:
        """Use `path`; nothing is set aside yet."""
        self._path = path

    @property
    def size(self) -> int:
        """Bytes that are set aside now."""
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

    def give_up(self) -> bool:
        """Let the room be used; say whether there was any."""
        there = self._path.exists()
        self._path.unlink(missing_ok=True)
        return there

    def restored(self, size: int) -> bool:
        """Set `size` bytes aside if there is room for them and as much again; say whether they are."""
        if self.size >= size:
            return True
        room = os.statvfs(self._path.parent)
        return room.f_bavail * room.f_frsize >= 2 * size and self._set_aside(size)

    def kept_up(self, size: int) -> None:
        """Set aside what is left of the room after it was given up, before somebody else takes it."""
        while size >= _LEAST and not self._set_aside(size):
            size //= 2

    def _set_aside(self, size: int) -> bool:
        aside = self._path.with_suffix(".part")
        try:
            with aside.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, size)
            aside.replace(self._path)
        except OSError:
            aside.unlink(missing_ok=True)
            return False
        return True
