"""Every minute the end of the audit chain is signed, and told to places that the hub does not rule.

A seal says: at this moment the chain ended with this row and this hash. It lies in the database, in a
file outside (`audit_heads`), and at every edge, which fetches it with its report. Who cuts the chain,
puts an older database back or makes the chain again contradicts one of them.
"""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import NamedTuple

from hie.exchange.ports import Clock, Seal, Store
from hie.exchange.trail.completeness import reconcile
from hie.hub.copying import AuditCopy
from hie.hub.heads import HeadsOutside, SealingKey
from hie.hub.releasing import Ledger
from hie.record.errors import Conflict, HieError

EVERY_SECONDS = 60.0
COPY_LATE = "audit-copy-late"
HEADS_LATE = "audit-heads-late"
ROLLED_BACK = "audit-rolled-back"
"""A head outside is newer than the database: it was put back, or the head is not of this region."""
NOT_SEALED = "audit-not-sealed"
GAPS = "audit-gaps"
"""On a day of the last two weeks something of a patient was shown without an audit record."""
LEDGER_LOST = "audit-ledger-lost"
NOT_WATCHED = "audit-not-watched"
"""Something of the watch itself failed: what it is stands in the log."""
LATE = 5 * 60_000
"""Milliseconds without a whole round after which the watch counts as dead."""

DEFECTS = (
    HieError,
    OSError,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
)
"""After these the watch goes on; whatever else ends it is told by a round that does not come (`LATE`)."""

_log = logging.getLogger(__name__)


def seal(store: Store, clock: Clock, key: SealingKey) -> Seal | None:
    """Seal the end of the chain, unless it is sealed; return the newest seal, none of an empty chain."""
    with store.work() as work:
        head, last = work.audit.head(), work.seals.last()
        if head.sequence == (last.sequence if last else 0):
            return last
        made = key.seal(last.number + 1 if last else 1, head, clock.now())
        try:
            work.seals.add(made)
        except Conflict:
            return last  # another hub of this database was first
    return made


class Outside(NamedTuple):
    """What lies beside the database."""

    heads: HeadsOutside | None = None
    copy: AuditCopy | None = None
    ledger: Ledger | None = None


class Sealing:
    """A thread that seals every minute and a last time when it stops, and sees to what lies outside."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        key: SealingKey,
        outside: Outside = Outside(),  # noqa: B008  immutable
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        """Seal the chain of `store`; nothing is done yet."""
        self._store = store
        self._clock = clock
        self._key = key
        self._heads, self._copy, self._ledger = outside
        self._every_seconds = every_seconds
        self._troubles: set[str] = set()
        self._gaps: dict[str, int] = {}
        """Answers without a row, by the name of a past day that was laid beside the trail."""
        self._torn: dict[str, int] = {}
        """Lines of that day's ledger that were none."""
        self._tidied = ""
        self._round_at = 0
        """When the last whole round ended; 0 before the first."""
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="sealing", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._round_at = self._clock.now()
        self._thread.start()

    def stop(self) -> None:
        """Seal once more, and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._ledger:
            self._ledger.close()

    def troubles(self) -> tuple[str, ...]:
        """Return what is wrong now, as words of this file."""
        late = {COPY_LATE} if self._copy and self._copy.is_late() else set()
        lost = {LEDGER_LOST} if self._ledger and self._ledger.lost else set()
        dead = {NOT_WATCHED} if self._round_at and self._clock.now() - self._round_at > LATE else set()
        return tuple(sorted(self._troubles | late | lost | dead))

    def step(self, *, first: bool = False) -> None:
        """Seal, hand the seals out, and catch up with the copy."""
        try:
            seal(self._store, self._clock, self._key)
            self._told(NOT_SEALED, wrong=False)
        except HieError:
            self._told(NOT_SEALED, wrong=True)
        if self._heads:
            self._hand_out(self._heads)
        if self._copy:
            try:
                self._copy.catch_up(self._store, anew=first)
            except (OSError, HieError):
                _log.warning("the copy of the audit trail cannot be written")
        if self._ledger:
            self._reconcile(self._ledger)

    def _reconcile(self, ledger: Ledger) -> None:
        """Lay the ledgers of past days beside the trail, each once, the oldest first."""
        today = ledger.name_of(self._clock.now())
        try:
            days = [day for day in ledger.days() if day < today]
            for day in days:
                if day not in self._gaps:
                    found = reconcile(self._store, ledger.read(day))
                    self._gaps[day] = len(found.gaps)
                    self._torn[day] = ledger.torn
            if today != self._tidied:
                ledger.tidy()
                self._tidied = today
        except (OSError, HieError):
            return
        kept = set(ledger.days())
        self._told(GAPS, wrong=any(self._gaps[day] for day in kept & self._gaps.keys()))
        self._told(LEDGER_LOST, wrong=any(self._torn[day] for day in kept & self._torn.keys()))

    def _hand_out(self, heads: HeadsOutside) -> None:
        """Append the seals that are not outside yet."""
        try:
            outside = heads.newest()
            with self._store.look() as work:
                seals = work.seals.after(outside.number if outside else 0)
                same = outside is None or outside in work.seals.after(outside.number - 1)[:1]
            self._told(ROLLED_BACK, wrong=not same)
            if seals and same:
                heads.keep(seals)
            self._told(HEADS_LATE, wrong=False)
        except (OSError, HieError):
            self._told(HEADS_LATE, wrong=True)

    def _told(self, trouble: str, *, wrong: bool) -> None:
        if wrong and trouble not in self._troubles:
            _log.error("audit trail: %s", trouble)
        (self._troubles.add if wrong else self._troubles.discard)(trouble)

    def _run(self) -> None:
        first = True
        while not self._stopping.is_set():
            self._whole_step(first=first)
            first = False
            self._stopping.wait(self._every_seconds)
        self._whole_step()

    def _whole_step(self, *, first: bool = False) -> None:
        """Step, and go on whatever came of it: a defect of one part must not end the watch unseen."""
        try:
            self.step(first=first)
        except DEFECTS as error:
            self._told(NOT_WATCHED, wrong=True)
            _log.warning("the watch over the audit trail failed: %s", type(error).__name__)
            return
        self._round_at = self._clock.now()
        self._told(NOT_WATCHED, wrong=False)
