"""The system's clock: the only place that asks for the time or for randomness."""

from __future__ import annotations

import secrets
import time


class SystemClock:
    """`Clock` of a running hub or edge."""

    def now(self) -> int:
        """Milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000

    def new_id(self) -> str:
        """Return 128 random bits as hexadecimal digits."""
        return secrets.token_hex(16)
