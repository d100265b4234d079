"""A hub that watches a storage takes what settles there, and misses nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.watching import WatchedFolder
from consent.model import Provision
from hie.exchange.filing import Outcome, Tally
from hie.exchange.ports import Store
from hie.hub.feeding import PATIENTS_AT_ONCE
from hie.hub.settings import Settings, Source
from hie.hub.watcher import FAST, Look, WatchedSource, Watcher
from hie.hub.wiring import stored_by
from hie.record.entry import DocumentClass
from hie.record.identifiers import LocalPatientId, PatientId
from hie.store.work import SqlStore
from tests import storages
from tests.storages import HOSPITAL

ONE, TWO = "0000000001", "0000000002"
AGAIN = Look(sweep=False, persons=frozenset({PatientId(f"p-{ONE}"), PatientId(f"p-{TWO}")}))
SWEEP = Look(sweep=True)
MINUTE = 60_000


class LateClock:
    """The system's clock, put forward by the test."""

    def __init__(self) -> None:
        """Begin a minute ahead, so that all files there are settled."""
        self.ahead = MINUTE

    def now(self) -> int:
        """Milliseconds since 1970."""
        return time.time_ns() // 1_000_000 + self.ahead

    def new_id(self) -> str:
        """Not asked for."""
        raise NotImplementedError


