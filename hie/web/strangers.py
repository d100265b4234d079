"""Who may still try to be let in: failed tries are counted by the network they come from.

An enrolment is tried by people without a certificate, so by anybody. Whoever fails often waits; who
succeeds is forgotten. Kept in memory only, and of so many networks and no more.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict

MOST_TRIES = 10
WINDOW_SECONDS = 60.0
MOST_NETWORKS = 4096
_SITE = 64
"""Bits that one customer's addresses share in IPv6."""


class Strangers:
    """Counts tries; for one thread."""

    def __init__(self) -> None:
        """Know nobody."""
        self._tries: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, address: str, now: float) -> int:
        """Return for how many seconds this address must wait, or count a try of it and return 0.

        `now` in seconds, from any beginning.
        """
        network = _network(address)
        tries = [at for at in self._tries.pop(network, []) if now - at < WINDOW_SECONDS]
        left = WINDOW_SECONDS - (now - tries[0]) if len(tries) >= MOST_TRIES else 0.0
        if not left:
            tries.append(now)
        self._tries[network] = tries
        if len(self._tries) > MOST_NETWORKS:
            self._tries.popitem(last=False)
        return math.ceil(left)

    def forget(self, address: str) -> None:
        """Let go of the tries of an address that was let in."""
        self._tries.pop(_network(address), None)


def _network(address: str) -> str:
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    mapped = read.ipv4_mapped
    return str(mapped or ipaddress.IPv6Network((int(read), _SITE), strict=False))
