"""Words for what was filed before words were taken down: read again from the hub's own copies.

A facility's own system asks, patient by patient, under the same leave to file as ever: of whom it may file
nothing, nothing is read. Each batch is one short transaction that asks the gate anew, so the run may be
stopped at any point and run again; what has its words is not read twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.feeds.ingest import DEFECTS
from hie.exchange.feeds.wording import wording_of, wording_of_study
from hie.exchange.gate.publish import Publishable, publishable, written_down
from hie.exchange.ports import Clock, Store, UnitOfWork
from hie.exchange.ports.passages import Unworded
from hie.record.entry import DocumentEntry, Format
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.submission import Reading
from hie.record.wording import Wording

Reader = Callable[[DocumentEntry, bytes, FacilityCode], Reading]
"""Turns the bytes of a document into records."""
AT_ONCE = 200
"""Documents of a transaction."""


class Reindexed(NamedTuple):
    """How far a run is, or what it came to."""

    patients: int = 0
    documents: int = 0
    """Read again; their words are kept, or that they have none."""
    lost: int = 0
    """Whose bytes are missing or damaged, or that no reader can read any more: looked at in the next run."""

    def __add__(self, other: object) -> Reindexed:
        """Add up."""
        if not isinstance(other, Reindexed):
            return NotImplemented
        return Reindexed(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


Told = Callable[[Reindexed], object]


def reindex(store: Store, clock: Clock, facility: FacilityCode, read: Reader, told: Told) -> Reindexed:
    """Give words to all of a facility's documents that have none; `told` hears after each patient."""
    with store.look() as work:
        numbers = sorted(work.consents.logs(facility))
    done = Reindexed()
    for number in numbers:
        done += _patient(store, clock, facility, number, read)
        told(done)
    return done


def _patient(store: Store, clock: Clock, facility: FacilityCode, number: str, read: Reader) -> Reindexed:
    after, found = EntryId(0), Reindexed(patients=1)
    while True:
        with store.work() as work:
            now = clock.now()
            allowed = publishable(work, facility, [number], now).get(number)
            if allowed is None or not work.passages.lacks(allowed.grant, allowed.local_patient, after):
                return found
            # On disk before a document is opened, as everywhere (law 3).
            work.audit.append([written_down(allowed.grant, now, detail="read again for words")])
            work.commit()
            waiting = work.passages.unworded(allowed.grant, allowed.local_patient, after, AT_ONCE)
            texts = dict(_read(work, allowed.grant, waiting, read))
        if not waiting:
            return found
        after = waiting[-1].entry.id
        if texts and not _kept(store, clock, facility, number, allowed, texts):
            return found
        found += Reindexed(0, len(texts), len(waiting) - len(texts))


def _read(
    work: UnitOfWork, grant: Grant, waiting: Sequence[Unworded], read: Reader
) -> Iterator[tuple[EntryId, Wording | None]]:
    """Read documents again; leave out what cannot be read."""
    for entry, content in waiting:
        if entry.format is Format.DICOM:
            filed = work.imaging.instances(grant, entry.facts.key.order_number)
            yield (
                entry.id,
                wording_of_study([one.instance for one in filed if one.local_patient == entry.local_patient]),
            )
        elif content is not None:
            try:
                yield entry.id, wording_of(entry.facts, read(entry, content, entry.custodian).records)
            except DEFECTS:
                continue


def _kept(
    store: Store,
    clock: Clock,
    facility: FacilityCode,
    number: str,
    allowed: Publishable,
    texts: dict[EntryId, Wording | None],
) -> bool:
    """Keep words in one transaction; False where the leave has ended meanwhile."""
    with store.work() as work:
        still = publishable(work, facility, [number], clock.now()).get(number)
        if still is None or still.local_patient != allowed.local_patient:
            return False
        work.passages.add(still.grant, still.local_patient, texts)
        work.audit.append([written_down(still.grant, clock.now(), detail=f"reindexed {len(texts)}")])
    return True
