"""Taking a batch from an edge: the fence, the consent list's position, recalls, then documents.

The hub gates again: what an edge sends passes the same gate as what the hub reads itself, and what
may not stay is dropped with its bytes and only counted. A batch restates what stands at the source,
so it may come twice, late, or beside another one of its facility: whatever came, the hub ends where
the batch with the greatest number left it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from typing import BinaryIO, NamedTuple

from consent.gate import maintain
from consent.grant import MaintenanceGrant, MaintenanceTask
from consent.model import Action, ConsentEvent, Question, Region, decisions_of
from hie.exchange.feeds.edges import heard
from hie.exchange.feeds.filing import Committed, Manner, Outcome, Said, Tally
from hie.exchange.feeds.ingest import Ingest, record_run
from hie.exchange.feeds.parcels import Batch, Fate, Parcel, ParcelDocument, Receipt, read_head
from hie.exchange.feeds.studies import ImagingIngest
from hie.exchange.gate.policy import Known, digest_of, policy_of
from hie.exchange.gate.publish import publisher
from hie.exchange.ports import AuditEvent, Clock, Edge, Store, UnitOfWork
from hie.record.entry import EntryKey, Format
from hie.record.errors import Conflict, Invalid, NotFound, Unreadable
from hie.record.findings import Finding, Severity
from hie.record.identifiers import ContentHash, PatientId, content_hash
from hie.record.submission import Submission
from ssmix2.layout import parse_name

COMMIT_EVERY = 200
"""Documents of one transaction: whoever else writes waits no longer than that takes."""
PATIENTS_AT_ONCE = 32
RECALLS_AT_ONCE = 100
RECALLED = "recalled"
"""Why a withdrawal that an edge asked for happened; a code of `consent.reasons`."""
_LONGEST_SOURCE = 100
_GREATEST_NUMBER = 2**62


class Taken(NamedTuple):
    """The batch was taken; what became of each of its documents is on disk."""

    receipts: tuple[Receipt, ...]


class PolicyMoved(NamedTuple):
    """It was made under another consent list than the facility's present one."""

    position: int


class NumberPassed(NamedTuple):
    """A batch with a greater number was there before, or the edge may no longer speak."""

    number: int


class SpokenTwice(NamedTuple):
    """Two copies of the edge speak: neither is heard until somebody has stopped one."""

    number: int
    """Of the batch."""


Refusal = PolicyMoved | NumberPassed | SpokenTwice
Reception = Taken | Refusal


class Positions:
    """Where consent lists stand, asked of the database only for what is new; for many threads."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[str, tuple[int, int]] = {}
        self._digests: dict[str, tuple[int, int, str]] = {}

    def of(self, work: UnitOfWork, edge: Edge) -> int:
        """Return the position of the facility's list."""
        region = work.consents.position()
        seen, position = self._known.get(edge.facility, (-1, 0))
        if seen != region:
            position = work.consents.position(edge.facility, position)
            self._known[edge.facility] = (region, position)
        return position

    def is_news(self, work: UnitOfWork, edge: Edge, known: Known, now: int) -> bool:
        """Say whether an edge has something to hear: another list, or that the database was restored.

        A restored database knows lower numbers, or uses a position again for another list.
        """
        position, incarnation = self.of(work, edge), work.edges.incarnation()
        present = work.edges.of(edge.facility) or edge
        if position != known.position or present.number < known.number:
            return True
        if known.incarnation and known.incarnation != incarnation:
            return True
        return bool(known.digest) and known.digest != self._digest(work, edge, (position, incarnation), now)

    def _digest(self, work: UnitOfWork, edge: Edge, which: tuple[int, int], now: int) -> str:
        *seen, digest = self._digests.get(edge.facility, (-1, 0, ""))
        if tuple(seen) != which:
            digest = digest_of(policy_of(work, edge.facility, now))
            self._digests[edge.facility] = (*which, digest)
        return digest


class _Passed(Conflict):
    """The fence is closed to this batch."""


