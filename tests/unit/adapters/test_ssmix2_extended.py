"""An extended storage as a source: content folders are documents, named in full and handed over whole."""

from pathlib import Path

import pytest

from adapters.detecting import format_of, patients_of
from adapters.ssmix2_extended import PREFIX, patients
from hie.record.entry import Format
from hie.record.errors import NotFound, Unreadable
from ssmix2.extended import MOST_FILES, unpack
from ssmix2.layout import parse_name
from tests.build.papers import NOTE, PATIENT, PDF, clinical_document, lay, picture
from tests.storages import laboratory

KIND = f"001/234/{PATIENT}/20240510/{NOTE}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    lay(tmp_path, {"main_document.xml": clinical_document(), "images/a.png": picture()})
    return tmp_path


def test_a_content_folder_is_one_document_with_all_its_files(root: Path) -> None:
    lay(root, {"main_document.pdf": PDF}, key="D0002")
    (patient,) = patients(root)
    assert patient.patient == PATIENT
    first, second = patient.submissions()
    assert first.locator.startswith(f"{PREFIX}{KIND}/")
    assert list(unpack(patient.read(first)).files) == ["images/a.png", "main_document.xml"]
    assert list(unpack(patient.read(second)).files) == ["main_document.pdf"]
    assert patient.read(first) == patient.read(first)


def test_the_name_says_the_kind_in_full_where_the_folder_above_does(root: Path) -> None:
    folder = next((root / KIND).iterdir())
    folder.rename(folder.with_name(folder.name.replace(NOTE, "K010")))
    (submission,) = next(patients(root)).submissions()
    name = parse_name(submission.name)
    assert name is not None
    assert (name.data_kind, name.order_number) == (NOTE, "D0001")


def test_system_files_and_links_are_left_out(root: Path, tmp_path: Path) -> None:
    folder = next((root / KIND).iterdir())
    (folder / "Thumbs.db").write_bytes(b"x")
    (folder / "copy.tmp").write_bytes(b"x")
    (root / KIND / ".DS_Store").write_bytes(b"x")
    (folder / "link.png").symlink_to("/etc/hostname")
    (root / KIND / "linked").symlink_to(tmp_path)
    (submission,) = next(patients(root)).submissions()
    assert len(unpack(next(patients(root)).read(submission)).files) == 2


def test_a_file_laid_beside_content_folders_is_a_document_of_one_file(root: Path) -> None:
    alone = f"{PATIENT}_20240510_{NOTE}_D0009_20240510120000000_01_1"
    (root / KIND / alone).write_bytes(PDF)
    (root / KIND / "scan.pdf").write_bytes(PDF)
    submissions = next(patients(root)).submissions()
    assert [bool(parse_name(one.name)) for one in submissions] == [True, True, False]
    assert next(patients(root)).read(submissions[1]) != b""


def test_what_is_gone_or_too_much_is_said(root: Path) -> None:
    patient = next(patients(root))
    (submission,) = patient.submissions()
    folder = next((root / KIND).iterdir())
    for number in range(MOST_FILES):
        (folder / f"{number}.png").write_bytes(b"x")
    with pytest.raises(Unreadable):
        patient.read(submission)
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(NotFound):
        patient.read(submission)


def test_a_patient_whose_folder_is_gone_has_no_documents(root: Path) -> None:
    patient = next(patients(root))
    (root / "001").rename(root / "002")
    assert patient.submissions() == []


def test_the_kind_of_source_is_told_by_content_folders(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert format_of(root) is Format.CONTENT_FOLDER
    assert [source.patient for source in patients_of(root, Format.CONTENT_FOLDER)] == [PATIENT]
    standard = tmp_path_factory.mktemp("standard")
    laboratory("0000000001", 1).place(standard)
    assert format_of(standard) is Format.SSMIX2
