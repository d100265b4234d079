"""A file written whole: who may read it, what becomes of the one before, and that nothing is left aside."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hie.store.durable import write_whole


def test_a_file_is_replaced_or_the_first_one_stays(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_whole(file, b"1", replacing=False)
    write_whole(file, b"2", replacing=False)
    assert file.read_bytes() == b"1"
    write_whole(file, b"3")
    assert file.read_bytes() == b"3"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("replacing", [True, False])
def test_a_disk_that_fails_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, replacing: bool
) -> None:
    def fails(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "file", b"1", replacing=replacing)
    assert list(tmp_path.iterdir()) == []