class Receiving:
    """Takes the batches of all edges."""

    def __init__(self, store: Store, clock: Clock, positions: Positions) -> None:
        """File in `store`."""
        self._store = store
        self._clock = clock
        self._positions = positions

    def begin(
        self,
        edge: Edge,
        batch: Batch,
        turn: AbstractContextManager[object] = nullcontext(),  # noqa: B008  holds nothing
    ) -> Refusal | None:
        """Look at the head of a batch while the rest of it comes; return why it is not taken, if it is not.

        The list must be the present one now. What is decided while the rest comes is asked of the gate
        in the transactions that file: at a busy desk a large batch would else never end in time. Raises
        `Invalid`, `Unavailable`.
        """
        if not 0 <= batch.number <= _GREATEST_NUMBER:
            raise Invalid("a batch has a number")
        try:
            with turn, self._store.work() as work:
                position, known = self._positions.of(work, edge), work.edges.of(edge.facility) or edge
                if batch.incarnation and (
                    batch.incarnation != work.edges.incarnation()
                    or (known.epoch == edge.epoch and batch.acknowledged > known.number)
                ):
                    return PolicyMoved(position)  # restored: its number must not hide that from the edge
                self._fence(work, edge, batch)
                if not heard(work, edge.facility, batch.run, self._clock.now()):
                    return SpokenTwice(batch.number)
        except _Passed:
            return self._passed(edge)
        return PolicyMoved(position) if position != batch.policy else None

    def receive(
        self,
        edge: Edge,
        content: BinaryIO,
        turn: AbstractContextManager[object] = nullcontext(),  # noqa: B008  holds nothing
        *,
        begun: bool = False,
    ) -> Reception:
        """Take one batch of `edge` from a stream that can be read at any place; return when it is on disk.

        It is begun first, unless it was. Raises `Invalid` where it is no batch, `Unavailable` where the
        store is in trouble; what was filed until then stays, and the batch may come again.
        """
        batch = read_head(content)
        bodies = _Bodies(content, batch)
        if not begun and (refused := self.begin(edge, batch, turn)):
            return refused
        try:
            receipts = self._recall(edge, batch, turn)
            receipts += self._file(edge, batch, bodies, turn)
            return Taken(tuple(receipts))
        except _Passed:
            return self._passed(edge)

    def _passed(self, edge: Edge) -> NumberPassed:
        with self._store.look() as work:
            return NumberPassed((work.edges.of(edge.facility) or edge).number)

    def _fence(self, work: UnitOfWork, edge: Edge, batch: Batch) -> None:
        if not work.contacts.fence(edge, batch.number, self._clock.now()):
            raise _Passed("another batch was there before")

    # --- taking back ---

    def _recall(self, edge: Edge, batch: Batch, turn: AbstractContextManager[object]) -> list[Receipt]:
        recalls = [parcel for parcel in batch.parcels if parcel.recall]
        receipts: list[Receipt] = []
        idle: list[MaintenanceGrant] = []
        for start in range(0, len(recalls), RECALLS_AT_ONCE):
            some = recalls[start : start + RECALLS_AT_ONCE]
            with turn, self._store.work() as work:
                self._fence(work, edge, batch)
                without, spared = self._withdraw(work, edge, some)
                idle += without
                if idle and start + RECALLS_AT_ONCE >= len(recalls):
                    work.audit.append([_nothing_taken(idle, self._clock.now())])
            receipts.extend(
                one for parcel, stands in zip(some, spared, strict=True) for one in _recalled(parcel, stands)
            )
        return receipts

    def _withdraw(
        self, work: UnitOfWork, edge: Edge, parcels: Sequence[Parcel]
    ) -> tuple[list[MaintenanceGrant], list[frozenset[EntryKey]]]:
        """Take back and write it down.

        Return the leaves of known people by which nothing was taken, and by parcel what was spared.
        """
        now = self._clock.now()
        linked = work.patients.resolve(edge.facility, sorted({parcel.patient for parcel in parcels}))
        logs = work.consents.events(list({person for _, person in linked.values()}))
        region = work.directory.region()
        standing = [one.locator for one in work.feeds.quarantined(edge.facility)]
        released: list[str] = []
        grants: dict[PatientId, MaintenanceGrant] = {}
        taken: Counter[PatientId] = Counter()
        spared: list[frozenset[EntryKey]] = []
        for parcel in parcels:
            person = linked[parcel.patient][1] if parcel.patient in linked else PatientId("")
            if person not in grants:
                grants[person] = _leave(edge, person, logs.get(person, ()), now, region)
            keys, hashes = _named(parcel)
            done = work.maintenance.withdraw(grants[person], parcel.patient, keys, hashes)
            taken[person] += done.taken
            spared.append(done.spared)
            places = {_place(parcel, one.locator) for one in parcel.documents}
            below = f"{_folder(parcel)}/"
            released += [one for one in standing if (one in places if places else one.startswith(below))]
        work.feeds.release(edge.facility, released)
        work.audit.append([_written_down(grants[one], now, count) for one, count in taken.items() if count])
        return [grants[one] for one, count in taken.items() if one and not count], spared

    # --- filing ---

    def _file(
        self, edge: Edge, batch: Batch, bodies: _Bodies, turn: AbstractContextManager[object]
    ) -> list[Receipt]:
        said: dict[str, Said] = {}

        def hear(committed: Committed) -> None:
            said.update((one.locator, one) for one in committed.said)

        manner = Manner(turn, hear, COMMIT_EVERY, lambda work: self._fence(work, edge, batch), piecewise=True)
        started_at, tally = self._clock.now(), Tally()
        parcels = [parcel for parcel in batch.parcels if not parcel.recall]
        for (_, how, labels), of_source in groupby(sorted(parcels, key=_source), key=_source):
            manner = manner._replace(labels=labels)
            feeder = (
                ImagingIngest(self._store, self._clock, edge.facility, manner)
                if how is Format.DICOM
                else Ingest(self._store, self._clock, edge.facility, manner, how)
            )
            patients = list(_patients(of_source, bodies))
            for start in range(0, len(patients), PATIENTS_AT_ONCE):
                feeder.feed(patients[start : start + PATIENTS_AT_ONCE])
            feeder.flush()
            tally += feeder.tally
        if any(count for outcome, count in tally.items() if outcome is not Outcome.UNCHANGED):
            record_run(self._store, self._clock, edge.facility, started_at, tally)
        return [
            _receipt(parcel, one, said.get(_place(parcel, one.locator)))
            for parcel in parcels
            for one in parcel.documents
        ]


