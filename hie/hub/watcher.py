"""Watches the configured sources inside `hie hub` and feeds what changed, in a thread of its own.

Consents feed a patient again whose folder has not moved: those whom the consent log names, as it
grows; and in every sweep all whose leave is another than when they were fed, because a link was
made or a day came on which a consent begins. Numbers are remembered in memory only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import NamedTuple

from adapters import dicom_folder
from adapters.detecting import format_of
from adapters.watching import SettledExtendedFolder, SettledFolder, WatchedFolder, WatchedStorage
from hie.exchange.filing import Tally, seen
from hie.exchange.forgetting import YOUNGEST, forget_unreferenced
from hie.exchange.ingest import record_run
from hie.exchange.ports import Clock, Store
from hie.exchange.publish import publishable
from hie.exchange.sources import PatientSource
from hie.hub.feeding import PATIENTS_AT_ONCE, Feeding, chunks, feeder_of
from hie.hub.settings import Settings, Source
from hie.record.entry import Format
from hie.record.errors import HieError, Invalid
from hie.record.identifiers import FacilityCode, PatientId

NANOSECONDS = 1_000_000
"""In a millisecond of the clock."""
_NUMBERS_AT_ONCE = 500

_log = logging.getLogger(__name__)


class Look(NamedTuple):
    """What one look at a source is for."""

    sweep: bool
    """Whether every file is looked at, not only folders, and every patient asked about."""
    persons: frozenset[PatientId] = frozenset()
    """Persons whose consents changed."""

    def beside(self, other: Look) -> Look:
        """Do the work of both."""
        return Look(self.sweep or other.sweep, self.persons | other.persons)


FAST = Look(sweep=False)


class WatchedSource:
    """One watched folder of one facility."""

    def __init__(self, store: Store, clock: Clock, settings: Settings, source: Source) -> None:
        """Watch `source`; nothing is read yet."""
        self._store = store
        self._clock = clock
        self._feeding = Feeding(settings, FacilityCode(source.facility))
        self._path = source.path
        self._storages = {
            Format.SSMIX2: WatchedStorage(source.path),
            Format.CONTENT_FOLDER: WatchedStorage(source.path, SettledExtendedFolder),
        }
        self._folder = WatchedFolder(source.path)
        self._again: set[str] = set()
        """Patients to be looked at again although their folders rest: unsettled, or not yet committed."""
        self._leaves: dict[str, int] = {}
        """What each patient's leave was when they were fed, summed up; 0 for none."""
        self._due = FAST
        """What is still to be done because an earlier look failed."""

    def look(self, look: Look, stopping: Callable[[], bool] = lambda: False) -> Tally:
        """Feed what changed since the last look; return what became of the files that were looked at.

        What was found changed is found again in the next look unless it was committed in this one.
        Between patients it ends early when `stopping` says so.
        """
        started_at = self._clock.now()
        self._due = self._due.beside(look)
        try:
            kind = format_of(self._path)
        except Invalid:
            return Tally()
        taken: set[str] = set(self._again)
        unsettled: set[str] = set()
        try:
            tally = self._feed(kind, taken, unsettled, stopping)
        except (HieError, OSError):
            self._again = taken
            self._folder.forget()
            raise
        self._again = unsettled
        self._due = FAST
        if seen(tally):
            record_run(self._store, self._clock, self._feeding.facility, started_at, tally)
        return tally

    def _feed(
        self, kind: Format, taken: set[str], unsettled: set[str], stopping: Callable[[], bool]
    ) -> Tally:
        feeder = feeder_of(self._store, self._feeding, kind)
        sources = self._images() if kind is Format.DICOM else self._changed(self._storages[kind], taken)
        for chunk in chunks(sources, 1 if kind is Format.DICOM else PATIENTS_AT_ONCE):
            # Asked before feeding: a consent that comes in between makes another leave, and is noticed.
            self._leaves |= self._asked([one.patient for one in chunk])
            feeder.feed(chunk)
            unsettled.update(one.patient for one in chunk if isinstance(one, SettledFolder) and one.unsettled)
            if stopping():
                break
        feeder.flush()
        return feeder.tally

    def _images(self) -> Iterator[PatientSource]:
        if self._folder.changed() or self._due != FAST:
            yield from dicom_folder.patients(self._path)

    def _changed(self, storage: WatchedStorage, taken: set[str]) -> Iterator[PatientSource]:
        now = self._clock.now() * NANOSECONDS
        again = self._again | self._numbers_of(self._due.persons)
        if self._due.sweep:
            again |= self._with_another_leave()
        for folder in storage.swept(now) if self._due.sweep else storage.changed(now):
            again.discard(folder.patient)
            taken.add(folder.patient)
            yield folder
        for patient in sorted(again):
            if folder_again := storage.folder(patient, now):
                taken.add(patient)
                yield folder_again

    def _numbers_of(self, persons: frozenset[PatientId]) -> set[str]:
        with self._store.look() as work:
            files = work.patients.files(sorted(persons)) if persons else {}
        facility = self._feeding.facility
        return {
            local.value for file in files.values() for local in file.numbers if local.facility == facility
        }

    def _with_another_leave(self) -> set[str]:
        found: set[str] = set()
        for chunk in chunks(sorted(self._leaves), _NUMBERS_AT_ONCE):
            found.update(who for who, leave in self._asked(chunk).items() if leave != self._leaves[who])
        return found

    def _asked(self, patients: list[str]) -> dict[str, int]:
        """Ask the gate about local numbers; return each one's leave in one number."""
        with self._store.look() as work:
            allowed = publishable(work, self._feeding.facility, patients, self._clock.now())
        leaves = dict.fromkeys(patients, 0)
        for who, (local_patient, grant) in allowed.items():
            leaves[who] = hash((local_patient, grant.patient, grant.opened, grant.closed))
        return leaves


class Watcher:
    """The thread that looks at all sources, again and again, until it is stopped."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        """Watch the sources of `settings`."""
        self._store = store
        self._clock = clock
        self._settings = settings
        self._sources = [WatchedSource(store, clock, settings, source) for source in settings.sources]
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="watcher", daemon=True)
        self._position = 0
        self._swept_at = 0

    def start(self) -> None:
        """Begin; without sources there is nothing to do."""
        if self._sources:
            self._thread.start()

    def stop(self) -> None:
        """End after the batch at hand, and wait for it."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Look at every source once; what fails at one is that one's trouble, and found again."""
        persons = self._persons_decided()
        now = self._clock.now()
        # A clock that was set back is no reason to wait until it is there again.
        sweep = not 0 <= now - self._swept_at < self._settings.sweep_seconds * 1000
        if sweep:
            self._swept_at = now
        for source in self._sources:
            if self._stopping.is_set():
                return
            try:
                source.look(Look(sweep, persons), self._stopping.is_set)
            except (HieError, OSError) as error:
                _log.warning("watcher: a source: %s", type(error).__name__)
        if sweep:
            forget_unreferenced(self._store, now - YOUNGEST, self._stopping.is_set)

    def _persons_decided(self) -> frozenset[PatientId]:
        """Return whom the consent log named since the last look."""
        position, persons = self._position, set[PatientId]()
        with self._store.look() as work:
            while changes := work.consents.changes(position):
                position = changes[-1].sequence
                persons.update(change.patient for change in changes)
        self._position = position
        return frozenset(persons)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except (HieError, OSError) as error:
                # The store is busy: the next look finds the same changes.
                _log.warning("watcher: %s", type(error).__name__)
            self._stopping.wait(self._settings.poll_seconds)
