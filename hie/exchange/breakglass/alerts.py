"""What stands on every page of somebody: emergencies that are open, and how much they have not been told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hie.exchange.breakglass.emergency import ROLES, live_sessions
from hie.exchange.notices import addressed
from hie.exchange.ports import Clock, EmergencySession, Store
from hie.record.requester import Requester


class Alerts(NamedTuple):
    """Of one person, now."""

    emergencies: Sequence[EmergencySession] = ()
    unread: int = 0
    """Notices; at most 100."""


NONE = Alerts()


def concerns(requester: Requester) -> bool:
    """Say whether there can be anything for somebody, so that the store is asked for nobody else."""
    return requester.role in ROLES or bool(addressed(requester))


def alerts(store: Store, clock: Clock, requester: Requester) -> Alerts:
    """Read what there is for somebody."""
    if not concerns(requester):
        return NONE
    to = addressed(requester)
    with store.look() as work:
        return Alerts(live_sessions(work, clock.now(), requester), work.notices.unread(to) if to else 0)
