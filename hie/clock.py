"""The system's clock: the only place that asks for the time or for randomness."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable

FORGIVEN = 2 * 86_400_000
"""Milliseconds by which a machine's clock may have been set back over a restart and be corrected."""


class SystemClock:
    """`Clock` of a running hub or edge."""

    def now(self) -> int:
        """Milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000

    def new_id(self) -> str:
        """Return 128 random bits as hexadecimal digits."""
        return secrets.token_hex(16)


class SteadyClock(SystemClock):
    """`Clock` of a hub: it is never set back, so that nothing that ended begins again (security I27).

    Whoever sets the machine's clock back finds this one going on as before, as fast as time passes; set
    forward, it follows at once. What was set forward by mistake stays so until the hub is started again.
    """

    def __init__(
        self,
        seen: int = 0,
        wall: Callable[[], int] = time.time_ns,
        steady: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Go on from `seen`, the last moment that was written down, unless that is days ahead."""
        self._wall = wall
        self._steady = steady
        self._lock = threading.Lock()
        now = wall() // 1_000_000
        self._base = seen if now < seen <= now + FORGIVEN else now
        self._since = steady()

    def now(self) -> int:
        """Milliseconds since 1970, UTC; never less than before."""
        with self._lock:
            steady = self._steady()
            passed = self._base + (steady - self._since) // 1_000_000
            wall = self._wall() // 1_000_000
            if wall > passed:
                self._base, self._since = wall, steady
            return max(wall, passed)
