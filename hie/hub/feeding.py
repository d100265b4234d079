"""Feeding whole sources, in this process; `workers` does it in several.

One writes at a time: feeders wait in line for a file lock, which a killed process cannot keep.
"""

from __future__ import annotations

import fcntl
import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, TypeVar

from adapters import clinic_folder
from adapters.detecting import format_of, patients_of
from hie.clock import SystemClock
from hie.exchange.feeds.filing import FILINGS_PER_COMMIT, Committed, Manner, Outcome, Tally
from hie.exchange.feeds.ingest import Ingest
from hie.exchange.feeds.sources import PatientSource
from hie.exchange.feeds.studies import ImagingIngest
from hie.exchange.feeds.uploaded_tables import ingest
from hie.exchange.ports import Clock, Quarantined, Store
from hie.hub.settings import Settings
from hie.record.entry import Format
from hie.record.errors import Invalid, NotFound, Unavailable, Unreadable
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode

Item = TypeVar("Item")

PATIENTS_AT_ONCE = 32
"""Patients whose consents and known entries are asked for together."""
_NOT_OPENED = Finding("READ-01", Severity.ERROR, "file", "The file could not be opened.")
_NO_TABLE = Finding("TABLE-01", Severity.ERROR, "file", "The file is no table.")
Progress = Callable[[Tally], None]
"""Hears of the counts so far."""
Acknowledge = Callable[[Committed], None] | None


def collect_rarely() -> None:
    """Let the garbage collector look a hundred times less often, and not at what is there by now.

    Records and lines are tuples that point at nothing behind them: looking through them for cycles
    finds none, and is a sixth of the work of a first load and of a busy calendar.
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
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the next one go on, and close the file."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        os.close(self._descriptor)


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
        for kind, patients in _sources_in(path):
            feeder = feeder_of(store, feeding, kind, acknowledge)
            for chunk in chunks(patients, PATIENTS_AT_ONCE):
                feeder.feed(chunk)
                progress(total + feeder.tally)
            feeder.flush()
            total += feeder.tally
            progress(total)
        if clinic_folder.is_clinic_folder(path):
            total += _feed_tables(store, feeding, path)
            progress(total)
    return total


def _sources_in(path: Path) -> Iterator[tuple[Format, Iterator[PatientSource]]]:
    """Yield what a folder holds by format: one, but of a clinic's folder papers and images."""
    if clinic_folder.is_clinic_folder(path):
        yield Format.CONTENT_FOLDER, clinic_folder.patients(path)
        yield Format.DICOM, (one for one in patients_of(path, Format.DICOM) if one.patient)
    else:
        kind = format_of(path)
        yield kind, patients_of(path, kind)


def _feed_tables(store: Store, feeding: Feeding, path: Path) -> Tally:
    """Feed the tables of a clinic's folder; one that cannot be read, or is none, is quarantined."""
    profile, turn = clinic_folder.settings_of(path).profile, turn_of(feeding.settings)
    clock, tally, wrong = SystemClock(), Tally(), dict[str, Finding]()
    for table in clinic_folder.tables(path):
        locator = f"{clinic_folder.TABLE_PREFIX}/{table}"
        try:
            content, version = clinic_folder.open_table(path, table)
        except NotFound:
            continue  # gone meanwhile
        except Unavailable:
            wrong[locator] = _NOT_OPENED
            continue
        except Unreadable as error:
            wrong[locator] = error.finding
            continue
        try:
            tally += ingest(store, clock, feeding.facility, content, profile, version, turn)
        except Invalid as error:
            wrong[locator] = _NO_TABLE._replace(message=f"{error}.")
    tally[Outcome.QUARANTINED] += len(wrong)
    _set_aside(store, feeding, clock, wrong)
    return tally


def _set_aside(store: Store, feeding: Feeding, clock: Clock, wrong: Mapping[str, Finding]) -> None:
    """Keep which tables are quarantined and why; let go of those that no longer are."""
    below = f"{clinic_folder.TABLE_PREFIX}/"
    with store.look() as work:
        held = {one.locator: one.reason for one in work.feeds.quarantined(feeding.facility)}
    better = [one for one in held if one.startswith(below) and one not in wrong]
    if not better and all(held.get(one) == finding.code for one, finding in wrong.items()):
        return
    now = clock.now()
    with turn_of(feeding.settings), store.work() as work:
        work.feeds.release(feeding.facility, better)
        work.feeds.quarantine(
            Quarantined(feeding.facility, locator, finding.code, finding.message, now)
            for locator, finding in wrong.items()
        )


def feeder_of(
    store: Store, feeding: Feeding, kind: Format, acknowledge: Acknowledge = None
) -> Ingest | ImagingIngest:
    """Make what feeds sources of one kind."""
    turn = turn_of(feeding.settings)
    manner = Manner(turn, acknowledge, feeding.commit_every)
    if kind is Format.DICOM:
        return ImagingIngest(store, SystemClock(), feeding.facility, manner)
    return Ingest(store, SystemClock(), feeding.facility, manner, kind)


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Cut a stream into lists of `size`."""
    stream = iter(items)
    while chunk := list(islice(stream, size)):
        yield chunk
