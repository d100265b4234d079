"""What the hub does for itself, rarely.

It forgets large objects that nothing points to: they are left by a kill between the object and its
transaction (`hie.exchange.feeds.forgetting`). And it writes down whose right to break the glass is suspended
because nobody reviewed an emergency in time; that the right is gone by then needs no housekeeping.
Accounts that nobody attested for 120 days rest (`hie.exchange.roster.people`). Files that were handed in
and that nobody decided about are forgotten after a week.
"""

from __future__ import annotations

import logging
from threading import Event, Thread

from hie.exchange.breakglass.emergency_reviews import suspend_overdue
from hie.exchange.feeds.forgetting import YOUNGEST, forget_unreferenced
from hie.exchange.founding import operator
from hie.exchange.ports import Clock, Store
from hie.exchange.roster.people import rest_unattested
from hie.record.errors import HieError

EVERY_SECONDS = 6 * 60 * 60.0
UNDECIDED = 7 * 24 * 60 * 60 * 1000
"""Milliseconds for which a file that was handed in waits for somebody's yes."""

_log = logging.getLogger(__name__)


class Housekeeping:
    """A thread that tidies at the start and then rarely, until it is stopped."""

    def __init__(self, store: Store, clock: Clock, every_seconds: float = EVERY_SECONDS) -> None:
        """Keep the house of `store`; nothing is done yet."""
        self._store = store
        self._clock = clock
        self._every_seconds = every_seconds
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the step at hand, and wait for it."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def tidy(self) -> int:
        """Forget what nothing points to and is older than an hour; return how many objects that were."""
        return forget_unreferenced(self._store, self._clock.now() - YOUNGEST, self._stopping.is_set)

    def expire(self) -> int:
        """Forget what was handed in a week ago and nobody decided about; return how many files that were."""
        with self._store.work() as work:
            return work.uploads.expire(self._clock.now() - UNDECIDED)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.tidy()
                suspend_overdue(self._store, self._clock, operator("housekeeping"))
                rest_unattested(self._store, self._clock, operator("housekeeping"))
                self.expire()
            except (HieError, OSError) as error:
                # The store is busy or away: what lies there lies there the next time.
                _log.warning("housekeeping: %s", type(error).__name__)
            self._stopping.wait(self._every_seconds)
