"""The crawl on real trees with a real journal: what a look finds, and what must not look like a deletion."""

from __future__ import annotations

import io
import os
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters import crawl, dicom_folder, shapes, ssmix2_standard
from adapters.crawl import Look
from adapters.listing import SECOND
from adapters.opening import Where, opened
from hie.exchange.ports.spool import Answered, Examined, Found, Item, ItemState
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.errors import Conflict, Misconfigured, NotFound, Unreadable
from hie.record.identifiers import content_hash
from hie.record.times import UNKNOWN_DAY
from hie.store.spool import SqliteSpool
from tests.storages import instance

P1, P2 = "0010000001", "0010000002"
FOLDER = f"001/000/{P1}/20260310/OMP-01"
MOST = 10**6


class World:
    """A source, its crawl and its journal; the clock runs ten seconds ahead, so that all has settled."""

    def __init__(self, folder: Path, kind: str = "ssmix2-standard", labels: tuple[str, ...] = ("",)) -> None:
        self.root = folder / "storage"
        roots = {label: self.root / label if label else self.root for label in labels}
        for root in roots.values():
            root.mkdir(parents=True, exist_ok=True)
        self.crawl = opened(kind, "main", Where(roots))
        self.journal = SqliteSpool(folder / "spool.sqlite", {"main": self.crawl.format})
        self.ahead = 10 * SECOND

    def look(self, *, sweep: bool = False) -> Look:
        return self.crawl.look(self.journal, time.time_ns() + self.ahead, sweep=sweep)

    def changed(self, *, sweep: bool = False) -> int:
        look = self.look(sweep=sweep)
        assert look.trouble == ""
        return look.changed

    def put(self, name: str, folder: str = FOLDER, content: bytes = b"x") -> Path:
        path = self.root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def items(self, *patients: str) -> dict[str, Item]:
        return {item.found.locator: item for item in self.journal.to_examine(patients or (P1, P2), 1000)}

    def locators(self) -> list[str]:
        return sorted(self.items())

    def quarantine(self) -> dict[str, str]:
        return {item.found.locator: item.reason for item in self.journal.unreadable(1000)}

    def file_all(self) -> None:
        """Read, send and file everything."""
        self.journal.examined(
            [
                Examined(
                    item.id,
                    item.revision,
                    ItemState.PUBLISHABLE,
                    content_hash(self.crawl.open(item.found, MOST)),
                    DocumentClass.NOTE,
                    UNKNOWN_DAY,
                    Confidentiality.NORMAL,
                    0,
                )
                for item in self.items().values()
            ],
            1,
        )
        sent = [item for thing in self.journal.to_send(1000, 10**9) for item in thing.items]
        self.journal.answered([Answered(item.id, item.revision, ItemState.FILED) for item in sent], 2)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Make worlds that are closed in the end."""
    worlds: list[World] = []

    def made(kind: str = "ssmix2-standard", labels: tuple[str, ...] = ("",)) -> World:
        folder = tmp_path / str(len(worlds))
        folder.mkdir()
        worlds.append(World(folder, kind, labels))
        return worlds[-1]

    yield made
    for world in worlds:
        world.journal.close()


@pytest.fixture
def world(make: Callable[..., World]) -> World:
    """A standardized storage."""
    return make()


def name(
    order: int = 1, flag: str = "1", patient: str = P1, kind: str = "OMP-01", at: str = "20260310"
) -> str:
    return f"{patient}_{at}_{kind}_{order:015d}_{at}101502004_01_{flag}"


def test_the_first_look_finds_all_and_the_second_nothing(world: World) -> None:
    for order in range(3):
        world.put(name(order))
    world.put(name(patient=P2), f"001/000/{P2}/20260310/OMP-01")
    assert world.changed() == 4
    assert world.changed() == 0
    assert world.changed(sweep=True) == 0
    found = world.items(P2).popitem()[1].found
    assert (found.patient, found.thing) == (P2, f"{P2}_20260310_OMP-01_{1:015d}")
    assert found.locator == f"001/000/{P2}/20260310/OMP-01/{name(patient=P2)}"


def test_a_file_in_folders_just_made_is_found_by_the_fast_look(world: World) -> None:
    world.put(name())
    world.changed()
    world.put(name(kind="OML-11", at="20260311"), f"001/000/{P1}/20260311/OML-11")
    world.put(name(patient=P2), f"001/000/{P2}/20260310/OMP-01")
    assert world.changed() == 2


def test_a_file_is_taken_when_nothing_was_written_for_two_seconds(world: World) -> None:
    path = world.put(name())
    world.ahead = 0
    assert world.changed() == 0
    path.write_bytes(b"xy")
    assert world.changed() == 0
    world.ahead = 3 * SECOND
    assert world.changed() == 1


def test_a_file_dated_in_the_future_is_taken_when_it_stays_the_same_by_our_clock(world: World) -> None:
    path = world.put(name())
    tomorrow = time.time_ns() + 86400 * SECOND
    os.utime(path, ns=(tomorrow, tomorrow))
    assert [world.changed(), world.changed()] == [0, 0]
    world.ahead += 3 * SECOND
    assert [world.changed(), world.changed(sweep=True)] == [1, 0]


def test_a_known_file_that_is_being_rewritten_stays_known_as_it_was(world: World) -> None:
    path = world.put(name())
    world.changed()
    world.file_all()
    path.write_bytes(b"other")
    world.ahead = 0
    assert world.changed(sweep=True) == 0
    assert list(world.journal.counts().values()) == [1]
    world.ahead = 10 * SECOND
    assert world.changed() == 1


def test_a_rewrite_in_place_is_found_by_the_sweep_even_if_its_time_is_set_back(world: World) -> None:
    path = world.put(name())
    world.changed()
    before = path.stat()
    path.write_bytes(b"y")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert world.changed() == 0
    assert world.changed(sweep=True) == 1


def test_a_share_that_keeps_time_in_steps_of_two_seconds_loses_nothing(world: World) -> None:
    step = (time.time_ns() // (2 * SECOND)) * 2 * SECOND
    first = world.put(name(1))
    folder = first.parent

    def written_at(path: Path, moment: int) -> None:
        os.utime(path, ns=(moment, moment))
        os.utime(folder, ns=(step, step))

    written_at(first, step - 5 * SECOND)
    assert world.crawl.look(world.journal, step + SECOND).changed == 1
    written_at(world.put(name(2)), step - 5 * SECOND)
    assert world.crawl.look(world.journal, step + SECOND * 3 // 2).changed == 1
    assert world.crawl.look(world.journal, step + 4 * SECOND).changed == 0


def test_a_renamed_flag_keeps_what_is_known_of_the_bytes(world: World) -> None:
    path = world.put(name())
    world.changed()
    world.file_all()
    path.rename(path.with_name(name(flag="2")))
    assert world.changed() == 1
    (item,) = world.items().values()
    assert item.found.name.endswith("_2")
    assert item.content_hash == content_hash(b"x")
    assert item.at_hub


def test_an_update_makes_all_versions_of_the_thing_seen(world: World) -> None:
    path = world.put(name(1))
    world.put(name(2))
    world.changed()
    world.file_all()
    path.rename(path.with_name(name(1, "2")))
    world.put(name(1).replace("101502004", "121502004"))
    assert world.changed() == 2
    assert len(world.items()) == 2


def test_deleted_files_and_folders_are_forgotten(world: World) -> None:
    path = world.put(name(1))
    world.put(name(2))
    world.put(name(patient=P2), f"001/000/{P2}/20260310/OMP-01")
    world.changed()
    path.unlink()
    assert world.changed() == 1
    shutil.rmtree(world.root / f"001/000/{P1}")
    assert world.changed() == 1
    assert world.locators() == [f"001/000/{P2}/20260310/OMP-01/{name(patient=P2)}"]


def test_a_folder_moved_elsewhere_is_found_there_and_recalled_wherever_it_was_sent_from(world: World) -> None:
    world.put(name())
    world.put(name(patient=P2), f"001/000/{P2}/20260310/OMP-01")
    world.changed()
    world.file_all()
    (world.root / "001/new").mkdir()
    (world.root / f"001/000/{P1}").rename(world.root / f"001/new/{P1}")
    assert world.changed() == 2
    (item,) = world.items(P1).values()
    assert item.found.locator.startswith("001/new/")
    world.journal.regated(P1, None, 3)
    (recalled,) = world.journal.to_recall(10)
    assert recalled.found.locator.startswith("001/000/")


@pytest.mark.parametrize("how", ["gone", "empty", "other"])
def test_a_share_that_is_away_deletes_nothing(world: World, how: str) -> None:
    world.put(name())
    world.changed()
    away = world.root.with_name("away")
    world.root.rename(away)
    if how != "gone":
        world.root.mkdir()
    if how == "other":
        (world.root / "lost+found").mkdir()
    for sweep in (False, True):
        look = world.look(sweep=sweep)
        assert look.changed == 0
        assert look.away
        assert look.trouble
    shutil.rmtree(world.root, ignore_errors=True)
    away.rename(world.root)
    assert world.changed() == 0
    assert len(world.items()) == 1


@pytest.mark.parametrize("level", ["001", "001/000", f"001/000/{P1}", FOLDER])
def test_a_folder_that_cannot_be_listed_is_trouble_and_changes_nothing(
    world: World, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put(name())
    world.put(name(patient=P2), f"002/000/{P2}/20260310/OMP-01")
    world.changed()
    with monkeypatch.context() as broken:
        refuse(broken, str(world.root / level))
        late = world.put(name(2))
        world.put(name(2, patient=P2), f"002/000/{P2}/20260310/OMP-01")
        os.utime(world.root / level)
        for sweep in (False, True):
            look = world.look(sweep=sweep)
            assert "PermissionError" in look.trouble
            assert not look.away
        assert str(world.root) not in look.trouble
        # Two, or three where the folder itself is known and only the level above it cannot be listed.
        assert len(world.items()) == (3 if level == FOLDER else 4)
    world.look()
    assert len(world.items()) == 4
    assert str(late.relative_to(world.root)) in world.locators()


def test_a_new_folder_that_cannot_be_listed_is_found_when_it_can(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put(name())
    with monkeypatch.context() as broken:
        refuse(broken, str(world.root / FOLDER))
        assert "PermissionError" in world.look().trouble
        assert world.items() == {}
    assert world.changed() == 1


def refuse(broken: pytest.MonkeyPatch, folder: str) -> None:
    """Let the system refuse to list one folder; as the superuser, permissions would not."""
    scandir = os.scandir

    def refusing(path: str) -> Iterator[os.DirEntry[str]]:
        if os.path.normpath(path) == folder:
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    broken.setattr(crawl.os, "scandir", refusing)  # type: ignore[attr-defined]


def test_names_that_break_the_rules_are_kept_in_quarantine_and_stop_nothing(world: World) -> None:
    world.put(name())
    world.put("README.TXT")
    world.put(name(patient=P2))
    world.put(name(2), "001")
    for passing in ("Thumbs.db", ".DS_Store", f"{name(3)}.tmp", "~lock", "desktop.ini"):
        world.put(passing)
    assert world.changed() == 4
    assert world.quarantine() == {
        f"{FOLDER}/README.TXT": "PATH-02",
        f"{FOLDER}/{name(patient=P2)}": "PATH-01",
        f"001/{name(2)}": "PATH-11",
    }
    assert world.locators() == [f"{FOLDER}/{name()}"]
    (world.root / FOLDER / "README.TXT").rename(world.root / FOLDER / name(4))
    assert world.changed() == 2
    assert len(world.items()) == 2


@pytest.mark.parametrize(
    ("folder", "patient"),
    [("123/123", "123"), ("123/-/123", "123"), ("123/123/12312301", "12312301"), ("123/45/12345", "12345")],
)
def test_short_numbers_have_their_folder_on_the_second_or_third_level(
    world: World, folder: str, patient: str
) -> None:
    world.put(name(patient=patient), f"{folder}/20260310/OMP-01")
    world.changed()
    assert [item.found.patient for item in world.items(patient).values()] == [patient]


def test_links_and_hidden_folders_are_not_followed(world: World) -> None:
    world.put(name())
    (world.root / "002").symlink_to(world.root / "001")
    (world.root / FOLDER / name(2)).symlink_to(world.root / FOLDER / name())
    world.put(name(3), f".snapshot/{FOLDER}")
    assert world.changed() == 1


def test_names_of_any_bytes_come_and_go(world: World) -> None:
    folder = os.fsencode(world.root) + b"/001/000/" + P1.encode() + b"/20260310/\x83n\xff"
    os.makedirs(folder)  # noqa: PTH103  a name that is no text
    path = folder + b"/\xff_1"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"x")
    assert world.changed() == 1
    assert world.changed() == 0
    os.rename(path, folder + b"/\xfe_1")  # noqa: PTH104
    assert world.changed() == 2
    shutil.rmtree(folder)
    assert world.changed() == 1
    assert world.quarantine() == {}


def test_a_document_is_opened_only_as_it_was_found(world: World) -> None:
    path = world.put(name(), content=b"whole")
    world.changed()
    (item,) = world.items().values()
    assert world.crawl.open(item.found, MOST) == b"whole"
    with pytest.raises(Unreadable, match="SIZE-01"):
        world.crawl.open(item.found, 4)
    path.write_bytes(b"other")
    with pytest.raises(Conflict):
        world.crawl.open(item.found, MOST)
    path.unlink()
    with pytest.raises(NotFound):
        world.crawl.open(item.found, MOST)


def test_a_document_that_changes_while_it_is_read_is_not_given(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = world.put(name(), content=b"one")
    world.changed()
    (item,) = world.items().values()
    read = ssmix2_standard.read_file

    def rewriting(opened: str) -> bytes:
        content = read(opened)
        path.write_bytes(b"two")
        return content

    monkeypatch.setattr(shapes, "read_file", rewriting)
    with pytest.raises(Conflict):
        world.crawl.open(item.found, MOST)


# --- extended storage ------------------------------------------------------------------------------

KIND = "L-1^サマリー^99ZL01^18842-5^退院時サマリー^LN"
CONTENT = f"{P1}_20260310_L-1_000000000000001_20260310101502004_01"
KINDS = f"001/000/{P1}/20260310/{KIND}"


def test_a_content_folder_is_one_document(make: Callable[..., World]) -> None:
    world = make("ssmix2-extended")
    world.put("main_document.xml", f"{KINDS}/{CONTENT}_1", b"<a/>")
    world.put("style.css", f"{KINDS}/{CONTENT}_1/parts", b"a{}")
    assert world.changed() == 1
    assert world.changed() == 0
    assert world.changed(sweep=True) == 0
    (item,) = world.items().values()
    assert item.found.locator == f"{KINDS}/{CONTENT}_1"
    assert item.found.name == f"{CONTENT}_1".replace("L-1", KIND)
    assert item.found.stat.size == 7
    assert item.found.thing == f"{P1}_20260310_{KIND}_000000000000001"
    files = zipfile.ZipFile(io.BytesIO(world.crawl.open(item.found, MOST))).namelist()
    assert files == ["main_document.xml", "parts/style.css"]


def test_a_content_folder_changes_with_what_is_in_it(make: Callable[..., World]) -> None:
    world = make("ssmix2-extended")
    main = world.put("main_document.xml", f"{KINDS}/{CONTENT}_1", b"<a/>")
    world.changed()
    world.put("image.png", f"{KINDS}/{CONTENT}_1")
    assert world.changed() == 1
    main.write_bytes(b"<b/>")
    assert world.changed() == 0
    assert world.changed(sweep=True) == 1
    folder = main.parent
    world.file_all()
    folder.rename(folder.with_name(f"{CONTENT}_0"))
    assert world.changed() == 1
    (item,) = world.items().values()
    assert item.found.locator.endswith("_0")
    assert item.at_hub
    shutil.rmtree(folder.with_name(f"{CONTENT}_0"))
    assert world.changed() == 1
    assert world.changed() == 0


def test_a_content_folder_is_taken_when_it_is_whole(make: Callable[..., World]) -> None:
    world = make("ssmix2-extended")
    folder = world.root / KINDS / f"{CONTENT}_1"
    folder.mkdir(parents=True)
    assert [world.changed(), world.changed()] == [0, 0]
    world.put("main_document.xml", f"{KINDS}/{CONTENT}_1", b"<a/>")
    world.ahead = 0
    assert world.changed() == 0
    world.ahead = 10 * SECOND
    assert world.changed() == 1


def test_content_folders_with_bad_names_and_files_of_old_layouts(make: Callable[..., World]) -> None:
    world = make("ssmix2-extended")
    world.put("a.pdf", f"{KINDS}/some folder")
    world.put("b.pdf", f"{KINDS}/some folder")
    world.put(f"{CONTENT}_1", KINDS, b"HL7")
    assert world.changed() == 2
    assert world.quarantine() == {f"{KINDS}/some folder": "PATH-02"}
    (item,) = world.items().values()
    assert world.crawl.open(item.found, MOST)


# --- DICOM -----------------------------------------------------------------------------------------


def test_dicom_files_are_opened_once_to_see_whose_they_are(
    make: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make("dicom-folder")
    asked: list[str] = []
    patient_in = dicom_folder.patient_in

    def counting(path: Path) -> str | None:
        asked.append(path.name)
        return patient_in(path)

    monkeypatch.setattr(dicom_folder, "patient_in", counting)
    world.put("1.dcm", "a", instance(P1, 1, 1, 1))
    world.put("2.dcm", "a/b", instance(P2, 2, 1, 1))
    world.put("nobody.dcm", "a", instance("", 3, 1, 1))
    world.put("notes.txt", "a", b"no image")
    assert world.changed() == 4
    assert sorted(asked) == ["1.dcm", "2.dcm", "nobody.dcm", "notes.txt"]
    assert {item.found.patient for item in world.items().values()} == {P1, P2}
    assert world.quarantine() == {"a/nobody.dcm": "DCM-PATIENT"}
    assert [world.changed(), world.changed(sweep=True)] == [0, 0]
    world.put("3.dcm", "a", instance(P1, 1, 1, 2))
    assert world.changed() == 1
    assert asked[4:] == ["3.dcm"]


# --- volumes ---------------------------------------------------------------------------------------


def test_volumes_are_one_source_and_merge_by_key(make: Callable[..., World]) -> None:
    world = make(labels=("STD01", "STD02"))
    world.put(name(1, "2"), f"STD01/{FOLDER}")
    world.put(name(1).replace("101502004", "121502004"), f"STD02/{FOLDER}")
    assert [world.changed(), world.changed(), world.changed(sweep=True)] == [2, 0, 0]
    assert [locator[:6] for locator in world.locators()] == ["STD01/", "STD02/"]
    world.file_all()
    (world.root / "STD01").rename(world.root / "away")
    world.put(name(2), f"STD02/{FOLDER}")
    look = world.look()
    assert (look.changed, look.away) == (1, True)
    (world.root / "away").rename(world.root / "STD01")
    assert world.changed() == 0
    assert list(world.items()) == [f"STD02/{FOLDER}/{name(2)}"]
    with pytest.raises(NotFound):
        world.crawl.open(Found("STD03/x", "x", P1, "x", world.items().popitem()[1].found.stat), MOST)


def test_a_source_needs_a_kind_we_know_and_labels_that_can_be_told_apart(tmp_path: Path) -> None:
    for kind, roots in (
        ("ssmix3", {"": tmp_path}),
        ("dicom-folder", {}),
        ("dicom-folder", {"": tmp_path, "b": tmp_path}),
        ("dicom-folder", {"a/b": tmp_path}),
    ):
        with pytest.raises(Misconfigured):
            opened(kind, "main", Where(roots))
