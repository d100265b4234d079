"""Batches: what is to be filed is gathered, then filed in one short transaction.

Reading takes no lock; only the transaction does. In it the gate is asked again, so that decision,
audit record and documents are committed together (law 3), and what another ingest filed in the
meantime is not filed twice. Nothing counts before the commit returned (law 5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.feeds.forgetting import discard
from hie.exchange.gate.publish import Publishable, publishable, written_down
from hie.exchange.linking.hearing import Heard, hear
from hie.exchange.ports import Clock, Filing, Known, Packed, Quarantined, Store, UnitOfWork
from hie.record.clinical import Encounter, MedicationRequest, Observation
from hie.record.entry import NO_LABELS, EntryFacts, EntryKey, EntryStatus, Format
from hie.record.findings import Finding
from hie.record.identifiers import ContentHash, EntryId, FacilityCode
from hie.record.wording import Wording

FILINGS_PER_COMMIT = 1_000
BYTES_PER_COMMIT = 32 * 1024 * 1024

_new = tuple.__new__

LARGE = 64 * 1024
"""Documents from this size on go to the object store, smaller ones into the entry's transaction."""


class Outcome(StrEnum):
    """What became of a file whose turn came; the counts of a run."""

    INDEXED = "indexed"
    UNCHANGED = "unchanged"
    WITHHELD = "withheld"
    QUARANTINED = "quarantined"
    AMENDED = "amended"
    """Beside the others: unchanged bytes whose status changed. Not counted as seen."""


SEEN = (Outcome.INDEXED, Outcome.UNCHANGED, Outcome.WITHHELD, Outcome.QUARANTINED)

Tally = Counter[Outcome]


def seen(tally: Tally) -> int:
    """Return how many files had their turn."""
    return sum(tally[outcome] for outcome in SEEN)


class Said(NamedTuple):
    """What became of one document."""

    locator: str
    outcome: Outcome | None
    """None where it was named and its bytes were not there."""
    reason: str = ""
    """Rule id of what put it into quarantine."""
    message: str = ""


class Committed(NamedTuple):
    """What one commit made durable: the acknowledgement."""

    locators: tuple[str, ...]
    """The filed documents, as the source names them."""
    tally: Tally
    said: tuple[Said, ...] = ()
    """Of every document that had its turn, where sources are piecewise; else empty."""


def _no_fence(work: UnitOfWork) -> None:
    """Let every transaction file."""


class Manner(NamedTuple):
    """How a feeder commits."""

    turn: AbstractContextManager[object] = nullcontext()
    """Entered for each transaction: writers of several processes wait in line."""
    acknowledge: Callable[[Committed], None] | None = None
    """Hears of each commit, after it."""
    commit_every: int = FILINGS_PER_COMMIT
    """Documents after which a batch is committed."""
    fence: Callable[[UnitOfWork], object] = _no_fence
    """Asked first in each transaction; an exception ends it, and nothing is filed."""
    piecewise: bool = False
    """Sources name some documents of a patient, not all; it is told what became of each."""
    labels: int = NO_LABELS
    """Bits of `Label` that every document of these sources bears, besides those of its facility."""


def labels_always(work: UnitOfWork, facility: FacilityCode, manner: Manner) -> int:
    """Return the labels that every document of a facility's source bears, as hub and edge were told."""
    return manner.labels | next((one.labels for one in work.directory.all() if one.code == facility), 0)


def pack(store: Store, data_kind: str, content: bytes) -> Packed:
    """Compress a small document; put a large one into the object store, on disk before its entry."""
    if len(content) < LARGE:
        return store.packer.pack(data_kind, content)
    store.objects.put(content)
    return Packed(b"", 0)


class Draft(NamedTuple):
    """A document on its way into a batch, not yet compressed."""

    facts: EntryFacts
    format: Format
    content_hash: ContentHash
    content: bytes
    observations: Sequence[Observation]
    medications: Sequence[MedicationRequest]
    encounter: Encounter | None = None
    text: Wording | None = None


