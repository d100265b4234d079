"""Feeding whole sources: one process, or several that read and file side by side.

Each worker asks the gate, reads, compares and files its own patients; records never cross from
one process to another, which would cost more than making them (performance sheet §4.3). One
writes at a time: they wait in line for a file lock, which a killed process cannot keep.
"""

from __future__ import annotations

import fcntl
import gc
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, TypeVar

from adapters.detecting import format_of, patients_of
from adapters.ssmix2_standard import StandardFolder
from hie.exchange.filing import FILINGS_PER_COMMIT, Committed, Manner, Tally
from hie.exchange.ingest import Ingest
from hie.exchange.ports import Store
from hie.exchange.studies import ImagingIngest
from hie.hub.clock import SystemClock
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.entry import Format
from hie.record.identifiers import FacilityCode
from ssmix2.storage import PatientFolder

Item = TypeVar("Item")

PATIENTS_AT_ONCE = 32
"""Patients whose consents and known entries are asked for together."""
CHUNKS_AHEAD = 2
"""Chunks a worker holds, so that it never waits for the walk."""
_ORPHAN_SECONDS = 1.0
"""How often an idle worker looks whether its parent still lives: a sibling may hold the line open."""
_FLUSH, _STOP = "flush", "stop"

Progress = Callable[[Tally], None]
"""Hears of the counts so far."""
Acknowledge = Callable[[Committed], None] | None


# A fork needs no second start of the interpreter; everything handed over would pickle elsewhere.
_CONTEXT = (
    multiprocessing.get_context("fork")
    if "fork" in multiprocessing.get_all_start_methods()
    else multiprocessing.get_context("spawn")
)


def collect_rarely() -> None:
    """Let the garbage collector look a hundred times less often, for a process that only feeds.

    Records are tuples that point at nothing behind them: looking through them for cycles finds
    none and is a sixth of the work of a first load.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


class Turn:
    """A place in the line of those who write, between processes; released when its holder dies."""

    def __init__(self, path: Path) -> None:
        """Use `path` as the lock; the file is made and stays empty."""
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> None:
        """Wait for the turn."""
        if self._descriptor < 0:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the next one go on."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)


class Feeding(NamedTuple):
    """Whose documents are fed to which hub, and how."""

    settings: Settings
    facility: FacilityCode
    commit_every: int = FILINGS_PER_COMMIT
    acknowledging: bool = False
    """Whether workers tell the parent the names of what they committed."""


def turn_of(settings: Settings) -> Turn:
    """Return the line in which writers of the data folder wait."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Turn(settings.data_dir / "ingest.lock")


def feed_sources(
    store: Store, feeding: Feeding, paths: Sequence[Path], progress: Progress, acknowledge: Acknowledge = None
) -> Tally:
    """Feed sources in this process; return what became of their files."""
    total: Tally = Tally()
    for path in paths:
        kind = format_of(path)
        feeder = feeder_of(store, feeding, kind, acknowledge)
        for chunk in chunks(patients_of(path, kind), PATIENTS_AT_ONCE):
            feeder.feed(chunk)
            progress(total + feeder.tally)
        feeder.flush()
        total += feeder.tally
        progress(total)
    return total


def feeder_of(
    store: Store, feeding: Feeding, kind: Format, acknowledge: Acknowledge = None
) -> Ingest | ImagingIngest:
    """Make what feeds sources of one kind."""
    turn = turn_of(feeding.settings)
    made = ImagingIngest if kind is Format.DICOM else Ingest
    return made(store, SystemClock(), feeding.facility, Manner(turn, acknowledge, feeding.commit_every))


class Workers:
    """Processes that feed the standardized storages of one facility."""

    def __init__(self, feeding: Feeding, count: int) -> None:
        """Start `count` workers; call it before this process opens the store or starts a thread."""
        self._lines: list[Connection] = []
        self._processes = []
        for _ in range(count):
            ours, theirs = _CONTEXT.Pipe()
            process = _CONTEXT.Process(target=work_off, args=(theirs, feeding, os.getpid()), daemon=True)
            process.start()
            theirs.close()
            self._lines.append(ours)
            self._processes.append(process)
        self._tallies: dict[Connection, Tally] = {line: Tally() for line in self._lines}

    def feed(self, folders: Iterable[PatientFolder], progress: Progress, acknowledge: Acknowledge) -> Tally:
        """Hand out the folders, a few ahead of each worker; return what became of their files."""
        before = self._total()
        ahead = dict.fromkeys(self._lines, 0)
        for chunk in chunks(folders, PATIENTS_AT_ONCE):
            while min(ahead.values()) >= CHUNKS_AHEAD:
                self._hear(ahead, progress, acknowledge)
            line = min(ahead, key=lambda one: ahead[one])
            line.send(chunk)
            ahead[line] += 1
        for line in self._lines:
            line.send(_FLUSH)
            ahead[line] += 1
        while any(ahead.values()):
            self._hear(ahead, progress, acknowledge)
        total = self._total()
        total.subtract(before)
        return +total

    def stop(self) -> None:
        """End the workers and wait for them."""
        for line in self._lines:
            line.send(_STOP)
        for process in self._processes:
            process.join()

    def _hear(self, ahead: dict[Connection, int], progress: Progress, acknowledge: Acknowledge) -> None:
        for line in wait(list(self._lines)):
            assert isinstance(line, Connection)  # noqa: S101  what was asked for
            committed, done = line.recv()
            if committed is not None:
                if acknowledge:
                    acknowledge(committed)
            else:
                self._tallies[line] = done
                ahead[line] -= 1
                progress(self._total())

    def _total(self) -> Tally:
        return sum(self._tallies.values(), Tally())


def work_off(line: Connection, feeding: Feeding, parent: int) -> None:
    """Be a worker: feed the chunks that come down the line until it ends or the parent is gone."""
    collect_rarely()
    with turn_of(feeding.settings):
        # One after the other: the first one may have to make the schema.
        store = stored_by(feeding.settings)
    acknowledge = (lambda committed: line.send((committed, None))) if feeding.acknowledging else None
    ingest = feeder_of(store, feeding, Format.SSMIX2, acknowledge)
    try:
        while True:
            while not line.poll(_ORPHAN_SECONDS):
                if os.getppid() != parent:
                    return
            told: list[PatientFolder] | str = line.recv()
            if told == _STOP:
                return
            if isinstance(told, str):
                ingest.flush()
            else:
                ingest.feed([StandardFolder(folder) for folder in told])
            line.send((None, ingest.tally))
    except (EOFError, BrokenPipeError):
        return
    finally:
        store.close()


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Cut a stream into lists of `size`."""
    stream = iter(items)
    while chunk := list(islice(stream, size)):
        yield chunk
