"""Forgetting large objects that nothing points to: withheld in the last moment, or left by a crash."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import islice

from hie.exchange.ports import Store
from hie.record.identifiers import ContentHash

AT_ONCE = 500
YOUNGEST = 60 * 60 * 1000
"""An object put less than an hour ago, in milliseconds, may still be waited for by its transaction."""
MOST_STRAYS = 1_000
"""More than these, and more than what is pointed to, are no strays: it is another database's store."""

_log = logging.getLogger(__name__)


def discard(store: Store, names: Iterable[ContentHash]) -> None:
    """Delete those of `names` that nothing points to: what was put for a transaction that withheld it."""
    waiting = iter(sorted(set(names)))
    while some := list(islice(waiting, AT_ONCE)):
        with store.look() as work:
            strays = work.repository.unreferenced(some)
        for name in strays:
            store.objects.delete(name)


def forget_unreferenced(store: Store, older_than: int, stopping: Callable[[], bool] = lambda: False) -> int:
    """Delete objects last put before `older_than` (milliseconds) that nothing points to; return how many.

    Nothing is deleted where that would be most of the object store: then the database is another's.
    """
    strays: list[ContentHash] = []
    looked = 0
    waiting = store.objects.older(older_than)
    while not stopping() and (some := list(islice(waiting, AT_ONCE))):
        with store.look() as work:
            strays += work.repository.unreferenced(some)
        looked += len(some)
    if len(strays) > max(MOST_STRAYS, looked - len(strays)):
        _log.warning("forgetting: most of the object store belongs to no entry; nothing was deleted")
        return 0
    for name in strays:
        store.objects.delete(name, before=older_than)
    return len(strays)
