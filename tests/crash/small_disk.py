"""A disk that is really full: a small tmpfs of its own, and something that eats it at random moments."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from threading import Event, Thread
from typing import Self

MEBIBYTE = 1024 * 1024


def mounting(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test where it may mount: here as root, else once more in namespaces of its own."""

    @wraps(test)
    def run(*arguments: object, **named: object) -> None:
        if os.geteuid() == 0:
            test(*arguments, **named)
            return
        place = f"{Path(sys.modules[test.__module__].__file__ or '')}::{test.__name__}"
        command = ["unshare", "--user", "--map-root-user", "--mount", sys.executable, "-m", "pytest", place]
        subprocess.run([*command, "-q", "-p", "no:cacheprovider"], check=True)

    return run


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Mount a disk of so many megabytes at `folder`, which is made."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


class Disk:
    """A small disk, and the file that fills it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    @property
    def free(self) -> int:
        """Bytes that are left."""
        room = os.statvfs(self.folder)
        return room.f_bavail * room.f_frsize

    def fill(self, left: int = 0) -> None:
        """Leave so many bytes free, as far as others let it."""
        with self._filler.open("ab") as file:
            while (more := self.free - left) > 0:
                with suppress(OSError):
                    os.posix_fallocate(file.fileno(), 0, file.seek(0, 2) + max(more, 4096))
                    file.seek(0, 2)
                    continue
                break

    def empty(self) -> None:
        """Take the filling away."""
        self._filler.unlink(missing_ok=True)


class Eater(Thread):
    """Fills a disk and empties it again, for moments of random lengths."""

    def __init__(self, disk: Disk, dice: random.Random, longest: float) -> None:
        super().__init__(name="eater", daemon=True)
        self.filled = 0
        self._disk = disk
        self._dice = dice
        self._longest = longest
        self._ending = Event()

    def run(self) -> None:
        """Go on until it is told to end; the disk is then empty."""
        while not self._ending.is_set():
            self._disk.fill(self._dice.choice([0, 0, 0, 4096, 65536, 300_000]))
            self.filled += 1
            self._ending.wait(self._dice.uniform(0.0, self._longest))
            self._disk.empty()
            self._ending.wait(self._dice.uniform(0.0, self._longest))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self.join()