class _Bodies:
    """Where in the stream the bytes of each document lie."""

    def __init__(self, content: BinaryIO, batch: Batch) -> None:
        """Measure; raises `Invalid` where the stream does not hold exactly what the head says."""
        self._content = content
        self._places: dict[tuple[str, str], tuple[int, ParcelDocument]] = {}
        at = content.tell()
        for parcel in batch.parcels:
            _check(parcel)
            for document in parcel.documents:
                if document.sent:
                    self._places[_folder(parcel), document.locator] = (at, document)
                    at += document.size
        if content.seek(0, 2) != at:
            raise Invalid("the batch has more or fewer bytes than its head says")

    def read(self, folder: str, locator: str) -> bytes:
        """Return a document's bytes; raises `NotFound` if they were not sent, `Unreadable` if altered."""
        if (folder, locator) not in self._places:
            raise NotFound("its bytes are not in the batch")
        at, document = self._places[folder, locator]
        self._content.seek(at)
        content = self._content.read(document.size)
        if content_hash(content) != document.content_hash:
            raise Unreadable(_ALTERED)
        return content


class _Pieces:
    """What a batch says of one patient of one source; keeps the promise of `PatientSource`."""

    def __init__(
        self, folder: str, patient: str, documents: Sequence[ParcelDocument], bodies: _Bodies
    ) -> None:
        self.patient = patient
        self.locator = folder
        self._documents = documents
        self._bodies = bodies

    def submissions(self) -> list[Submission]:
        """Name the documents, sorted by name."""
        return [
            Submission(f"{self.locator}/{one.locator}", one.name, self.patient, one.content_hash)
            for one in sorted(self._documents, key=lambda one: (one.name, one.locator))
        ]

    def read(self, submission: Submission) -> bytes:
        """Return the bytes, or raise `NotFound` where they were not sent."""
        return self._bodies.read(self.locator, submission.locator.removeprefix(f"{self.locator}/"))


def _check(parcel: Parcel) -> None:
    if not parcel.source or "/" in parcel.source or len(parcel.source) > _LONGEST_SOURCE:
        raise Invalid("a source has a short name without a slash")
    if not parcel.patient or "/" in parcel.patient:
        raise Invalid("a parcel speaks of one patient")
    if parcel.recall and any(one.sent for one in parcel.documents):
        raise Invalid("what is taken back is not sent along")


