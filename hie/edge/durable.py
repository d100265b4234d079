"""The edge's own files: there whole or not at all, and for its account alone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hie.store.durable import sync_folder, write_whole


def make_folder(folder: Path) -> None:
    """Make a folder that only the edge's account may enter."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def make_private(folder: Path, *names: str) -> None:
    """Close to everybody else a folder, and what in it goes by such names or patterns.

    What is another account's stays as its owner left it.
    """
    for path in (folder, *(path for name in names for path in folder.glob(name))):
        with suppress(PermissionError):
            path.chmod(0o700 if path.is_dir() else 0o600)


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file's content; readable for the edge's account alone, on disk when it returns.

    Raises `OSError`; the file is then as it was.
    """
    make_folder(path.parent)
    write_whole(path, content)


def link_durably(path: Path, name: Path) -> None:
    """Give a file that is only ever replaced a second name, which takes no room; raises `OSError`."""
    temporary = name.with_name(f".{name.name}.link")
    temporary.unlink(missing_ok=True)
    try:
        temporary.hardlink_to(path)
    except OSError:
        write_durably(name, path.read_bytes())  # a file system without links
        return
    temporary.replace(name)
    temporary.unlink(missing_ok=True)  # where both were one file already, nothing was renamed
    sync_folder(name.parent)


def read_if_there(path: Path) -> bytes | None:
    """Return a file's content, none if there is no such file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
