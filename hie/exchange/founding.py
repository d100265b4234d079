"""Founding a region: facilities, people, patients, links and consents from a prepared list.

For the demo, for tests and for moving a region in. Each thing goes through its port like any
other, in transactions of a thousand, so that a region of 22,013 patients is founded in flat
memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import NamedTuple, TypeVar

from consent.model import ConsentEvent
from hie.exchange.ports import Account, Clock, Store, UnitOfWork
from hie.record.identifiers import LocalPatientId, PatientId
from hie.record.people import Facility, Patient

BATCH = 1000
Thing = TypeVar("Thing")


class Region(NamedTuple):
    """What a region is founded from; the iterables are read once, in this order."""

    facilities: Iterable[Facility]
    accounts: Iterable[Account]
    patients: Iterable[Patient]
    links: Iterable[tuple[LocalPatientId, PatientId]]
    consents: Iterable[ConsentEvent]


def found(store: Store, clock: Clock, region: Region, by: str) -> None:
    """Write the region; `by` stands in the history of links."""
    with store.work() as work:
        for facility in region.facilities:
            work.directory.add(facility)
        for account in region.accounts:
            work.accounts.add(account)
    _in_batches(store, region.patients, lambda work, patient: work.patients.enrol(patient))
    _in_batches(
        store,
        region.links,
        lambda work, linked: work.patients.link(linked[0], linked[1], by, clock.now()),
    )
    _in_batches(store, region.consents, lambda work, event: work.consents.record(event))


def _in_batches(store: Store, things: Iterable[Thing], write: Callable[[UnitOfWork, Thing], object]) -> None:
    remaining = iter(things)
    while batch := list(islice(remaining, BATCH)):
        with store.work() as work:
            for thing in batch:
                write(work, thing)
