"""Batches as an edge makes them, from invented documents, and an edge that is enrolled at a store."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from hashlib import sha256

from consent.grant import Grant
from consent.model import ConsentEvent, EventKind, Withdrawal
from hie.exchange.feeds.parcels import Batch, Fate, Parcel, ParcelDocument, head_of
from hie.exchange.feeds.receiving import Positions, Receiving, Reception, Taken
from hie.exchange.ports import Edge, EntryLine, Store
from hie.record.entry import Format
from hie.record.identifiers import ContentHash, FacilityCode, PatientId, content_hash
from hie.record.requester import Requester, Role
from hie.record.times import ALWAYS
from tests import filed as our
from tests.storages import CLINIC, HOSPITAL, Document

NOW = 10


class StandingClock:
    """A clock that stands where it is put."""

    def __init__(self, now: int = NOW) -> None:
        self.moment = now
        self._ids = 0

    def now(self) -> int:
        return self.moment

    def new_id(self) -> str:
        self._ids += 1
        return sha256(str(self._ids).encode()).hexdigest()[:32]


def enrolled(store: Store, facility: FacilityCode = HOSPITAL) -> Edge:
    """Enrol a new edge of a facility."""
    with store.work() as work:
        work.edges.offer(facility, b"secret", NOW + 1)
        edge = work.edges.enrol(b"secret", NOW)
    assert edge is not None
    return edge


def position(store: Store, facility: FacilityCode = HOSPITAL) -> int:
    """Return where a facility's consent list stands."""
    with store.look() as work:
        return work.consents.position(facility)


def named(document: Document, flag: str = "1", *, sent: bool = True) -> tuple[ParcelDocument, bytes]:
    """Name a document of a storage, and give its bytes if they are sent."""
    name = document.name._replace(flag=flag)
    content = document.content
    parcel = ParcelDocument(name.locator(), name.text(), content_hash(content), len(content), sent)
    return parcel, content if sent else b""


def image(locator: str, content: bytes, *, sent: bool = True) -> tuple[ParcelDocument, bytes]:
    """Name an instance of a DICOM folder, and give its bytes if they are sent."""
    parcel = ParcelDocument(locator, locator, content_hash(content), len(content), sent)
    return parcel, content if sent else b""


def parcel(
    patient: str,
    *documents: tuple[ParcelDocument, bytes],
    how: Format = Format.SSMIX2,
    source: str = "main",
) -> tuple[Parcel, bytes]:
    """Put documents of a patient together, with their bytes in order."""
    names = tuple(one for one, _ in documents)
    return Parcel(source, how, patient, names), b"".join(content for _, content in documents)


def recall(patient: str, *documents: ParcelDocument, how: Format = Format.SSMIX2) -> tuple[Parcel, bytes]:
    """Take documents of a patient back, or all of them."""
    unsent = tuple(one._replace(sent=False) for one in documents)
    return Parcel("main", how, patient, unsent, recall=True), b""


def written(number: int, policy: int, parcels: Iterable[tuple[Parcel, bytes]]) -> bytes:
    """Write a batch."""
    several = list(parcels)
    head = head_of(Batch(number, policy, tuple(one for one, _ in several)))
    return head + b"".join(content for _, content in several)


class Sender:
    """An edge of the hospital that sends to a store without a network between."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = StandingClock()
        self.edge = enrolled(store)
        self.receiving = Receiving(store, self.clock, Positions())
        self.number = 0

    def send(self, *parcels: tuple[Parcel, bytes], number: int = 0, policy: int = -1) -> Reception:
        """Send a batch under the next number and the present list, or those that are given."""
        self.number = number or self.number + 1
        stands = policy if policy >= 0 else position(self.store)
        content = written(self.number, stands, parcels)
        return self.receiving.receive(self.edge, io.BytesIO(content))

    def fates(self, *parcels: tuple[Parcel, bytes]) -> list[tuple[Fate, str]]:
        """Send a batch and return what became of each document, and why."""
        answer = self.send(*parcels)
        assert isinstance(answer, Taken), answer
        return [(one.fate, one.reason) for one in answer.receipts]


def withdraw(store: Store, value: str, withdrawal: Withdrawal = Withdrawal()) -> None:  # noqa: B008  immutable
    """Record that the person behind a number takes consent back."""
    person = PatientId(f"p-{value}")
    with store.work() as work:
        work.consents.record(
            ConsentEvent(0, person, EventKind.WITHDRAWN, 1, "desk", "form 2", (), withdrawal)
        )


def seen_at_the_clinic(store: Store, value: str) -> list[EntryLine]:
    """List what a doctor of the clinic sees of a patient of the hospital."""
    with store.look() as work:
        grant = view(store, value)
        return list(work.registry.find(grant, ALWAYS)) if grant else []


def view(store: Store, value: str) -> Grant | None:
    """Ask the gate as a doctor of the clinic."""
    person = PatientId(f"p-{value}")
    with store.look() as work:
        decision = our.asked(work, Requester("d", "d", CLINIC, Role.DOCTOR), person, NOW)
    return decision if isinstance(decision, Grant) else None


def hub_content(store: Store, values: Iterable[str]) -> Mapping[str, frozenset[tuple[object, ...]]]:
    """Return all that stands at the hub of these numbers: key, bytes and status of each entry."""
    content: dict[str, frozenset[tuple[object, ...]]] = {}
    with store.look() as work:
        linked = work.patients.resolve(HOSPITAL, sorted(values))
        for value, (local, _) in linked.items():
            rows: list[tuple[object, ...]] = [
                (key, ContentHash(one.content_hash), one.status)
                for key, held in work.registry.known(local).items()
                for one in held
            ]
            assert len(rows) == len(set(rows)), "an entry stands twice"
            content[value] = frozenset(rows)
    return content
