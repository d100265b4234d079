"""How an edge is: counts, lag, troubles. No clinical word, and no number of a patient without consent."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import hie
from hie.edge.durable import read_if_there
from hie.edge.keeping import Memory
from hie.edge.policy import PolicyCache
from hie.edge.settings import EdgeSettings
from hie.exchange.feeds.ingest import nameless
from hie.exchange.ports import Clock
from hie.exchange.ports.spool import Item, ItemState
from hie.store.reserve import NO_ROOM

QUARANTINE_MOST = 200
FILE = "status.json"
_KEY = "key of locators"

Status = dict[str, Any]


class Troubles:
    """What is wrong at the moment, by part; told by threads, read by the report."""

    def __init__(self) -> None:
        """Begin without troubles."""
        self._lock = Lock()
        self._troubles: dict[str, str] = {}
        self._looked_at: dict[str, int] = {}
        self._newest_at: dict[str, int] = {}

    def told(self, part: str, trouble: str) -> bool:
        """Remember a part's trouble, empty for none; say whether that is news."""
        with self._lock:
            before = self._troubles.get(part, "")
            self._troubles[part] = trouble
        return trouble != before

    def looked(self, source: str, now: int, changes: int) -> None:
        """Remember that a source was looked at, and whether something had changed."""
        with self._lock:
            self._looked_at[source] = now
            if changes:
                self._newest_at[source] = now

    def of(self, part: str) -> str:
        """Return a part's trouble, or the empty string."""
        with self._lock:
            return self._troubles.get(part, "")

    def all(self) -> dict[str, str]:
        """Return the troubles of all parts that have one."""
        with self._lock:
            return {part: trouble for part, trouble in self._troubles.items() if trouble}

    def times(self, source: str) -> tuple[int, int]:
        """Return when a source was last looked at, and when something had last changed; 0 if never."""
        with self._lock:
            return self._looked_at.get(source, 0), self._newest_at.get(source, 0)


def status_of(
    settings: EdgeSettings, memory: Memory, policy: PolicyCache, clock: Clock, troubles: Troubles
) -> Status:
    """Say how the edge is, in the words of the hub's feed monitor."""
    counts, left = memory.counts(), memory.left_at_hub()
    disk = shutil.disk_usage(settings.data_dir)
    return {
        "version": hie.__version__,
        "at": clock.now(),
        "sources": [
            _source(source.name, source.kind.value, counts, troubles) | {"left": left.get(source.name, 0)}
            for source in settings.all_sources
        ],
        "oldest_unsent_at": memory.oldest_unsent(),
        "policy": {"position": policy.position, "received_at": policy.received_at},
        "skew": policy.skew or 0,
        "troubles": troubles.all(),
        "disk_free": disk.free,
        "disk_total": disk.total,
        "spool_bytes": folder_size(settings.data_dir),
        "quarantine": quarantine(memory.unreadable(QUARANTINE_MOST), policy, own_key(memory, clock)),
    }


def own_key(memory: Memory, clock: Clock) -> bytes:
    """Return the key under which this edge keeps names to itself; made once, and it never leaves."""
    return bytes.fromhex(memory.note(_KEY) or memory.note(_KEY, clock.new_id() + clock.new_id()))


def quarantine(items: Iterable[Item], policy: PolicyCache, key: bytes) -> list[Status]:
    """Name what is in quarantine; of a patient without consent only a digest of the file's name."""
    return [
        {
            "source": item.source,
            "locator": shown_locator(item, policy, key),
            "reason": item.reason,
            "message": item.message,
            "seen_at": item.changed_at,
            "code": code_of(item, key),
            "empty": item.found.stat.size == 0,
        }
        for item in items
    ]


def shown_locator(item: Item, policy: PolicyCache, key: bytes) -> str:
    """Return a locator that may be shown at the hub: without consent only the edge can tell what it names."""
    locator = item.found.locator
    if policy.grant(item.found.patient):
        return locator
    return f"{item.source}/{code_of(item, key)}"


def code_of(item: Item, key: bytes) -> str:
    """Return the code by which edge and hub speak of a document; people read its first eight characters."""
    # Folders of a storage are called after the patient: the digest takes in the whole locator.
    digest = nameless(f"{item.source}/{item.found.locator.replace('/', chr(0))}", key)
    return digest.rpartition("/")[2]


def folder_size(folder: Path) -> int:
    """Return the bytes of the files in a folder, not looking below."""
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def last_report(folder: Path) -> Status | None:
    """Return what the running edge last said of itself."""
    content = read_if_there(folder / FILE)
    try:
        return dict(json.loads(content)) if content else None
    except ValueError:
        return None


def keep_report(folder: Path, status: Status) -> None:
    """Leave a report where `hie edge status` finds it; nothing depends on it, so a full disk is no error."""
    aside = folder / f".{FILE}"
    try:
        aside.write_text(json.dumps(status), "utf-8")
        aside.replace(folder / FILE)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        aside.unlink(missing_ok=True)


def _source(name: str, kind: str, counts: Mapping[tuple[str, ItemState], int], troubles: Troubles) -> Status:
    looked_at, newest_at = troubles.times(name)
    return {
        "name": name,
        "kind": kind,
        "counts": {state.value: counts[name, state] for state in ItemState if counts.get((name, state))},
        "looked_at": looked_at,
        "newest_at": newest_at,
        "trouble": troubles.of(name),
    }