class Part:
    """What one visit to one patient wants to write."""

    def __init__(self, patient: str, allowed: Publishable, *, telling: bool) -> None:
        """Begin for `patient`, whom the gate `allowed` when asked before reading."""
        self.said: dict[str, Said] | None = {} if telling else None
        """What became of each document, by locator, if anybody asks."""
        self.patient = patient
        self.local_patient = allowed.local_patient
        self.grant = allowed.grant
        self.drafts: list[Draft] = []
        self.filings: list[Filing] = []
        """Made from the drafts when the batch is committed."""
        self.locators: list[str] = []
        self.amendments: dict[EntryId, EntryStatus] = {}
        self.quarantined: list[Quarantined] = []
        self.released: list[str] = []
        self.heard: Heard | None = None
        """What an ADT-00 among the drafts says of the number."""
        self.demographics = ""
        """Time stamp of the newest ADT-00 that is current."""
        self.tally: Tally = Counter()

    @property
    def writes(self) -> bool:
        """Say whether there is anything to write."""
        return bool(self.drafts or self.amendments or self.quarantined or self.released)

    def say(self, locator: str, outcome: Outcome | None, finding: Finding | None = None) -> None:
        """Note what became of a document."""
        if self.said is not None:
            why = (finding.code, finding.message) if finding else ("", "")
            self.said[locator] = Said(locator, outcome, *why)


class Batch:
    """Parts on their way to one transaction."""

    def __init__(self, store: Store, clock: Clock, facility: FacilityCode, manner: Manner) -> None:
        """File for `facility`."""
        self._store = store
        self._clock = clock
        self._facility = facility
        self._manner = manner
        self._parts: list[Part] = []
        self._refused: list[Said] = []
        self._count = self._size = 0

    @property
    def full(self) -> bool:
        """Say whether it is time to commit."""
        return self._count >= self._manner.commit_every or self._size >= BYTES_PER_COMMIT

    def file(self, part: Part, draft: Draft, locator: str) -> None:
        """Add a document to one of the parts."""
        part.drafts.append(draft)
        part.locators.append(locator)
        self._count += 1
        self._size += len(draft.content)

    def begin(self, patient: str, allowed: Publishable) -> Part:
        """Add a part for `patient` and return it, to be filled."""
        part = Part(patient, allowed, telling=self._manner.piecewise)
        self._parts.append(part)
        return part

    def refuse(self, locators: Iterable[str]) -> None:
        """Tell with the next commit that these were withheld: their patient has no leave."""
        self._refused.extend(Said(locator, Outcome.WITHHELD) for locator in locators)

    def forget(self, locators: Sequence[str]) -> None:
        """Take these out of quarantine now: their patient's leave has ended."""
        with self._manner.turn, self._store.work() as work:
            self._manner.fence(work)
            work.feeds.release(self._facility, locators)

    def commit(self) -> Tally:
        """File all parts; return what became of their files, once it is on disk."""
        parts, self._parts = self._parts, []
        self._count = self._size = 0
        writing = [part for part in parts if part.writes]
        for part in writing:
            part.filings = self._packed(part.drafts)
        if writing:
            put = _large(writing)
            with self._manner.turn:
                with self._store.work() as work:
                    self._manner.fence(work)
                    self._write(work, writing)
                if withheld := put - _large(writing):
                    discard(self._store, withheld)
        tally: Tally = Counter()
        for part in parts:
            tally.update(part.tally)
        said, self._refused = self._refused, []
        if self._manner.acknowledge and (parts or said):
            said.extend(one for part in parts for one in (part.said or {}).values())
            names = tuple(name for part in writing for name in part.locators)
            self._manner.acknowledge(Committed(names, tally, tuple(said)))
        return tally

    def _packed(self, drafts: Sequence[Draft]) -> list[Filing]:
        """Compress documents one after the other: between two readings it would take twice as long."""
        return [
            _new(
                Filing,
                (
                    facts,
                    how,
                    digest,
                    len(content),
                    *pack(self._store, facts.key.data_kind, content),
                    observations,
                    medications,
                    encounter,
                    text,
                ),
            )
            for facts, how, digest, content, observations, medications, encounter, text in drafts
        ]

    def _write(self, work: UnitOfWork, parts: Sequence[Part]) -> None:
        now = self._clock.now()
        allowed = publishable(work, self._facility, sorted({part.patient for part in parts}), now)
        audit = []
        for part in parts:
            still = allowed.get(part.patient)
            if still is None or still[0] != part.local_patient or still.grant.patient != part.grant.patient:
                _withhold(part)
                continue
            _keep_covered(part, still.grant)
            _drop_filed(part, work.registry.known(part.local_patient))
            if part.filings:
                work.registry.register(still.grant, part.local_patient, part.filings)
            if part.amendments:
                work.registry.amend(still.grant, part.amendments)
            audit.append(written_down(still.grant, now, _detail(part)))
        work.audit.append(audit)
        if heard := [part.heard for part in parts if part.heard]:
            hear(work, now, heard)
        if quarantined := [item for part in parts for item in part.quarantined]:
            work.feeds.quarantine(quarantined)
        if released := [locator for part in parts for locator in part.released]:
            work.feeds.release(self._facility, released)