class Watched:
    """A hub that watches one storage."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "storage"
        self.images = folder / "images"
        self.root.mkdir()
        self.images.mkdir()
        self.clock = LateClock()
        sources = tuple(Source(facility=HOSPITAL, path=path) for path in (self.root, self.images))
        self.settings = Settings(data_dir=folder / "data", sources=sources, poll_seconds=0.05)
        self.store: Store = stored_by(self.settings)
        storages.people(self.store, [ONE, TWO], [ONE])
        self.source = WatchedSource(self.store, self.clock, self.settings, sources[0])
        self.image_source = WatchedSource(self.store, self.clock, self.settings, sources[1])

    def look(self, look: Look = FAST) -> Tally:
        """Look once; time goes on by a minute."""
        self.clock.ahead += MINUTE
        return self.source.look(look)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_the_first_look_takes_all_and_the_next_nothing(watched: Watched) -> None:
    storages.laboratory(ONE, 1).place(watched.root)
    assert watched.look() == {"indexed": 1}
    assert watched.look() == {}


def test_a_file_in_a_new_folder_is_taken(watched: Watched) -> None:
    storages.laboratory(ONE, 1).place(watched.root)
    watched.look()
    storages.laboratory(ONE, 2, at="20260401").place(watched.root)
    assert watched.look()[Outcome.INDEXED] == 1


def test_a_new_patient_is_taken(watched: Watched) -> None:
    storages.laboratory(ONE, 1).place(watched.root)
    watched.look()
    storages.laboratory(TWO, 1).place(watched.root)
    assert watched.look() == {"withheld": 1}


def test_a_renamed_flag_is_noticed(watched: Watched) -> None:
    document = storages.laboratory(ONE, 1)
    path = document.place(watched.root)
    watched.look()
    path.rename(path.with_name(document.name._replace(flag="0").text()))
    assert watched.look()[Outcome.AMENDED] == 1


def test_a_file_that_came_while_its_folder_was_listed_is_found_in_the_next_look(watched: Watched) -> None:
    watched.clock.ahead = 0
    path = storages.laboratory(ONE, 1).place(watched.root)
    os.utime(path, (1, 1))
    watched.source.look(FAST)
    folder = path.parent.stat()
    second = storages.laboratory(ONE, 2).place(watched.root)
    os.utime(second, (1, 1))
    # The folder's time stamp is as coarse as on a share: it does not tell that a name came.
    os.utime(path.parent, ns=(folder.st_atime_ns, folder.st_mtime_ns))
    assert watched.source.look(FAST)[Outcome.INDEXED] == 1


def test_a_rewrite_in_place_is_found_by_the_sweep(watched: Watched) -> None:
    path = storages.laboratory(ONE, 1).place(watched.root)
    watched.look(SWEEP)
    path.write_bytes(storages.laboratory(ONE, 1, results=7).content)
    assert watched.look() == {}
    assert watched.look(SWEEP) == {"indexed": 1}
    assert watched.look(SWEEP) == {}


def test_a_file_that_is_still_written_waits(watched: Watched) -> None:
    watched.clock.ahead = 0
    storages.laboratory(ONE, 1).place(watched.root)
    assert watched.source.look(FAST) == {}
    assert watched.look() == {"indexed": 1}


def test_a_new_consent_feeds_a_patient_whose_folder_rests(watched: Watched) -> None:
    storages.laboratory(TWO, 1).place(watched.root)
    assert watched.look() == {"withheld": 1}
    storages.consent(watched.store, TWO)
    assert watched.look() == {}
    assert watched.look(AGAIN) == {"indexed": 1}


def test_a_wider_consent_feeds_what_was_withheld(watched: Watched) -> None:
    storages.consent(watched.store, TWO, Provision(classes=frozenset({DocumentClass.LABORATORY_RESULT})))
    storages.laboratory(TWO, 1).place(watched.root)
    storages.prescription(TWO, 2).place(watched.root)
    assert watched.look(SWEEP) == {"indexed": 1, "withheld": 1}
    assert watched.look(SWEEP) == {}
    storages.consent(watched.store, TWO)
    assert watched.look(AGAIN) == {"indexed": 1, "unchanged": 1}


def test_a_link_that_comes_after_the_consent_is_noticed_by_the_sweep(watched: Watched) -> None:
    number, who = LocalPatientId(HOSPITAL, TWO), PatientId(f"p-{TWO}")
    with watched.store.work() as work:
        work.patients.unlink(number, "desk", 1)
    storages.consent(watched.store, TWO)
    storages.laboratory(TWO, 1).place(watched.root)
    assert watched.look(SWEEP) == {"withheld": 1}
    assert watched.look(SWEEP) == {}
    with watched.store.work() as work:
        work.patients.link(number, who, "desk", 1)
    assert watched.look(SWEEP) == {"indexed": 1}


def test_a_failed_look_leaves_its_task_to_the_next(watched: Watched) -> None:
    storages.laboratory(TWO, 1).place(watched.root)
    path = storages.laboratory(ONE, 1).place(watched.root)
    watched.look(SWEEP)
    storages.consent(watched.store, TWO)
    path.write_bytes(storages.laboratory(ONE, 1, results=7).content)
    with _blocked(watched), pytest.raises(IsADirectoryError):
        watched.look(AGAIN._replace(sweep=True))
    assert watched.look() == {"indexed": 2}


def test_one_source_in_trouble_does_not_keep_the_others_waiting(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    storages.laboratory(ONE, 1).place(watched.root)
    sources = tuple(reversed(watched.settings.sources))
    watcher = Watcher(watched.store, watched.clock, watched.settings.model_copy(update={"sources": sources}))

    def away(_: object) -> bool:
        raise PermissionError

    monkeypatch.setattr(WatchedFolder, "changed", away)
    (watched.images / "a").write_bytes(storages.instance(ONE, 1, 1, 1))
    watcher.look()
    with watched.store.look() as work:
        assert [run.indexed for run in work.feeds.runs(HOSPITAL, 9)] == [1]


def test_a_clock_that_was_set_back_does_not_end_the_sweeps(watched: Watched) -> None:
    path = storages.laboratory(ONE, 1).place(watched.root)
    os.utime(path, (1, 1))
    watcher = Watcher(watched.store, watched.clock, watched.settings)
    watched.clock.ahead += 10_000 * MINUTE
    watcher.look()
    path.write_bytes(storages.laboratory(ONE, 1, results=7).content)
    watched.clock.ahead -= 10_000 * MINUTE
    watcher.look()
    with watched.store.look() as work:
        assert [run.indexed for run in work.feeds.runs(HOSPITAL, 9)] == [1, 1]


def test_the_sweep_forgets_objects_that_nothing_points_to(watched: Watched) -> None:
    stray = watched.store.objects.put(b"left behind")
    watcher = Watcher(watched.store, watched.clock, watched.settings)
    watcher.look()
    assert watched.store.objects.exists(stray)
    watched.clock.ahead += 120 * MINUTE
    watcher.look()
    assert not watched.store.objects.exists(stray)


def test_a_stop_is_heard_between_patients(watched: Watched) -> None:
    patients = [f"{number:010d}" for number in range(10, 10 + 3 * PATIENTS_AT_ONCE)]
    storages.people(watched.store, patients, patients)
    for patient in patients:
        storages.laboratory(patient, 1).place(watched.root)
    watched.clock.ahead += MINUTE
    assert watched.source.look(FAST, lambda: True) == {"indexed": PATIENTS_AT_ONCE}


@contextmanager
def _blocked(watched: Watched) -> Iterator[None]:
    """Put a folder where the file of the feeders' line is opened."""
    file = watched.settings.data_dir / "ingest.lock"
    file.unlink(missing_ok=True)
    file.mkdir()
    yield
    file.rmdir()


