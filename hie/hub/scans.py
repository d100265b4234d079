"""Scanned forms, looked into by a limited process (`hie.readers.scan`)."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from hie.exchange.ports.papers import Examined, Inspected
from hie.hub.limited import LimitedProcess
from hie.readers.limited import REQUEST
from hie.readers.scan import EXAMINE, INSPECT, MOST_PAGES, PICTURE
from hie.record.errors import Invalid, Unavailable

PROGRAM = (sys.executable, "-m", "hie.readers.scan")
PATIENCE = 30.0
"""Seconds after which a file is given up: a form of two pages takes a tenth of one."""
MOST_WAITING = 8
ALLOWANCE = 90.0
"""Seconds of the process that an account uses up in `WINDOW`: three files that hang, or a thousand forms."""
WINDOW = 300.0
"""Seconds."""


class Scans:
    """`ScanReader` by one child process that is started on demand and again after it died."""

    def __init__(
        self,
        program: Sequence[str] = PROGRAM,
        patience: float = PATIENCE,
        allowance: float = ALLOWANCE,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start nothing yet; `steady` counts seconds and never goes back."""
        self._allowance, self._steady = allowance, steady
        self._used: dict[str, deque[tuple[float, float]]] = {}
        self._process = LimitedProcess(program, patience)
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(MOST_WAITING)

    def examine(self, content: bytes, account: str = "") -> Examined:
        """Count the pages and read their codes; raise `Invalid` where it cannot be opened in bounds.

        Raise `Unavailable` where too many wait, or the account has used the process up for now.
        """
        said = self._asked(EXAMINE, content, 0, 0, account)
        try:
            codes = tuple(map(str, json.loads(said)["codes"]))
        except (ValueError, LookupError, TypeError) as error:
            raise Invalid("this file cannot be read as a scan", code="unreadable") from error
        if not 1 <= len(codes) <= MOST_PAGES:
            raise Invalid("a scan has at least one page")
        return Examined(len(codes), codes)

    def inspect(self, content: bytes, account: str = "") -> Inspected:
        """Say how many pages a file has and whether it acts; raise as `examine` does."""
        said = self._asked(INSPECT, content, 0, 0, account)
        try:
            found = json.loads(said)
            return Inspected(int(found["pages"]), bool(found["acts"]))
        except (ValueError, LookupError, TypeError) as error:
            raise Invalid("this file cannot be opened in bounds", code="unreadable") from error

    def picture(self, content: bytes, page: int, side: int, account: str = "") -> bytes:
        """Draw a page as a PNG; raise `Invalid` where it cannot be drawn, `Unavailable` as `examine` does."""
        drawn = self._asked(PICTURE, content, page, side, account)
        if not drawn:
            raise Invalid("this page cannot be drawn")
        return drawn

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._process.stop()

    def _asked(self, what: bytes, content: bytes, page: int, side: int, account: str) -> bytes:
        if not self._room.acquire(blocking=False):
            raise Unavailable("too many scans are waiting to be read", retry_after=1.0)
        try:
            with self._lock:
                began = self._steady()
                self._check_allowance(account, began)
                try:
                    return self._process.ask(REQUEST.pack(len(content), what, page, side), content)
                finally:
                    now = self._steady()
                    self._used.setdefault(account, deque()).append((now, now - began))
        finally:
            self._room.release()

    def _check_allowance(self, account: str, now: float) -> None:
        for who in list(self._used):
            used = self._used[who]
            while used and used[0][0] < now - WINDOW:
                used.popleft()
            if not used:
                del self._used[who]
        if sum(seconds for _, seconds in self._used.get(account, ())) >= self._allowance:
            raise Unavailable("this account's scans have taken long enough for now", retry_after=WINDOW)