def _large(parts: Sequence[Part]) -> set[ContentHash]:
    """Name the documents in the object store."""
    return {filing.content_hash for part in parts for filing in part.filings if not filing.packed}


def _withhold(part: Part) -> None:
    """Forget a part whose leave ended while it was read; only its number of files stays."""
    part.tally = Counter({Outcome.WITHHELD: seen(part.tally)})
    part.heard = None
    for locator in part.said or ():
        part.say(locator, Outcome.WITHHELD)
    for written in (
        part.drafts,
        part.filings,
        part.locators,
        part.amendments,
        part.quarantined,
        part.released,
    ):
        written.clear()


def _keep_covered(part: Part, grant: Grant) -> None:
    """Withhold what a grant that changed meanwhile no longer covers."""
    if (grant.opened, grant.closed) == (part.grant.opened, part.grant.closed):
        return
    custodian = grant.requester.facility
    # What would become current again is looked at in the next run, with the new grant.
    part.amendments = {
        entry: status for entry, status in part.amendments.items() if status is not EntryStatus.APPROVED
    }
    _keep(
        part,
        [
            grant.covers(
                custodian, facts.document_class, facts.service_day, facts.confidentiality, facts.labels
            )
            for facts in (filing.facts for filing in part.filings)
        ],
        Outcome.WITHHELD,
    )


def _drop_filed(part: Part, known: Mapping[EntryKey, Sequence[Known]]) -> None:
    """Leave out what somebody else filed since the part was compared."""
    held = {(key, one.content_hash) for key, all_held in known.items() for one in all_held}
    if held:
        _keep(
            part,
            [(filing.facts.key, filing.content_hash) not in held for filing in part.filings],
            Outcome.UNCHANGED,
        )


def _keep(part: Part, keep: Sequence[bool], otherwise: Outcome) -> None:
    dropped = len(keep) - sum(keep)
    if dropped:
        for locator, kept in zip(part.locators, keep, strict=True):
            if not kept:
                part.say(locator, otherwise)
        part.filings = [filing for filing, kept in zip(part.filings, keep, strict=True) if kept]
        part.locators = [locator for locator, kept in zip(part.locators, keep, strict=True) if kept]
        part.tally[Outcome.INDEXED] -= dropped
        part.tally[otherwise] += dropped


def _detail(part: Part) -> str:
    return f"filed {len(part.filings)}, amended {len(part.amendments)}, quarantined {len(part.quarantined)}"
