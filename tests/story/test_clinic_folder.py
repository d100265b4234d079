"""A folder of a clinic's own system: papers, photographs, images and tables, fed like a storage."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adapters.clinic_folder import LARGEST
from adapters.crawl import Volume
from adapters.shapes import ClinicShape
from hie.exchange.feeds.explaining import explained, wrong
from hie.exchange.feeds.reading import attached
from hie.exchange.gate.access import Asked, admit
from hie.record.entry import DocumentClass
from hie.record.errors import Misconfigured
from hie.record.identifiers import PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS
from tests.build import uploads
from tests.build.world import CENTRAL, CLINIC, World
from tests.storages import instance

SETTINGS = """
department = "01"
kind = "laboratory"

[columns]
number = "番"
date = "いつ"
item = "なに"
value = "どれだけ"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What lies there."""
    root = tmp_path / "clinic"
    (root / "2024").mkdir(parents=True)
    (root / "clinic.toml").write_text(SETTINGS, encoding="utf-8")
    (root / "2024/7001_20240510_紹介状_逆紹介.pdf").write_bytes(uploads.letter())
    (root / "2024/7001_20240511_写真.jpg").write_bytes(uploads.photo())
    (root / "7002_20240511_写真.jpg").write_bytes(uploads.photo())
    (root / "scan0001.pdf").write_bytes(uploads.letter())
    table = "番,いつ,なに,どれだけ\n7001,R6.5.10,尿酸,5.5\n7002,R6.5.10,尿酸,6\n"
    (root / "7001.csv").write_bytes(table.encode("cp932"))
    return root


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A region with one patient of the clinic who consents."""
    world = World(tmp_path / "region")
    world.a_patient("R000000001").linked(CENTRAL, "12").linked(CLINIC, "7001").consenting().there()
    return world


def _standing(world: World) -> list[tuple[DocumentClass, int]]:
    doctor = Requester("hamada", "浜田 圭介", CLINIC, Role.DOCTOR, Purpose.TREATMENT)
    with world.store.work() as work:
        asked = Asked(doctor, PatientId("R000000001"), "view")
        grant = admit(work, world.clock.now(), [asked])[0].grant
        assert grant is not None
        work.commit()
        return sorted((row.document_class, row.service_day) for row in work.registry.find(grant, ALWAYS))


def test_everything_in_the_folder_is_filed_for_whom_its_name_says(world: World, folder: Path) -> None:
    done = world.feed(CLINIC, folder)
    assert (done["indexed"], done["withheld"]) == (3, 3)
    assert _standing(world) == [
        (DocumentClass.DOCUMENT, 20240510),
        (DocumentClass.DOCUMENT, 20240511),
        (DocumentClass.LABORATORY_RESULT, 20240510),
    ]
    again = world.feed(CLINIC, folder)
    assert (again.get("indexed", 0), again["unchanged"]) == (0, 3)


def test_an_image_beside_the_papers_is_filed_as_an_image(world: World, folder: Path) -> None:
    (folder / "ct.dcm").write_bytes(instance("7001", 1, 1, 1, day="20240512"))
    world.feed(CLINIC, folder)
    assert (DocumentClass.IMAGE, 20240512) in _standing(world)


def test_a_paper_written_anew_takes_the_place_of_the_one_before(world: World, folder: Path) -> None:
    world.feed(CLINIC, folder)
    paper = folder / "2024/7001_20240510_紹介状_逆紹介.pdf"
    written = paper.stat().st_mtime + 60
    paper.write_bytes(uploads.letter() + b"\n")
    os.utime(paper, (written, written))
    assert world.feed(CLINIC, folder)["indexed"] == 1
    assert len(_standing(world)) == 3


def test_settings_that_name_no_column_are_told(world: World, folder: Path) -> None:
    (folder / "clinic.toml").write_text('[columns]\nnummer = "番"\n', encoding="utf-8")
    with pytest.raises(Misconfigured):
        world.feed(CLINIC, folder)


def _quarantined(world: World) -> dict[str, str]:
    with world.store.look() as work:
        held = work.feeds.quarantined(CLINIC)
    return {one.locator: one.reason for one in held if one.locator.startswith("clinic-tables/")}


def test_a_table_that_cannot_be_read_is_counted_with_its_path_and_stops_nobody(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = world.feed(CLINIC, folder)
    with (folder / "2024/huge.csv").open("wb") as huge:
        huge.truncate(LARGEST + 1_000_000)  # a hole: no byte of it lies on the disk
    (folder / "none.tsv").write_bytes(b"\x89PNG\r\n\x1a\n\0")
    (folder / "locked.csv").write_text("番,いつ\n", encoding="utf-8")
    opened = os.open

    def refused(path: str, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith("locked.csv"):
            raise PermissionError(path)
        return opened(path, flags, mode)

    with monkeypatch.context() as patched:
        patched.setattr("adapters.ssmix2_standard.os.open", refused)
        done = world.feed(CLINIC, folder)
    assert done["quarantined"] == usual.get("quarantined", 0) + 3
    assert done["unchanged"] == usual["indexed"]
    assert _quarantined(world) == {
        "clinic-tables/2024/huge.csv": "READ-02",
        "clinic-tables/locked.csv": "READ-01",
        "clinic-tables/none.tsv": "TABLE-01",
    }
    (folder / "2024/huge.csv").unlink()
    (folder / "none.tsv").unlink()
    (folder / "locked.csv").write_bytes((folder / "7001.csv").read_bytes())
    world.feed(CLINIC, folder)
    assert _quarantined(world) == {}


def test_what_is_quarantined_of_a_table_is_explained_in_both_languages() -> None:
    rule = explained("TABLE-01")
    assert rule is not None
    assert rule.english
    assert rule.japanese
    assert wrong("TABLE-01")


def test_an_edge_reads_the_same_name_and_sends_the_photograph_without_its_places(folder: Path) -> None:
    shape, volume = ClinicShape(), Volume("", folder)
    path = volume.root / "2024/7001_20240511_写真.jpg"
    named = shape.named("2024", path.name, str(path))
    assert (named.patient, named.reason) == ("7001", "")
    assert "72170-4" in named.name
    found = attached(shape.read(str(path)), 1, CLINIC)
    assert found.about.media_type == "image/jpeg"
    assert uploads.GPS not in found.content
    assert shape.named("", "scan0001.pdf", str(folder / "scan0001.pdf")).reason == "PATH-02"
    assert shape.skips("7001.csv")
    assert shape.skips("clinic.toml")


def test_a_paper_that_acts_is_quarantined_and_one_of_a_day_to_come_is_not_filed(
    world: World, folder: Path
) -> None:
    usual = world.feed(CLINIC, folder)
    (folder / "7001_20240512_検査_動く.pdf").write_bytes(uploads.scripted())
    (folder / "7001_20240513_検査_隠れて動く.pdf").write_bytes(uploads.packed_script())
    (folder / "7001_20991231_検査_まだ.pdf").write_bytes(uploads.letter())
    done = world.feed(CLINIC, folder)
    assert done["quarantined"] == usual.get("quarantined", 0) + 2
    assert done["withheld"] == usual["withheld"] + 1
    assert done.get("indexed", 0) == 0
    with world.store.look() as work:
        reasons = sorted(one.reason for one in work.feeds.quarantined(CLINIC))
    assert reasons.count("PDF-01") == 2
    rule = explained("PDF-01")
    assert rule is not None
    assert wrong("PDF-01")