def _source(parcel: Parcel) -> tuple[str, Format, int]:
    return (parcel.source, parcel.format, parcel.labels)


def _patients(parcels: Iterator[Parcel], bodies: _Bodies) -> Iterator[_Pieces]:
    """Put together what a batch says of each patient of one source."""
    documents: dict[tuple[str, str], dict[str, ParcelDocument]] = {}
    for parcel in parcels:
        of_patient = documents.setdefault((_folder(parcel), parcel.patient), {})
        of_patient.update((one.locator, one) for one in parcel.documents)
    for (folder, patient), named in documents.items():
        yield _Pieces(folder, patient, list(named.values()), bodies)


def _folder(parcel: Parcel) -> str:
    """Name, at the hub, what all documents of a patient of a source lie below."""
    return f"{parcel.source}/{parcel.patient}"


def _place(parcel: Parcel, locator: str) -> str:
    return f"{_folder(parcel)}/{locator}"


def _receipt(parcel: Parcel, document: ParcelDocument, said: Said | None) -> Receipt:
    fate = _FATES[said.outcome if said else None]
    reason, message = (said.reason, said.message) if said else ("", "")
    return Receipt(parcel.source, parcel.patient, document.locator, fate, reason, message)


def _recalled(parcel: Parcel, spared: frozenset[EntryKey]) -> Iterator[Receipt]:
    """Say what was taken back; what was spared stands, and is asked for again when the clocks agree."""
    if not parcel.documents:
        yield Receipt(parcel.source, parcel.patient, "", Fate.STANDS if spared else Fate.RECALLED)
    for one in parcel.documents:
        key = _key(parcel, one)
        stands = bool(spared) and (key is None or key in spared)
        yield Receipt(parcel.source, parcel.patient, one.locator, Fate.STANDS if stands else Fate.RECALLED)


def _key(parcel: Parcel, document: ParcelDocument) -> EntryKey | None:
    """Return the key a name says; none where only the bytes would say it."""
    name = parse_name(document.name) if parcel.format is not Format.DICOM else None
    return EntryKey(*name[1:5]) if name is not None else None


def _leave(
    edge: Edge, person: PatientId, events: Sequence[ConsentEvent], now: int, region: Region
) -> MaintenanceGrant:
    """Ask the gate for leave to take back; a number that is nobody's any more may keep nothing."""
    question = Question(
        publisher(edge.facility), Action.PUBLISH, person, decisions_of(events), now, region=region
    )
    return maintain(question, MaintenanceTask.WITHDRAWAL, RECALLED)


def _named(parcel: Parcel) -> tuple[list[EntryKey] | None, list[ContentHash]]:
    """Say which entries a recall names: by key where the name says it, and by hash; `None` for all."""
    if not parcel.documents:
        return None, []
    keys = [_key(parcel, one) for one in parcel.documents]
    return [key for key in keys if key is not None], [one.content_hash for one in parcel.documents]


def _written_down(grant: MaintenanceGrant, now: int, taken: int) -> AuditEvent:
    return AuditEvent(
        at=now,
        requester=grant.requester,
        action=grant.task,
        outcome="done",
        patient=grant.patient,
        entry=0,
        reasons=(grant.reason,),
        position=grant.position,
        detail=f"withdrew {taken}",
        custodian=grant.requester.facility,
    )


def _nothing_taken(idle: Sequence[MaintenanceGrant], now: int) -> AuditEvent:
    """Say once for a whole batch that there was nothing to take back: an edge may ask for that for ever."""
    detail = f"withdrew nothing of {len(idle)} patients"
    return _written_down(idle[0], now, 0)._replace(patient="", position=0, detail=detail)


_FATES: Mapping[Outcome | None, Fate] = {
    Outcome.INDEXED: Fate.FILED,
    Outcome.UNCHANGED: Fate.FILED,
    Outcome.WITHHELD: Fate.HELD,
    Outcome.QUARANTINED: Fate.QUARANTINED,
    None: Fate.WANTED,
}
_ALTERED = Finding("HASH-01", Severity.ERROR, "file", "The bytes that came are not those that were named.")
