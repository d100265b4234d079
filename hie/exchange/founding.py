"""Founding a region: facilities, people, patients, links and consents from a prepared list.

For the demo, for tests and for moving a region in. Each thing goes through the desk it would go
through later, with its audit record in the same transaction; a thousand share one, so that a
region of 22,013 patients is founded in flat memory. A region is founded once: a second founding
would open again what was withdrawn in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

from consent.model import ConsentEvent
from hie.exchange.consents import consenting
from hie.exchange.linking import identity
from hie.exchange.ports import Account, AuditEvent, Clock, Store, UnitOfWork
from hie.exchange.roster import people
from hie.record.errors import Conflict
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import Facility, Patient
from hie.record.requester import Purpose, Requester, Role

BATCH = 1000
Thing = TypeVar("Thing")


class Region(NamedTuple):
    """What a region is founded from; the iterables are read once, in this order."""

    facilities: Iterable[Facility]
    accounts: Iterable[Account]
    patients: Iterable[Patient]
    links: Iterable[tuple[LocalPatientId, PatientId]]
    consents: Iterable[ConsentEvent]


def operator(by: str) -> Requester:
    """Name who acts at the machine itself, for the audit records: a part of the system, not an account."""
    return Requester(by, by, FacilityCode(""), Role.SYSTEM, Purpose.ADMINISTRATION)


def found(store: Store, clock: Clock, region: Region, by: str) -> None:
    """Write the region; `by` stands in the audit records and in the history of links.

    Raise `Conflict` where the store has facilities already, and whatever the desks raise.
    """
    requester = operator(by)
    with store.work() as work:
        if work.directory.all():
            raise Conflict("a region is founded here already")
        _open(work, clock.now(), requester, region)
    for patients in _batches(region.patients):
        with store.work() as work:
            identity.enrol(work, clock.now(), requester, patients)
    for links in _batches(region.links):
        with store.work() as work:
            identity.enter(work, clock.now(), requester, links)
    for consents in _batches(region.consents):
        with store.work() as work:
            consenting.enter(work, clock.now(), requester, consents)


def _open(work: UnitOfWork, now: int, requester: Requester, region: Region) -> None:
    """Write the facilities and those who may sign in."""
    facilities = list(region.facilities)
    for facility in facilities:
        work.directory.add(facility)
    work.audit.append(
        [AuditEvent(now, requester, "facility-added", "done", "", 0, (), 0, one.code) for one in facilities]
    )
    people.enter(work, now, requester, list(region.accounts))


def _batches(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    remaining = iter(things)
    while batch := list(islice(remaining, BATCH)):
        yield batch
