"""A hospital's storage comes into the hub: `hie ingest`, again and again, as the storage changes."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from consent.grant import Grant
from consent.model import (
    EVERYTHING,
    ConsentEvent,
    EventKind,
    Provision,
)
from hie.cli.__main__ import app
from hie.exchange.feeds import filing, studies
from hie.exchange.feeds.filing import Outcome, Tally
from hie.exchange.ports import EntryLine, Store
from hie.hub.feeding import Feeding, feed_sources
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.readers.dicom import read_instance
from hie.record.entry import DocumentClass
from hie.record.identifiers import ContentHash, PatientId
from hie.record.imaging import ImagingInstance
from hie.record.requester import Requester, Role
from hie.record.times import ALWAYS, Day, Period
from hie.store.objects_folder import FolderObjects
from tests import filed as our
from tests import storages
from tests.storages import CLINIC, HOSPITAL

ONE, TWO, THREE = "0000000001", "0000000002", "0000000003"


class World:
    """A hub, a storage and a DICOM folder."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder / "data")
        self.store: Store = stored_by(self.settings)
        self.root = folder / "storage"
        self.images = folder / "images"
        self.root.mkdir()
        self.images.mkdir()

    def ingest(self, *paths: Path) -> Tally:
        """Feed the storage, or other folders."""
        return feed_sources(
            self.store, Feeding(self.settings, HOSPITAL), paths or [self.root], lambda _: None
        )

    def seen_at_the_clinic(self, patient: str) -> list[EntryLine]:
        """List what a doctor of the clinic sees of a patient of the hospital."""
        with self.store.work() as work:
            person = PatientId(f"p-{patient}")
            decision = our.asked(work, Requester("d", "d", CLINIC, Role.DOCTOR), person, 10)
            return list(work.registry.find(decision, ALWAYS)) if isinstance(decision, Grant) else []

    def reasons(self) -> list[str]:
        """List the reasons in quarantine."""
        with self.store.look() as work:
            return sorted(item.reason for item in work.feeds.quarantined(HOSPITAL))

    def rows(self, table: str) -> int:
        """Count the rows of a table."""
        with sqlite3.connect(self.settings.data_dir / "hie.sqlite3") as database:
            count: int = database.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608
        database.close()
        return count


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    storages.people(made.store, [ONE, TWO], [ONE])
    return made


def test_every_file_has_its_turn_and_is_counted_once(world: World) -> None:
    for patient in (ONE, TWO, THREE):
        storages.laboratory(patient, 1).place(world.root)
    path = storages.laboratory(ONE, 2).place(world.root)
    path.write_bytes(b"")
    (path.parent / "Thumbs.db").write_bytes(b"x")
    (path.parent / "no name of the grammar").write_bytes(b"x")
    tally = world.ingest()
    assert tally == {"indexed": 1, "withheld": 2, "quarantined": 2}
    assert world.reasons() == ["MSH-A", "PATH-02"]


def test_a_second_run_finds_all_unchanged(world: World) -> None:
    storages.laboratory(ONE, 1).place(world.root)
    storages.prescription(ONE, 2).place(world.root)
    world.ingest()
    audited = world.rows("audit_event")
    assert world.ingest() == {"unchanged": 2}
    assert world.rows("audit_event") == audited


def test_nothing_of_a_patient_without_consent_is_kept(world: World) -> None:
    storages.laboratory(TWO, 1).place(world.root).write_bytes(b"unreadable")
    storages.laboratory(TWO, 2, results=600).place(world.root)
    assert world.ingest() == {"withheld": 2}
    assert [world.rows(table) for table in ("entry", "small_document", "quarantined", "audit_event")] == [
        0
    ] * 4
    assert not [path for path in (world.settings.data_dir / "objects").rglob("*") if path.is_file()]


