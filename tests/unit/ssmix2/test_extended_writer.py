"""An extended storage as it is written: folders appear whole, and take their flag by being renamed."""

from pathlib import Path

import pytest

from hie.record.errors import Invalid, Unreadable
from ssmix2.extended import pack_folder
from ssmix2.extended_writer import content_folder, delete_folder, write_folder, write_package
from tests.build.papers import NOTE, PATIENT, lay


def _names(root: Path) -> list[str]:
    return sorted(path.name for path in (root / f"001/234/{PATIENT}/20240510/{NOTE}").iterdir())


def test_a_new_version_supersedes_the_old_one(tmp_path: Path) -> None:
    lay(tmp_path, {"main_document.xml": b"1"})
    lay(tmp_path, {"main_document.xml": b"2", "a/b.png": b"3"}, at="20240510120000000")
    lay(tmp_path, {"main_document.xml": b"other"}, key="D0002")
    assert [name.rsplit("_", 4)[1] + name[-2:] for name in _names(tmp_path)] == [
        "D0001_2",
        "D0001_1",
        "D0002_1",
    ]
    newest = tmp_path / f"001/234/{PATIENT}/20240510/{NOTE}" / _names(tmp_path)[1]
    assert (newest / "a/b.png").read_bytes() == b"3"


def test_a_deleted_document_is_renamed_in_all_its_versions(tmp_path: Path) -> None:
    lay(tmp_path, {"main_document.xml": b"1"})
    name = lay(tmp_path, {"main_document.xml": b"2"}, at="20240510120000000")
    assert delete_folder(tmp_path, name) == 2
    assert {found[-2:] for found in _names(tmp_path)} == {"_0"}
    assert delete_folder(tmp_path, name) == 0


def test_a_package_is_written_out_again(tmp_path: Path) -> None:
    name = content_folder(PATIENT, "20240510", NOTE, "D0001", "20240510113000000")
    write_package(tmp_path, name, pack_folder({"main_document.pdf": b"%PDF-"}))
    assert (tmp_path / name.locator() / "main_document.pdf").read_bytes() == b"%PDF-"
    with pytest.raises(Unreadable):
        write_package(tmp_path, name, b"no package")


def test_a_folder_that_cannot_be_filled_leaves_the_old_one_as_it_was(tmp_path: Path) -> None:
    name = lay(tmp_path, {"main_document.xml": b"1"})
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        write_folder(tmp_path, name._replace(timestamp="20240510120000000"), {"a": b"1", "a/b": b"2"})
    assert [found[-2:] for found in _names(tmp_path)] == ["_1"]


@pytest.mark.parametrize(
    "changed",
    [
        {"patient_id": "12"},
        {"patient_id": "00_1234"},
        {"care_date": "20240231"},
        {"kind_folder": ""},
        {"kind_folder": "a_b^c^d"},
        {"kind_folder": "x" * 181},
        {"key": "1" * 23},
        {"key": "a/b"},
        {"sent_at": "20240510113000"},
    ],
)
def test_a_name_that_the_guideline_does_not_allow_is_refused(changed: dict[str, str]) -> None:
    fields = {
        "patient_id": PATIENT,
        "care_date": "20240510",
        "kind_folder": NOTE,
        "key": "D0001",
        "sent_at": "20240510113000000",
    }
    assert content_folder(**fields).text().endswith("_-_1")
    with pytest.raises(Invalid):
        content_folder(**(fields | changed))
