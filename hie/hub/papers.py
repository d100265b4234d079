"""Pages of attached files, drawn by a limited process (`hie.readers.paper`) and remembered for a while."""

from __future__ import annotations

import json
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence

from hie.exchange.ports.papers import Counted, Drawable, PageSize
from hie.hub.limited import LimitedProcess
from hie.readers.paper import PAGE, REQUEST, SIZES
from hie.record.errors import Unavailable

PROGRAM = (sys.executable, "-m", "hie.readers.paper")
PATIENCE = 20.0
"""Seconds after which a page is given up: one takes a tenth of one."""
MOST_WAITING = 16
REMEMBERED_BYTES = 64 * 1024 * 1024

Name = tuple[bytes, bytes, int, int]
"""Of the file, what was asked of it, the page, and the longest side."""


class Papers:
    """`PaperReader` by one child process that is started on demand and again after it died."""

    def __init__(self, program: Sequence[str] = PROGRAM, patience: float = PATIENCE) -> None:
        """Start nothing yet."""
        self._process = LimitedProcess(program, patience)
        self._lock = threading.Lock()
        self._guard = threading.Lock()
        self._room = threading.BoundedSemaphore(MOST_WAITING)
        self._remembered: OrderedDict[Name, bytes] = OrderedDict()
        self._size = 0

    def counted(self, file: Drawable) -> Counted:
        """Count the pages; raise `Unavailable` where the file cannot be opened in bounds."""
        said = self._asked(file, SIZES, 0, 0)
        try:
            found = json.loads(said)
            sizes = tuple(PageSize(int(width), int(height)) for width, height in found["sizes"])
            return Counted(int(found["pages"]), sizes)
        except (ValueError, LookupError, TypeError) as error:
            raise Unavailable("this file cannot be drawn") from error

    def page(self, file: Drawable, number: int, side: int) -> bytes:
        """Draw a page as a PNG; raise `Unavailable` where it cannot be drawn."""
        return self._asked(file, PAGE, number, side)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._process.stop()

    def _asked(self, file: Drawable, what: bytes, number: int, side: int) -> bytes:
        name = (bytes(file.digest), what, number, side)
        kept = self._recalled(name)
        if kept:
            return kept
        if not self._room.acquire(blocking=False):
            raise Unavailable("too many pages are waiting to be drawn", retry_after=1.0)
        try:
            with self._lock:
                kept = self._recalled(name)  # another may have drawn it while we waited
                if kept:
                    return kept
                said = self._process.ask(REQUEST.pack(len(file.content), what, number, side), file.content)
        finally:
            self._room.release()
        if not said:
            raise Unavailable("this page cannot be drawn")
        self._keep(name, said)
        return said

    def _recalled(self, name: Name) -> bytes:
        with self._guard:
            if name in self._remembered:
                self._remembered.move_to_end(name)
            return self._remembered.get(name, b"")

    def _keep(self, name: Name, said: bytes) -> None:
        with self._guard:
            self._size += len(said) - len(self._remembered.get(name, b""))
            self._remembered[name] = said
            while self._size > REMEMBERED_BYTES:
                self._size -= len(self._remembered.popitem(last=False)[1])
