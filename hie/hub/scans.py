"""Scanned forms, looked into by a limited process (`hie.readers.scan`)."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence

from hie.exchange.scanning import Examined
from hie.hub.limited import LimitedProcess
from hie.readers.scan import EXAMINE, MOST_PAGES, PICTURE, REQUEST
from hie.record.errors import Invalid, Unavailable

PROGRAM = (sys.executable, "-m", "hie.readers.scan")
PATIENCE = 30.0
"""Seconds after which a file is given up: a form of two pages takes a tenth of one."""
MOST_WAITING = 8


class Scans:
    """`ScanReader` by one child process that is started on demand and again after it died."""

    def __init__(self, program: Sequence[str] = PROGRAM, patience: float = PATIENCE) -> None:
        """Start nothing yet."""
        self._process = LimitedProcess(program, patience)
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(MOST_WAITING)

    def examine(self, content: bytes) -> Examined:
        """Count the pages and read their codes; raise `Invalid` where it cannot be opened in bounds."""
        said = self._asked(EXAMINE, content, 0, 0)
        try:
            codes = tuple(map(str, json.loads(said)["codes"]))
        except (ValueError, LookupError, TypeError) as error:
            raise Invalid("this file cannot be read as a scan", code="unreadable") from error
        if not 1 <= len(codes) <= MOST_PAGES:
            raise Invalid("a scan has at least one page")
        return Examined(len(codes), codes)

    def picture(self, content: bytes, page: int, side: int) -> bytes:
        """Draw a page as a PNG; raise `Invalid` where it cannot be drawn."""
        drawn = self._asked(PICTURE, content, page, side)
        if not drawn:
            raise Invalid("this page cannot be drawn")
        return drawn

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._process.stop()

    def _asked(self, what: bytes, content: bytes, page: int, side: int) -> bytes:
        if not self._room.acquire(blocking=False):
            raise Unavailable("too many scans are waiting to be read", retry_after=1.0)
        try:
            with self._lock:
                return self._process.ask(REQUEST.pack(len(content), what, page, side), content)
        finally:
            self._room.release()
