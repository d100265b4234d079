"""The order in which the object folder makes a name durable."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hie.record.errors import Unavailable
from hie.store.objects_folder import FolderObjects, make_folder


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Write down what the operating system is asked, in order."""
    written: list[str] = []

    def noted(name: str, function: Callable[..., Any], about: Callable[..., str]) -> None:
        def call(*arguments: Any, **options: Any) -> Any:
            written.append(f"{name} {about(*arguments)}")
            return function(*arguments, **options)

        monkeypatch.setattr(os, name, call)

    def opened(descriptor: int) -> str:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        return "folder" if path.is_dir() else "file"

    noted("fsync", os.fsync, opened)
    monkeypatch.setattr(Path, "replace", _replacing(written))
    return written


def _replacing(written: list[str]) -> Callable[[Path, Path], Path]:
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        written.append("rename")
        return real(self, target)

    return replace


def test_bytes_are_on_disk_before_their_name_and_the_name_before_the_answer(
    tmp_path: Path, calls: list[str]
) -> None:
    objects = FolderObjects(tmp_path)
    objects.put(b"an image")
    assert calls == ["fsync folder", "fsync file", "rename", "fsync folder"]


def test_every_new_folder_is_made_durable_in_the_one_above(tmp_path: Path, calls: list[str]) -> None:
    make_folder(tmp_path / "a/b/c")
    assert calls == ["fsync folder"] * 3


def test_a_failed_put_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = FolderObjects(tmp_path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device", str(descriptor))

    objects.put(b"makes the folders")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="disk is full"):
        objects.put(b"an image")
    monkeypatch.undo()
    assert [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()] == [b"makes the folders"]
