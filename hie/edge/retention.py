"""Pushed messages lie at the edge alone, so the edge lets them go: when they are old and none waits."""

from __future__ import annotations

from pathlib import Path

from adapters.pushed import REFUSED
from hie.edge.policy import PolicyCache
from hie.edge.settings import PUSHED
from hie.exchange.ports.spool import LogJournal
from ssmix2.transactions import files

_MILLISECOND = 1_000_000


def let_go(folder: Path, journal: LogJournal, policy: PolicyCache, before: int) -> int:
    """Remove logs last written to before a moment (milliseconds since 1970); return how many.

    One stays that was not followed to its end, or holds a record that waits to be read or sent for a
    patient who consents. Without a consent list in force, or with a wrong clock, all stay. What the hub
    holds of the records is still taken back when a consent ends. Raises `OSError`.
    """
    if policy.trouble() or not folder.exists():
        return 0
    for path in (folder / REFUSED).glob("*"):
        if _is_older(path, before):
            path.unlink()
    reached = journal.position(PUSHED).rpartition(":")[0]
    removed = 0
    for name in files(folder):
        path = folder / name
        if name < reached and _is_older(path, before) and not _waits(name, journal, policy):
            path.unlink()
            removed += 1
    return removed


def _is_older(path: Path, before: int) -> bool:
    return path.stat().st_mtime_ns < before * _MILLISECOND


def _waits(name: str, journal: LogJournal, policy: PolicyCache) -> bool:
    return any(policy.grant(patient) for patient in journal.waiting_in(PUSHED, name))
