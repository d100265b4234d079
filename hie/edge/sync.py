"""One pass between edge and hub: the consent list first, then what is taken back, then what is sent.

Every step asks the spool what is due and the hub what it holds; nothing counts as filed or taken
back before the hub's receipt. A hub that is away changes nothing.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from hie.edge.hub_link import HubLink, NumberPassed, PolicyMoved, Rejected, SpokenTwice
from hie.edge.keeping import Memory
from hie.edge.loading import Loader, Place, is_sent
from hie.edge.policy import PolicyCache
from hie.exchange.feeds.parcels import Batch, Fate, Parcel, ParcelDocument, Receipt
from hie.exchange.ports import Clock
from hie.exchange.ports.spool import Answered, Item, ItemState, Thing
from hie.record.entry import Format
from hie.record.errors import Unavailable

RECALLS_AT_ONCE = 400
MOST_MOVES = 8
"""Consent lists that may follow one another while nothing could be sent in between."""
MOST_TRIES = 3
RECALL_AGAIN = 300_000
"""Milliseconds after which the hub is asked again to take back what it let stand."""
TWICE = "the hub hears two copies of this edge"
UNTAKEN = "HUB-"
"""Begins the reason of what the hub could not take, followed by the HTTP status it answered."""
_FLOOR = "number_floor"
_SERVER_ERROR = 500

_log = logging.getLogger(__name__)


class Limits(NamedTuple):
    """How much is sent at once."""

    documents: int
    size: int
    """Bytes of documents."""
    images: int
    """Bytes of images."""


class Moved(NamedTuple):
    """What a pass moved."""

    filed: int = 0
    recalled: int = 0
    refused: int = 0
    """Held or put into quarantine by the hub."""
    trouble: str = ""
    """Why documents stayed here, or empty."""


class _PolicyHasMoved(Exception):
    """The hub knows a newer consent list."""


class _SpokenTwice(Exception):
    """The hub hears two copies of this edge."""


class Sync:
    """Speaks with the hub for one edge; for one thread."""

    def __init__(  # noqa: PLR0913, PLR0917  what it works between
        self,
        memory: Memory,
        policy: PolicyCache,
        link: HubLink,
        clock: Clock,
        loader: Loader,
        formats: Mapping[str, Format],
        limits: Limits,
        run: str = "",
    ) -> None:
        """Send over `link`, as the start of the process that has the name `run`."""
        self._memory = memory
        self._policy = policy
        self._link = link
        self._clock = clock
        self._loader = loader
        self._formats = formats
        self._limits = limits
        self._documents = limits.documents
        """How many are sent at once now: fewer while the hub rejects a batch, to find the one."""
        self._tries: Counter[Place] = Counter()
        self._answered = 0
        """The last number that the hub answered."""
        self._run = run
        self._moved = Moved()
        """What the present pass moved so far."""
        self._stood: dict[int, int] = {}
        """By item, when the hub let stand what it was asked to take back; asked again later."""

    def once(self, stopping: Callable[[], bool] = lambda: False) -> Moved:
        """Bring hub and edge to the same state; raises `Unavailable` or `Refused`, and can go on later."""
        self._moved = Moved()
        moves = 0
        while moves < MOST_MOVES:
            self.pull()
            before = self._moved
            try:
                self._recall(stopping)
                if trouble := self._policy.trouble():
                    return self._moved._replace(trouble=trouble)
                self._send(stopping)
            except _PolicyHasMoved:
                # At a desk where somebody is always deciding, smaller batches find the list at rest.
                self._documents = max(1, self._documents // 2)
                moves = moves + 1 if self._moved == before else 0
            except _SpokenTwice:
                return self._moved._replace(trouble=TWICE)
            else:
                return self._moved
        raise Unavailable("the consent list does not rest")

    def pull(self) -> None:
        """Fetch the consent list if there is a newer one, and let the spool follow it."""
        known = self._policy.known
        policy = self._link.policy(known.position, 0, known)
        if policy is None:
            self._policy.confirmed()
        else:
            self._policy.learned(policy)
            self._stood.clear()
        self._policy.apply()

    def _recall(self, stopping: Callable[[], bool]) -> None:
        last, now = 0, self._clock.now()
        self._stood = {one: at for one, at in self._stood.items() if 0 <= now - at < RECALL_AGAIN}
        while not stopping() and (page := self._memory.to_recall(RECALLS_AT_ONCE, last)):
            last = page[-1].id
            items = [item for item in page if item.id not in self._stood]
            if not items:
                continue
            by_place = {_place(item): item for item in items}
            receipts = self._delivered(list(self._recalls(items)), ()) or []
            fates = {item: Fate.RECALLED for one in receipts for item in _named(one, by_place)}
            fates |= {
                item: one.fate
                for one in receipts
                if one.fate is not Fate.RECALLED
                for item in _named(one, by_place)
            }
            answers = [
                Answered(item.id, item.revision, ItemState.WITHDRAWN)
                for item, fate in fates.items()
                if fate is Fate.RECALLED
            ]
            self._stood.update((item.id, now) for item, fate in fates.items() if fate is Fate.STANDS)
            if not fates:
                raise Unavailable("the hub did not take documents back")
            with self._memory.turn():
                self._memory.answered(answers, self._clock.now())
                self._policy.acknowledged(self._answered)
            self._moved = _sum(self._moved, Moved(recalled=len(answers)))

    def _recalls(self, items: Sequence[Item]) -> Iterable[Parcel]:
        """Name what is taken back: everything of a patient who has no consent any more."""
        by_patient: dict[tuple[str, str], list[ParcelDocument]] = {}
        for item in items:
            found = item.found
            by_patient.setdefault((item.source, found.patient), []).extend(
                ParcelDocument(found.locator, found.name, digest, found.stat.size, sent=False)
                for digest in (item.content_hash, *item.former)
            )
        for (source, patient), documents in by_patient.items():
            named = tuple(documents) if self._policy.grant(patient) else ()
            yield Parcel(source, self._formats[source], patient, named, recall=True)

    def _send(self, stopping: Callable[[], bool]) -> None:
        while not stopping():
            things = self._due()
            if not things:
                break
            load = self._loader.load(things)
            if not load.parcels:
                continue
            receipts = self._delivered(load.parcels, load.bodies, load.items)
            if receipts is None:
                continue
            answers = list(self._answers(receipts, load.items))
            if not answers:
                raise Unavailable("the hub gave no receipt for what was sent")
            with self._memory.turn():
                self._memory.answered(answers, self._clock.now())
                self._policy.acknowledged(self._answered)
            counts = Counter(one.state for one in answers)
            refused = counts[ItemState.HELD] + counts[ItemState.UNREADABLE]
            self._moved = _sum(self._moved, Moved(filed=counts[ItemState.FILED], refused=refused))

    def _due(self) -> Sequence[Thing]:
        """Return what is to be sent next; what the gate would not let out now is asked again instead."""
        while True:
            things = self._memory.to_send(self._documents, self._limits.size)
            if things and things[0].format is Format.DICOM and self._limits.images > self._limits.size:
                things = self._memory.to_send(self._documents, self._limits.images)
            closed = {
                thing.patient
                for thing in things
                if not all(self._policy.may_leave(item) for item in thing.items)
            }
            if not closed:
                return things
            self._policy.ask_again(closed)

    def _delivered(
        self, parcels: Sequence[Parcel], bodies: Sequence[bytes], items: Mapping[Place, Item] | None = None
    ) -> list[Receipt] | None:
        """Send one batch under a new number; return its receipts, or none if it was not taken.

        Raises `_PolicyHasMoved` if it was made under another list than the hub's.
        """
        for _ in range(MOST_TRIES):
            number = self._number()
            known = self._policy.known
            batch = Batch(number, known.position, tuple(parcels), known.incarnation, known.number, self._run)
            result = self._link.send(batch, bodies)
            if isinstance(result, NumberPassed):
                self._pass(number, result.number)
                continue
            if isinstance(result, PolicyMoved):
                raise _PolicyHasMoved
            if isinstance(result, SpokenTwice):
                raise _SpokenTwice
            if isinstance(result, Rejected):
                self._rejected(result, items or {})
                return None
            self._answered = number
            self._documents = min(self._limits.documents, self._documents * 2)
            return result.receipts
        raise Unavailable("the hub takes no number of ours")

    def _number(self) -> int:
        """Return a batch number that is greater than all before, on disk already."""
        return int(self._memory.note(_FLOOR) or 0) + self._memory.next_number()

    def _pass(self, mine: int, theirs: int) -> None:
        """Count on from the hub's number: this spool is older than the hub's memory of it."""
        floor = int(self._memory.note(_FLOOR) or 0)
        self._memory.note(_FLOOR, str(floor + max(1, theirs - mine + 1)))

    def _rejected(self, result: Rejected, items: Mapping[Place, Item]) -> None:
        """Send fewer at once until the one that the hub cannot take stands alone; that goes aside."""
        if not items:
            raise Unavailable(f"the hub answered {result.status}")
        if self._documents > 1:
            self._documents = max(1, min(self._documents, len(items)) // 2)
            return
        sent = [(place, item) for place, item in items.items() if item.state is ItemState.PUBLISHABLE]
        self._tries.update(place for place, _ in sent)
        if result.status >= _SERVER_ERROR and any(self._tries[place] < MOST_TRIES for place, _ in sent):
            raise Unavailable(f"the hub answered {result.status}")
        reason, message = f"{UNTAKEN}{result.status}", "The hub could not take it."
        aside = [Answered(item.id, item.revision, ItemState.UNREADABLE, reason, message) for _, item in sent]
        self._memory.answered(aside, self._clock.now())
        self._forget_tries(place for place, _ in sent)
        self._documents = self._limits.documents

    def _answers(self, receipts: Iterable[Receipt], items: Mapping[Place, Item]) -> Iterable[Answered]:
        for receipt in receipts:
            place = (receipt.source, receipt.patient, receipt.locator)
            item = items.get(place)
            if item is None:
                continue
            state, reason, message = _STATES[receipt.fate], receipt.reason, receipt.message
            if receipt.fate is Fate.WANTED and is_sent(item):
                self._tries[place] += 1
                if self._tries[place] >= MOST_TRIES:
                    state, reason = ItemState.UNREADABLE, f"{UNTAKEN}{Fate.WANTED}"
                    message = "The hub asks again and again."
            else:
                self._tries.pop(place, None)
            yield Answered(item.id, item.revision, state, reason, message)

    def _forget_tries(self, places: Iterable[Place]) -> None:
        for place in places:
            self._tries.pop(place, None)


_STATES = {
    Fate.FILED: ItemState.FILED,
    Fate.HELD: ItemState.HELD,
    Fate.QUARANTINED: ItemState.UNREADABLE,
    Fate.WANTED: ItemState.PUBLISHABLE,
    Fate.RECALLED: ItemState.WITHDRAWN,
    Fate.STANDS: ItemState.RECALLED,
}


def _place(item: Item) -> Place:
    return (item.source, item.found.patient, item.found.locator)


def _named(receipt: Receipt, by_place: Mapping[Place, Item]) -> list[Item]:
    """Return the items a receipt speaks of; an empty locator speaks of all of a patient's."""
    if receipt.locator:
        item = by_place.get((receipt.source, receipt.patient, receipt.locator))
        return [item] if item else []
    return [item for place, item in by_place.items() if place[:2] == (receipt.source, receipt.patient)]


def _sum(one: Moved, other: Moved) -> Moved:
    return Moved(
        one.filed + other.filed,
        one.recalled + other.recalled,
        one.refused + other.refused,
        other.trouble or one.trouble,
    )
