"""What a facility's own people hand in, fed like a source: same gate, same readers, same quarantine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from hie.exchange.feeds.filing import Committed, Manner, Outcome, Said
from hie.exchange.feeds.ingest import Ingest
from hie.exchange.feeds.studies import ImagingIngest
from hie.exchange.ports import Clock, Store, UnitOfWork
from hie.record.entry import Format
from hie.record.errors import Conflict, NotFound
from hie.record.identifiers import FacilityCode, PatientId, content_hash
from hie.record.submission import Submission

FOLDER = "uploads"
"""Begins every locator of what was handed in."""
NO_TURN: AbstractContextManager[object] = nullcontext()
"""What a person hands in does not stand in the line of the feeders, which ends nobody knows when.

It is a few short transactions that wait for the database as the audit row of any page does, no longer
than the store is patient; a big load commits in pieces and lets them in between.
"""


class Handed(NamedTuple):
    """One document as it is handed in."""

    number: str
    """The facility's own number of the patient."""
    name: str
    """As a storage would name it; of an image anything."""
    content: bytes

    def __repr__(self) -> str:
        """Show the size only."""
        return f"Handed({len(self.content)} bytes)"


class HandedSource:
    """The documents of one patient out of one upload; keeps the promise of `PatientSource`."""

    def __init__(self, upload: str, patient: str, documents: Sequence[tuple[int, Handed]]) -> None:
        """Stand for numbered documents of `upload`."""
        self.locator = f"{FOLDER}/{upload}"
        self.patient = patient
        self._documents: Mapping[str, Handed] = {
            f"{self.locator}/{place}": document for place, document in documents
        }

    def submissions(self) -> list[Submission]:
        """Name the documents by their place in the upload; their hashes are known."""
        return [
            Submission(locator, one.name, self.patient, content_hash(one.content))
            for locator, one in self._documents.items()
        ]

    def read(self, submission: Submission) -> bytes:
        """Return the bytes."""
        found = self._documents.get(submission.locator)
        if found is None:
            raise NotFound("no such document of the upload")
        return found.content


def feed(  # noqa: PLR0913, PLR0917  whose, what, and how
    store: Store,
    clock: Clock,
    facility: FacilityCode,
    upload: str,
    how: Format,
    documents: Sequence[Handed],
    turn: AbstractContextManager[object] = NO_TURN,
    whose: Mapping[str, PatientId] = {},
) -> list[Said]:
    """Feed documents of one format; return what became of each, in order, once it is on disk.

    `whose` says of numbers whose they must be: what is of a number that is another person's by now is
    withheld. Raise `Conflict` where it becomes another's while it is read.
    Raise `Unavailable` where the database stays locked for longer than any page waits for it.
    """
    said: dict[str, Said] = {}

    def hear(committed: Committed) -> None:
        said.update((one.locator, one) for one in committed.said)

    def fence(work: UnitOfWork) -> None:
        if _moved(work, facility, whose):
            raise Conflict("a number became another person's meanwhile")

    with store.look() as work:
        moved = _moved(work, facility, whose)
    manner = Manner(turn, hear, fence=fence, piecewise=True)
    whose = {number: person for number, person in whose.items() if number not in moved}
    feeder = (
        ImagingIngest(store, clock, facility, manner)
        if how is Format.DICOM
        else Ingest(store, clock, facility, manner, how)
    )
    by_number: dict[str, list[tuple[int, Handed]]] = {}
    for place, one in enumerate(documents, 1):
        by_number.setdefault(one.number, []).append((place, one))
    feeder.feed(
        [HandedSource(upload, number, some) for number, some in by_number.items() if number not in moved]
    )
    feeder.flush()
    places = [f"{FOLDER}/{upload}/{place}" for place in range(1, len(documents) + 1)]
    said |= {
        place: Said(place, Outcome.WITHHELD)
        for place, one in zip(places, documents, strict=True)
        if one.number in moved
    }
    return [said.get(place, Said(place, None)) for place in places]


def _moved(work: UnitOfWork, facility: FacilityCode, whose: Mapping[str, PatientId]) -> frozenset[str]:
    """Return the numbers that are another person's than they were."""
    linked = work.patients.resolve(facility, list(whose))
    return frozenset(number for number, (_, person) in linked.items() if whose[number] != person)


def release(store: Store, facility: FacilityCode, upload: str) -> None:
    """Let go of what stood in quarantine of an upload that is taken away."""
    below = f"{FOLDER}/{upload}/"
    with store.work() as work:
        held = [one.locator for one in work.feeds.quarantined(facility) if one.locator.startswith(below)]
        work.feeds.release(facility, held)
