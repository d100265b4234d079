"""Processes that read and file side by side.

Each worker asks the gate, reads, compares and files its own patients; records never cross from
one process to another, which would cost more than making them (performance sheet §4.3).
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing.connection import Connection, wait

from adapters.ssmix2_standard import StandardFolder
from hie.exchange.feeds.filing import Tally
from hie.hub.feeding import (
    PATIENTS_AT_ONCE,
    Acknowledge,
    Feeding,
    Progress,
    chunks,
    collect_rarely,
    feeder_of,
    turn_of,
)
from hie.hub.wiring import stored_by
from hie.logs import Contained
from hie.record.entry import Format
from hie.record.errors import HieError
from ssmix2.storage import PatientFolder

CHUNKS_AHEAD = 2
"""Chunks a worker holds, so that it never waits for the walk."""
_ORPHAN_SECONDS = 1.0
"""How often an idle worker looks whether its parent still lives: a sibling may hold the line open."""
_FLUSH, _STOP = "flush", "stop"


# A fork needs no second start of the interpreter; everything handed over would pickle elsewhere.
_CONTEXT = (
    multiprocessing.get_context("fork")
    if "fork" in multiprocessing.get_all_start_methods()
    else multiprocessing.get_context("spawn")
)


class Workers:
    """Processes that feed the standardized storages of one facility."""

    def __init__(self, feeding: Feeding, count: int) -> None:
        """Start `count` workers; call it before this process opens the store or starts a thread."""
        self._lines: list[Connection] = []
        self._processes = []
        for _ in range(count):
            ours, theirs = _CONTEXT.Pipe()
            process = _CONTEXT.Process(target=contained, args=(theirs, feeding, os.getpid()), daemon=True)
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
            if isinstance(done, Exception):
                raise done
            if committed is not None:
                if acknowledge:
                    acknowledge(committed)
            else:
                self._tallies[line] = done
                ahead[line] -= 1
                progress(self._total())

    def _total(self) -> Tally:
        return sum(self._tallies.values(), Tally())


def contained(line: Connection, feeding: Feeding, parent: int) -> None:
    """Be a worker whose errors are said without their values."""
    with Contained():
        work_off(line, feeding, parent)


def work_off(line: Connection, feeding: Feeding, parent: int) -> None:
    """Be a worker until the line ends or the parent is gone; tell it of the error that ends the work."""
    try:
        _work_off(line, feeding, parent)
    except (HieError, OSError) as error:
        with suppress(OSError):  # the parent may be gone
            line.send((None, error))


def _work_off(line: Connection, feeding: Feeding, parent: int) -> None:
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