def test_what_could_not_be_committed_is_found_again(watched: Watched) -> None:
    storages.laboratory(ONE, 1).place(watched.root)
    with _blocked(watched), pytest.raises(IsADirectoryError):
        watched.look()
    assert watched.look() == {"indexed": 1}


def test_a_folder_of_images_is_taken_once_it_rests(watched: Watched) -> None:
    (watched.images / "a").write_bytes(storages.instance(ONE, 1, 1, 1))
    assert watched.image_source.look(FAST) == {}
    assert watched.image_source.look(FAST) == {"indexed": 1}
    assert watched.image_source.look(FAST) == {}


def test_the_thread_takes_what_comes_until_it_is_stopped(watched: Watched) -> None:
    watcher = Watcher(watched.store, watched.clock, watched.settings)
    watcher.start()
    try:
        storages.laboratory(ONE, 1).place(watched.root)
        storages.laboratory(TWO, 1).place(watched.root)
        _until(watched.store, 1)
        storages.consent(watched.store, TWO)
        _until(watched.store, 2)
    finally:
        watcher.stop()


def test_looking_leaves_no_file_open(watched: Watched) -> None:
    storages.laboratory(ONE, 1).place(watched.root)
    watched.look()
    before = _open_files()
    for order in range(2, 7):
        storages.laboratory(ONE, order).place(watched.root)
        assert watched.look()[Outcome.INDEXED] == 1
    assert _open_files() == before


def _open_files() -> int:
    """Count the open files of the feeders' line."""
    return sum(one.name == "ingest.lock" for one in map(Path.resolve, Path("/proc/self/fd").iterdir()))


def test_the_thread_outlives_a_full_disk(watched: Watched) -> None:
    assert isinstance(watched.store, SqlStore)
    _limit(watched.store, 2)
    for order in range(30):
        storages.laboratory(ONE, order + 1, results=100).place(watched.root)
    watcher = Watcher(watched.store, watched.clock, watched.settings)
    watcher.start()
    try:
        time.sleep(0.5)
        _limit(watched.store, 100_000)
        _until(watched.store, 30)
    finally:
        watcher.stop()


def _limit(store: SqlStore, pages: int) -> None:
    """Let the database grow by so many pages."""
    line = store.lines.begin()
    (count,) = line.execute("pragma page_count").fetchone() or (0,)
    line.execute(f"pragma max_page_count = {count + pages}")
    line.end(commit=False)


def _until(store: Store, indexed: int) -> None:
    """Wait until so many documents were indexed in all."""
    end = time.monotonic() + 20
    found = 0
    while found < indexed and time.monotonic() < end:
        time.sleep(0.05)
        with store.look() as work:
            found = sum(run.indexed for run in work.feeds.runs(HOSPITAL, 1000))
    assert found == indexed
