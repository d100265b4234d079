"""Turns at writing: first come, first served, so that a long load cannot starve the screen."""

from __future__ import annotations

from collections import deque
from threading import Lock

from hie.record.errors import Unavailable


class Turns:
    """A lock whose holder passes it to whoever has waited longest."""

    def __init__(self, patience: float) -> None:
        """Wait at most `patience` seconds for a turn."""
        self._patience = patience
        self._guard = Lock()
        self.waiting: deque[Lock] = deque()
        """Who waits, longest first."""
        self._taken = False

    def take(self) -> None:
        """Wait for the turn, or raise `Unavailable`."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = Lock()
            mine.acquire()
            self.waiting.append(mine)
        if mine.acquire(timeout=self._patience):
            return
        with self._guard:
            if mine in self.waiting:
                self.waiting.remove(mine)
                raise Unavailable("the store is busy", retry_after=1.0)
        # The turn was passed on in the very moment the patience ended: it is ours.

    def give(self) -> None:
        """Pass the turn on."""
        with self._guard:
            if self.waiting:
                self.waiting.popleft().release()
            else:
                self._taken = False
