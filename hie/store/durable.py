"""A file that is there whole or not at all: written aside, synced, renamed, the folder synced."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes, *, replacing: bool = True) -> None:
    """Put a file into a folder that is there, for its owner alone; on disk when it returns.

    The first one stays unless `replacing`. Raises `OSError`; the file is then as it was.
    """
    descriptor, name = tempfile.mkstemp(prefix=".", dir=path.parent)  # made for its owner alone
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replacing:
            temporary.replace(path)
        else:
            with suppress(FileExistsError):
                path.hardlink_to(temporary)
            temporary.unlink()
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
