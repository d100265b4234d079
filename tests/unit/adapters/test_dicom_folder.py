"""A DICOM folder as a source."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters import dicom_folder
from tests import storages

PATIENT = "0000000001"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders of images; the operating system lists only the second."""
    for number, name in enumerate(("closed", "open"), start=1):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_bytes(storages.instance(PATIENT, 1, 1, number))
    monkeypatch.setattr(os, "scandir", _refusing(os.scandir, f"{tmp_path}/closed/"))
    return tmp_path


def _refusing(scandir: Callable[..., Any], closed: str) -> Callable[..., Any]:
    def refuse(path: str) -> Any:
        if path == closed:
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    return refuse


def test_a_folder_that_cannot_be_listed_is_nobodys_and_the_others_are_read(folder: Path) -> None:
    assert list(dicom_folder.files(folder)) == ["open/a"]
    found = [
        (patient.patient, [one.locator for one in patient.submissions()])
        for patient in dicom_folder.patients(folder)
    ]
    assert found == [(PATIENT, ["open/a"]), ("", ["closed/"])]


def test_a_root_that_cannot_be_listed_is_an_error(folder: Path) -> None:
    with pytest.raises(PermissionError):
        list(dicom_folder.files(folder / "closed"))
