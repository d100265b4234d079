"""Watches the configured sources inside `hie hub` and feeds what changed, in a thread of its own.

A change of consent or link feeds a patient again whose folder has not moved: numbers that were
withheld are asked about whenever the consent log grew, and in every sweep. They are remembered in
memory only.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import Event, Thread
from typing import NamedTuple

from adapters import dicom_folder
from adapters.detecting import format_of
from adapters.watching import SettledFolder, WatchedFolder, WatchedStorage
from hie.exchange.filing import Tally, seen
from hie.exchange.ingest import record_run
from hie.exchange.ports import Clock, Store
from hie.exchange.publish import publishable
from hie.exchange.sources import PatientSource
from hie.hub.feeding import PATIENTS_AT_ONCE, Feeding, chunks, feeder_of
from hie.hub.settings import Settings, Source
from hie.record.entry import Format
from hie.record.errors import HieError, Invalid
from hie.record.identifiers import FacilityCode

NANOSECONDS = 1_000_000
"""In a millisecond of the clock."""
_NUMBERS_AT_ONCE = 500

_log = logging.getLogger(__name__)


class Look(NamedTuple):
    """What one look at a source is for."""

    sweep: bool
    """Whether every file is looked at, not only folders."""
    asked_again: bool
    """Whether withheld patients are asked about."""


class WatchedSource:
    """One watched folder of one facility."""

    def __init__(self, store: Store, clock: Clock, settings: Settings, source: Source) -> None:
        """Watch `source`; nothing is read yet."""
        self._store = store
        self._clock = clock
        self._feeding = Feeding(settings, FacilityCode(source.facility))
        self._path = source.path
        self._storage = WatchedStorage(source.path)
        self._folder = WatchedFolder(source.path)
        self._again: set[str] = set()
        """Patients to be looked at again although their folders rest: unsettled, or not yet committed."""
        self._withheld: set[str] = set()

    def look(self, look: Look) -> Tally:
        """Feed what changed since the last look; return what became of the files that were looked at.

        What was found changed is found again in the next look unless it was committed in this one.
        """
        started_at = self._clock.now()
        try:
            kind = format_of(self._path)
        except Invalid:
            return Tally()
        taken: set[str] = set(self._again)
        unsettled: set[str] = set()
        try:
            tally = self._feed(kind, look, taken, unsettled)
        except (HieError, OSError):
            self._again = taken
            self._folder.forget()
            raise
        self._again = unsettled
        if seen(tally):
            record_run(self._store, self._clock, self._feeding.facility, started_at, tally)
        return tally

    def _feed(self, kind: Format, look: Look, taken: set[str], unsettled: set[str]) -> Tally:
        feeder = feeder_of(self._store, self._feeding, kind)
        sources = self._images(look) if kind is Format.DICOM else self._changed(look, taken)
        for chunk in chunks(sources, PATIENTS_AT_ONCE):
            patients = [one.patient for one in chunk]
            feeder.feed(chunk)
            unsettled.update(one.patient for one in chunk if isinstance(one, SettledFolder) and one.unsettled)
            self._remember_withheld(patients)
        feeder.flush()
        return feeder.tally

    def _images(self, look: Look) -> Iterator[PatientSource]:
        if self._folder.changed() or look.asked_again:
            yield from dicom_folder.patients(self._path)

    def _changed(self, look: Look, taken: set[str]) -> Iterator[PatientSource]:
        now = self._clock.now() * NANOSECONDS
        again = set(self._again)
        if look.asked_again:
            again |= self._now_allowed()
        for folder in self._storage.swept(now) if look.sweep else self._storage.changed(now):
            again.discard(folder.patient)
            taken.add(folder.patient)
            yield folder
        for patient in sorted(again):
            if folder_again := self._storage.folder(patient, now):
                yield folder_again

    def _remember_withheld(self, patients: list[str]) -> None:
        allowed = self._allowed(patients)
        self._withheld |= set(patients) - allowed
        self._withheld -= allowed

    def _now_allowed(self) -> set[str]:
        found: set[str] = set()
        for chunk in chunks(sorted(self._withheld), _NUMBERS_AT_ONCE):
            found |= self._allowed(chunk)
        return found

    def _allowed(self, patients: list[str]) -> set[str]:
        with self._store.look() as work:
            return set(publishable(work, self._feeding.facility, patients, self._clock.now()))


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
        """Look at every source once."""
        now = self._clock.now()
        sweep = now - self._swept_at >= self._settings.sweep_seconds * 1000
        look = Look(sweep, sweep or self._consents_grew())
        if sweep:
            self._swept_at = now
        for source in self._sources:
            if not self._stopping.is_set():
                source.look(look)

    def _consents_grew(self) -> bool:
        before = self._position
        with self._store.look() as work:
            while changes := work.consents.changes(self._position):
                self._position = changes[-1].sequence
        return self._position > before

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except (HieError, OSError) as error:
                # The store is busy or a share is away: the next look finds the same changes.
                _log.warning("watcher: %s", type(error).__name__)
            self._stopping.wait(self._settings.poll_seconds)