def test_no_file_of_a_patient_without_consent_is_opened(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    storages.laboratory(ONE, 1).place(world.root)
    storages.laboratory(TWO, 1).place(world.root)
    opened: list[str] = []
    really = os.open

    def noted(path: str, *arguments: int) -> int:
        opened.append(str(path))
        return really(path, *arguments)

    monkeypatch.setattr(os, "open", noted)
    world.ingest()
    assert any(ONE in path for path in opened)
    assert not any(TWO in path for path in opened)


def test_with_a_new_consent_the_next_run_files_what_was_withheld(world: World) -> None:
    storages.laboratory(TWO, 1).place(world.root)
    world.ingest()
    storages.consent(world.store, TWO)
    assert world.ingest() == {"indexed": 1}
    assert len(world.seen_at_the_clinic(TWO)) == 1


def test_what_the_consent_does_not_name_is_withheld(world: World) -> None:
    storages.consent(
        world.store,
        TWO,
        Provision(
            classes=frozenset({DocumentClass.LABORATORY_RESULT}),
            service_period=Period(Day(20260301), Day(20260331)),
        ),
    )
    storages.laboratory(TWO, 1, at="20260310").place(world.root)
    storages.laboratory(TWO, 2, at="20260228").place(world.root)
    storages.prescription(TWO, 3, at="20260310").place(world.root)
    assert world.ingest() == {"indexed": 1, "withheld": 2}
    assert world.rows("entry") == 1


def test_a_superseded_file_is_not_current(world: World) -> None:
    older = storages.laboratory(ONE, 1)
    first = older.place(world.root)
    world.ingest()
    first.unlink()
    older.place(world.root, flag="2")
    storages.resent(older).place(world.root)
    assert world.ingest() == {"indexed": 1, "unchanged": 1, "amended": 1}
    assert len(world.seen_at_the_clinic(ONE)) == 1
    assert world.rows("entry") == 2


def test_a_deleted_file_is_seen_no_more(world: World) -> None:
    document = storages.laboratory(ONE, 1)
    path = document.place(world.root)
    world.ingest()
    path.unlink()
    document.place(world.root, flag="0")
    assert world.ingest() == {"unchanged": 1, "amended": 1}
    assert world.seen_at_the_clinic(ONE) == []


def test_of_two_files_flagged_valid_the_later_counts(world: World) -> None:
    older = storages.laboratory(ONE, 1)
    older.place(world.root)
    storages.resent(older).place(world.root)
    world.ingest()
    assert len(world.seen_at_the_clinic(ONE)) == 1


def test_a_file_rewritten_in_place_replaces_what_was_filed(world: World) -> None:
    document = storages.laboratory(ONE, 1)
    path = document.place(world.root)
    world.ingest()
    path.write_bytes(storages.laboratory(ONE, 1, results=7).content)
    assert world.ingest() == {"indexed": 1}
    assert [line.item_count for line in world.seen_at_the_clinic(ONE)] == [7]
    path.write_bytes(document.content)
    assert world.ingest() == {"unchanged": 1, "amended": 1}
    assert [line.item_count for line in world.seen_at_the_clinic(ONE)] == [5]


def test_a_version_gone_from_the_source_gives_way_to_the_one_that_stands_there(world: World) -> None:
    document = storages.laboratory(ONE, 1)
    path = document.place(world.root)
    world.ingest()
    path.unlink()
    storages.resent(document).place(world.root)
    assert world.ingest()[Outcome.INDEXED] == 1
    assert len(world.seen_at_the_clinic(ONE)) == 1


def test_a_second_storage_that_is_behind_takes_no_correction_back(world: World) -> None:
    older = storages.laboratory(ONE, 1)
    path = storages.resent(older).place(world.root)
    world.ingest()
    before = world.seen_at_the_clinic(ONE)
    path.unlink()
    older.place(world.root)
    assert world.ingest()[Outcome.INDEXED] == 1
    assert world.seen_at_the_clinic(ONE) == before


def test_a_file_that_disappeared_stays_filed(world: World) -> None:
    path = storages.laboratory(ONE, 1).place(world.root)
    storages.laboratory(ONE, 2).place(world.root)
    world.ingest()
    path.unlink()
    assert world.ingest() == {"unchanged": 1}
    assert len(world.seen_at_the_clinic(ONE)) == 2


def test_a_message_of_another_patient_is_quarantined_and_not_shown(world: World) -> None:
    document = storages.laboratory(ONE, 1)
    path = document.place(world.root)
    path.write_bytes(document.content.replace(ONE.encode(), TWO.encode()))
    assert world.ingest() == {"quarantined": 1}
    assert world.reasons() == ["ID-01"]
    assert world.seen_at_the_clinic(ONE) == []


def test_a_mended_file_leaves_quarantine(world: World) -> None:
    document = storages.laboratory(ONE, 1)
    path = document.place(world.root)
    path.write_bytes(b"broken")
    world.ingest()
    path.write_bytes(document.content)
    assert world.ingest() == {"indexed": 1}
    assert world.reasons() == []


def test_a_quarantined_file_that_is_gone_leaves_quarantine(world: World) -> None:
    path = storages.laboratory(ONE, 1).place(world.root)
    path.write_bytes(b"broken")
    world.ingest()
    path.unlink()
    world.ingest()
    assert world.reasons() == []


def test_of_a_file_in_the_wrong_folder_only_the_folder_is_kept(world: World) -> None:
    other = storages.laboratory(TWO, 7)
    path = world.root / storages.laboratory(ONE, 1).name.folder() / other.name.text()
    path.parent.mkdir(parents=True)
    path.write_bytes(other.content)
    assert world.ingest() == {"quarantined": 1}
    assert world.ingest() == {"quarantined": 1}
    with world.store.look() as work:
        (held,) = work.feeds.quarantined(HOSPITAL)
    assert held.reason == "PATH-01"
    assert TWO not in held.locator
    assert held.locator.startswith(storages.laboratory(ONE, 1).name.folder())
    path.unlink()
    world.ingest()
    assert world.reasons() == []


def test_a_withdrawal_forgets_what_stands_in_quarantine(world: World) -> None:
    broken = storages.laboratory(ONE, 1).place(world.root)
    broken.write_bytes(b"no message")
    image = world.images / "a"
    image.write_bytes(storages.instance(ONE, 1, 1, 1))
    world.ingest(world.images)
    image.write_bytes(storages.instance(ONE, 1, 1, 1, pixels=b"\1" * 128))
    assert world.ingest(world.root, world.images) == {"quarantined": 2}
    withdraw(world.store, ONE)
    assert world.ingest(world.root, world.images) == {"withheld": 2}
    assert world.reasons() == []


def test_what_is_withheld_in_the_last_moment_leaves_no_object(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = FolderObjects.put

    def withdrawing(self: FolderObjects, content: bytes) -> ContentHash:
        withdraw(world.store, ONE)
        return put(self, content)

    monkeypatch.setattr(FolderObjects, "put", withdrawing)
    storages.laboratory(ONE, 1, results=600).place(world.root)
    assert world.ingest() == {"withheld": 1}
    storages.consent(world.store, ONE)
    (world.images / "a").write_bytes(storages.instance(ONE, 7, 1, 1))
    assert world.ingest(world.images) == {"withheld": 1}
    assert [path for path in (world.settings.data_dir / "objects").rglob("*") if path.is_file()] == []


def withdraw(store: Store, value: str) -> None:
    """Record that the person behind a number of the hospital takes all back."""
    with store.work() as work:
        work.consents.record(
            ConsentEvent(0, PatientId(f"p-{value}"), EventKind.WITHDRAWN, 2, "desk", "f", (), EVERYTHING)
        )


def test_a_large_document_goes_to_the_object_store(world: World) -> None:
    document = storages.laboratory(ONE, 1, results=600)
    document.place(world.root)
    world.ingest()
    assert world.rows("small_document") == 0
    stored = [path for path in (world.settings.data_dir / "objects").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in stored] == [document.content]


def test_each_patient_leaves_one_audit_record_for_each_commit(world: World) -> None:
    storages.consent(world.store, TWO)
    for order in range(3):
        storages.laboratory(ONE, order).place(world.root)
        storages.laboratory(TWO, order).place(world.root)
    world.ingest()
    with world.store.look() as work:
        for patient in (ONE, TWO):
            published = [e for e in work.audit.find(PatientId(f"p-{patient}"), 10) if e.action == "publish"]
            assert [event.detail for event in published] == ["filed 3, amended 0, quarantined 0"]


def test_a_study_is_one_entry_that_grows(world: World) -> None:
    for number in (1, 2):
        (world.images / f"a{number}").write_bytes(storages.instance(ONE, 7, 1, number))
    assert world.ingest(world.images) == {"indexed": 2}
    assert [line.item_count for line in world.seen_at_the_clinic(ONE)] == [2]
    assert world.ingest(world.images) == {"unchanged": 2}
    (world.images / "a3").write_bytes(storages.instance(ONE, 7, 2, 3))
    assert world.ingest(world.images) == {"indexed": 1, "unchanged": 2}
    (line,) = world.seen_at_the_clinic(ONE)
    assert (line.item_count, line.link, line.document_class) == (3, "A000007", DocumentClass.IMAGE)


def test_the_same_instance_twice_is_stored_once(world: World) -> None:
    for name in ("a", "b"):
        (world.images / name).write_bytes(storages.instance(ONE, 7, 1, 1))
    assert world.ingest(world.images) == {"indexed": 1, "unchanged": 1}
    assert world.rows("imaging_instance") == 1


def test_the_same_instance_with_other_bytes_is_a_conflict(world: World) -> None:
    (world.images / "a").write_bytes(storages.instance(ONE, 7, 1, 1))
    world.ingest(world.images)
    (world.images / "b").write_bytes(storages.instance(ONE, 7, 1, 1, pixels=b"\1" * 128))
    assert world.ingest(world.images) == {"unchanged": 1, "quarantined": 1}
    assert world.reasons() == ["DCM-CONFLICT"]


def test_an_image_that_breaks_the_reader_is_quarantined_and_the_rest_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(content: bytes) -> ImagingInstance:
        instance = read_instance(content)
        if instance.instance_number == 1:
            raise OverflowError
        return instance

    monkeypatch.setattr(studies, "read_instance", read)
    for number in (1, 2):
        (world.images / f"{number}").write_bytes(storages.instance(ONE, 7, 1, number))
    assert world.ingest(world.images) == {"indexed": 1, "quarantined": 1}
    assert world.reasons() == ["READ-04"]


def test_others_may_write_while_images_are_put_on_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    put = FolderObjects.put

    def writing(self: FolderObjects, content: bytes) -> ContentHash:
        with sqlite3.connect(world.settings.data_dir / "hie.sqlite3", timeout=0) as other:
            other.execute("begin immediate")
        other.close()
        return put(self, content)

    monkeypatch.setattr(FolderObjects, "put", writing)
    monkeypatch.setattr(filing, "LARGE", 1)
    for number in (1, 2):
        (world.images / f"{number}").write_bytes(storages.instance(ONE, 7, 1, number))
    assert world.ingest(world.images) == {"indexed": 2}
    assert world.ingest(world.images) == {"unchanged": 2}


def test_images_of_nobody_we_know_are_only_counted(world: World) -> None:
    (world.images / "a").write_bytes(storages.instance(TWO, 7, 1, 1))
    (world.images / "b").write_bytes(storages.instance("", 8, 1, 1))
    (world.images / "README.TXT").write_bytes(b"no image")
    assert world.ingest(world.images) == {"withheld": 2}
    assert world.rows("imaging_instance") == world.rows("quarantined") == 0


@pytest.fixture
def command(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, float]]:
    monkeypatch.setenv("HIE_DATA_DIR", str(world.settings.data_dir))

    def run(*arguments: str) -> dict[str, float]:
        ended = CliRunner().invoke(app, ["ingest", "--facility", HOSPITAL, *arguments, "--json"])
        assert ended.exit_code == 0, ended.output
        counts: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
        return counts

    return run


def test_the_command_ends_with_its_counts(world: World, command: Callable[..., dict[str, float]]) -> None:
    storages.laboratory(ONE, 1).place(world.root)
    storages.laboratory(TWO, 1).place(world.root)
    (world.images / "a").write_bytes(storages.instance(ONE, 7, 1, 1))
    counts = command(str(world.root), str(world.images))
    assert list(counts)[:6] == ["seen", "indexed", "unchanged", "withheld", "quarantined", "seconds"]
    assert [counts[word] for word in ("seen", "indexed", "unchanged", "withheld", "quarantined")] == [
        3,
        2,
        0,
        1,
        0,
    ]
    with world.store.look() as work:
        (run,) = work.feeds.runs(HOSPITAL, 5)
    assert (run.seen, run.indexed, run.withheld) == (3, 2, 1)


def test_two_workers_file_what_one_would(world: World, command: Callable[..., dict[str, float]]) -> None:
    for patient in (ONE, TWO, THREE):
        for order in range(40):
            storages.laboratory(patient, order).place(world.root)
    world.store.close()
    counts = command(str(world.root), "--workers", "2", "--commit-every", "10")
    assert (counts["seen"], counts["indexed"], counts["withheld"]) == (120, 40, 80)
    assert command(str(world.root), "--workers", "2")["unchanged"] == 40


@pytest.mark.parametrize("arguments", [["--facility", "12"], ["--facility", "1310000001", "/nowhere"]])
def test_a_wrong_call_ends_with_one_line(arguments: list[str], tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["ingest", *arguments, str(tmp_path)])
    assert ended.exit_code == 2
    assert len(ended.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_store_in_trouble_ends_with_one_line(
    world: World, command: Callable[..., dict[str, float]], capfd: pytest.CaptureFixture[str], workers: str
) -> None:
    for patient in (ONE, TWO):
        storages.laboratory(patient, 1).place(world.root)
    command(str(world.root))
    storages.laboratory(ONE, 2).place(world.root)
    world.store.close()
    # A folder where the file of the feeders' line is opened: an error of the operating system.
    (world.settings.data_dir / "ingest.lock").unlink()
    (world.settings.data_dir / "ingest.lock").mkdir()
    ended = CliRunner().invoke(app, ["ingest", "--facility", HOSPITAL, str(world.root), "--workers", workers])
    assert ended.exit_code == 2
    assert len((ended.stderr + capfd.readouterr().err).strip().splitlines()) == 1


def test_a_database_that_is_none_ends_with_one_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIE_DATA_DIR", str(world.settings.data_dir))
    arguments = ["ingest", "--facility", HOSPITAL, str(world.root), "--database-url", "sqlite:////dev/null/x"]
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 2
    assert len(ended.stderr.strip().splitlines()) == 1


def test_postgresql_takes_the_same_storage(postgres_url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=postgres_url)
    store = stored_by(settings)
    storages.people(store, [ONE, TWO], [ONE])
    root = tmp_path / "storage"
    older = storages.laboratory(ONE, 1)
    older.place(root, flag="2")
    storages.resent(older).place(root)
    storages.laboratory(ONE, 2, results=600).place(root)
    storages.laboratory(TWO, 1).place(root)
    feeding = Feeding(settings, HOSPITAL, commit_every=1)
    assert feed_sources(store, feeding, [root], lambda _: None) == {"indexed": 3, "withheld": 1}
    assert feed_sources(store, feeding, [root], lambda _: None) == {"unchanged": 3, "withheld": 1}
    store.close()
