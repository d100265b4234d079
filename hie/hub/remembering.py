"""Answers of a limited process: asked by few at a time, remembered for a while, given up in time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

from hie.hub.limited import LimitedProcess
from hie.record.errors import Unavailable


class Bounds(NamedTuple):
    """How much is remembered, and how many wait."""

    answers: int
    bytes: int
    """Scanned pages are large: what is remembered is bounded by number and by size."""
    waiting: int
    """Requests that wait for the process, the one it answers included: the threads of all pages are few."""


class Remembering:
    """Asks a child process that is started on demand and again after it died; keeps its last answers."""

    def __init__(self, process: LimitedProcess, bounds: Bounds) -> None:
        """Start nothing yet."""
        self._process = process
        self._bounds = bounds
        self._lock = threading.Lock()
        self._guard = threading.Lock()
        self._waiting = 0
        self._remembered: OrderedDict[Hashable, bytes] = OrderedDict()
        self._size = 0

    def ask(self, name: Hashable, *request: bytes) -> bytes:
        """Return what is remembered under `name`, or else what the process answers to `request`.

        Raise `Unavailable` where too many wait, or it does not answer.
        """
        kept = self._recalled(name)
        if kept:
            return kept
        self._queue()
        try:
            with self._lock:
                # Another may have asked the same while we waited.
                return self._recalled(name) or self._answered(name, *request)
        finally:
            with self._guard:
                self._waiting -= 1

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._process.stop()

    def _recalled(self, name: Hashable) -> bytes:
        with self._guard:
            if name in self._remembered:
                self._remembered.move_to_end(name)
            return self._remembered.get(name, b"")

    def _queue(self) -> None:
        with self._guard:
            if self._waiting >= self._bounds.waiting:
                raise Unavailable("too many pages are waiting to be drawn", retry_after=1.0)
            self._waiting += 1

    def _answered(self, name: Hashable, *request: bytes) -> bytes:
        said = self._process.ask(*request)
        if not said:
            raise Unavailable("this cannot be drawn")
        with self._guard:
            self._size += len(said) - len(self._remembered.get(name, b""))
            self._remembered[name] = said
            while len(self._remembered) > self._bounds.answers or self._size > self._bounds.bytes:
                self._size -= len(self._remembered.popitem(last=False)[1])
        return said
