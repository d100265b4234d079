"""The audit row of a list that names people: one row a list, with the ids of what was shown (F.1)."""

from __future__ import annotations

from collections.abc import Iterable

from hie.exchange.ports import AuditEvent
from hie.record.requester import Requester


def shown(now: int, requester: Requester, what: str, ids: Iterable[str]) -> AuditEvent:
    """Return the row of a list: in its detail which list, how many lines, and their ids; no name."""
    lines = list(ids)
    detail = " ".join((what, str(len(lines)), *lines))
    return AuditEvent(now, requester, "desk-page", "done", "", 0, (), 0, detail)
