"""The walk over a storage, and which version counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssmix2.layout import FileName, parse_name
from ssmix2.storage import current, files, loose_files, patient_folders, states


def put(root: Path, locator: str) -> None:
    path = root / locator
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")


def version(timestamp: str, flag: str, order: str = "000000000104711") -> FileName:
    name = parse_name(f"0012345678_20240510_OMP-01_{order}_{timestamp}_01_{flag}")
    assert name is not None
    return name


EARLY, LATE = "20240510101502004", "20240510143000120"


@pytest.mark.parametrize(
    ("folder", "patient_id"),
    [
        ("012/345/0123456789", "0123456789"),
        ("123/45/12345", "12345"),
        ("123/123", "123"),
        ("123/-/123", "123"),
        ("123/_/123", "123"),
        ("123/123/1231234", "1231234"),
        ("012/345/9999013", "9999013"),
    ],
)
def test_a_patient_folder_is_found_at_two_or_three_levels(
    tmp_path: Path, folder: str, patient_id: str
) -> None:
    put(tmp_path, f"{folder}/20240510/OMP-01/x")
    put(tmp_path, f"{folder}/-/ADT-00/y")
    found = list(patient_folders(tmp_path))
    assert [each.patient_id for each in found] == [patient_id]
    assert [entry.locator for entry in files(found[0])] == [
        f"{folder}/-/ADT-00/y",
        f"{folder}/20240510/OMP-01/x",
    ]


def test_a_short_id_and_a_long_one_share_their_upper_levels(tmp_path: Path) -> None:
    put(tmp_path, "202/202/20220210/20240510/OMP-01/x")
    put(tmp_path, "202/202/20240510/OMP-01/x")
    assert {each.patient_id for each in patient_folders(tmp_path)} == {"202", "20220210"}


def test_a_link_out_of_the_storage_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "outside/345/0123456789/20240510/OMP-01/x")
    root = tmp_path / "root"
    root.mkdir()
    (root / "012").symlink_to(tmp_path / "outside")
    assert list(patient_folders(root)) == []


def test_files_above_the_patients_are_loose(tmp_path: Path) -> None:
    put(tmp_path, "Thumbs.db")
    put(tmp_path, "012/345/desktop.ini")
    put(tmp_path, "012/345/0123456789/-/ADT-00/x")
    assert [entry.locator for entry in loose_files(tmp_path)] == ["Thumbs.db", "012/345/desktop.ini"]


def test_the_valid_version_is_current_and_the_older_one_is_history() -> None:
    (state,) = states([version(EARLY, "2"), version(LATE, "1")])
    assert state.current == version(LATE, "1")
    assert state.superseded == (version(EARLY, "2"),)
    assert state.findings == ()


def test_of_several_valid_versions_the_latest_counts_and_is_reported() -> None:
    (state,) = states([version(LATE, "1"), version(EARLY, "1")])
    assert state.current == version(LATE, "1")
    assert state.superseded == (version(EARLY, "1"),)
    assert [finding.code for finding in state.findings] == ["KEY-01"]


def test_a_superseded_file_alone_is_not_resurrected() -> None:
    (state,) = states([version(EARLY, "2")])
    assert state.current is None
    assert [finding.code for finding in state.findings] == ["KEY-02"]
    (several,) = states([version(EARLY, "2"), version(LATE, "2")])
    assert [finding.code for finding in several.findings] == ["KEY-02"]


def test_a_deleted_key_has_no_current_version() -> None:
    (state,) = states([version(EARLY, "0"), version(LATE, "0")])
    assert (state.current, len(state.deleted), state.findings) == (None, 2, ())


def test_a_key_made_again_after_its_deletion_is_current() -> None:
    (state,) = states([version(EARLY, "0"), version(LATE, "1")])
    assert state.current == version(LATE, "1")
    assert state.findings == ()


def test_a_later_deletion_wins_over_a_flag_left_behind() -> None:
    (state,) = states([version(EARLY, "1"), version(LATE, "0")])
    assert state.current is None
    assert [finding.code for finding in state.findings] == ["KEY-03"]


def test_a_superseded_file_newer_than_the_valid_one_is_reported() -> None:
    (state,) = states([version(EARLY, "1"), version(LATE, "2")])
    assert state.current == version(EARLY, "1")
    assert [finding.code for finding in state.findings] == ["KEY-03"]


def test_a_short_time_stamp_sorts_with_the_others() -> None:
    (state,) = states([version("202405101500", "1"), version(EARLY, "2")])
    assert state.current == version("202405101500", "1")
    assert state.findings == ()


def test_each_logical_key_has_its_own_current_version() -> None:
    names = [
        version(EARLY, "1"),
        version(EARLY, "1", "000000000104712"),
        version(LATE, "0", "000000000104713"),
    ]
    assert current(names) == names[:2]
