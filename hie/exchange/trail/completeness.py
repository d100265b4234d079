"""Is there an audit record for every answer that showed something of a patient? Counted, not assumed.

The doors note each such answer in a ledger of their own, by the id of its request and the bytes that
went out. A night's ledger is laid beside the audit trail: every id must stand in a row that says that
something was shown; that the same request was refused something is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hie.exchange.ports import AuditQuery, Store
from hie.exchange.trail.audit_words import LOOKING, SHOWN

AT_ONCE = 5_000
SLACK = 60 * 60 * 1000
"""Milliseconds around the day for which rows are looked at: an answer may end long after its row."""


class Release(NamedTuple):
    """An answer that went out about a patient."""

    at: int
    request: str
    route: str
    """The route's path as it is declared, without anybody's number."""
    size: int
    """Bytes of the body."""


class Reconciled(NamedTuple):
    """What came of laying a ledger beside the trail."""

    answers: int
    size: int
    """Bytes that went out."""
    gaps: tuple[Release, ...]
    """Answers without a row."""


def reconcile(store: Store, releases: Iterable[Release]) -> Reconciled:
    """Find the answers whose request stands in no audit row of a look that was granted."""
    known = {one.request: one for one in releases}
    answers, size = len(known), sum(one.size for one in known.values())
    left = {request: one for request, one in known.items() if one.size}
    if left:
        times = [one.at for one in left.values()]
        query = AuditQuery(since=min(times) - SLACK, until=max(times) + SLACK)
        with store.look() as work:
            query = work.audit.within(query)
            while left and (rows := work.audit.search(query, AT_ONCE)):
                for row in rows:
                    if row.event.action in LOOKING and row.event.outcome in SHOWN:
                        left.pop(row.event.requester.origin.request, None)
                query = query._replace(before=rows[-1].sequence)
    return Reconciled(answers, size, tuple(sorted(left.values())))
