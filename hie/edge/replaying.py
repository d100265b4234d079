"""Reading quarantined documents again because the hub's desk asked for it, and saying what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from hie.edge.hub_link import Task
from hie.edge.keeping import Memory
from hie.edge.policy import PolicyCache
from hie.edge.status import code_of, own_key
from hie.exchange.ports import Clock
from hie.exchange.ports.spool import Item, ItemState

LONGEST = 10 * 60_000
"""Milliseconds after which the hub is told how far it is, although some still wait."""
_QUARANTINE_ALL = 100_000
_FATES = {
    ItemState.FILED: "filed",
    ItemState.UNREADABLE: "quarantined",
    ItemState.SEEN: "withheld",
    ItemState.HELD: "withheld",
    ItemState.RECALLED: "withheld",
    ItemState.WITHDRAWN: "withheld",
    ItemState.PUBLISHABLE: "waiting",
}
FATES = ("filed", "quarantined", "withheld", "waiting", "missing")


class _Begun(NamedTuple):
    items: tuple[Item, ...]
    missing: int
    """So many of what was asked for stood in quarantine no more."""
    since: int


class Replays:
    """What is being read again, by task; a process that ends forgets it and is asked once more."""

    def __init__(self, memory: Memory, policy: PolicyCache, clock: Clock) -> None:
        """Begin with nothing."""
        self._memory = memory
        self._policy = policy
        self._clock = clock
        self._begun: dict[str, _Begun] = {}

    def done(self, task: Task) -> str:
        """Return what came of a task: `tried 3, filed 1, quarantined 2`; empty while it goes on.

        The first call has the documents read again. Raises `LookupError` for an unknown source.
        """
        begun = self._begun.get(task.id)
        if begun is None:
            begun = self._begun[task.id] = self._begin(task)
        fates = self._fates(begun)
        if fates["waiting"] and 0 <= self._clock.now() - begun.since < LONGEST:
            return ""
        del self._begun[task.id]
        told = [f"{fate} {fates[fate]}" for fate in FATES if fates[fate]]
        return ", ".join([f"tried {len(begun.items)}", *told])

    def _begin(self, task: Task) -> _Begun:
        source, asked = str(task.body["source"]), {str(one) for one in task.body.get("locators", ())}
        items = [item for item in self._memory.unreadable(_QUARANTINE_ALL) if item.source == source]
        missing = 0
        if asked:
            key = own_key(self._memory, self._clock)
            names = {item.id: _names(item, key) for item in items}
            items = [item for item in items if names[item.id] & asked]
            missing = len(asked.difference(*(names[item.id] for item in items)))
        now = self._clock.now()
        # Without names the source is asked for by itself, which also says whether there is such a one.
        if items or not asked:
            self._memory.replay(source, [item.found.locator for item in items] if asked else [], now)
        return _Begun(tuple(items), missing, now)

    def _fates(self, begun: _Begun) -> Counter[str]:
        states = self._memory.states([item.id for item in begun.items])
        fates = Counter(self._fate(item, states) for item in begun.items)
        fates["missing"] += begun.missing
        return fates

    def _fate(self, item: Item, states: Mapping[int, ItemState]) -> str:
        state = states.get(item.id)
        if state is None:
            return "missing"
        if state is ItemState.SEEN and self._policy.grant(item.found.patient):
            return "waiting"
        return _FATES[state]


def _names(item: Item, key: bytes) -> set[str]:
    """Return all that the hub may call a document: its place, or its code."""
    code = code_of(item, key)
    return {item.found.locator, code, f"{item.source}/{code}"}
