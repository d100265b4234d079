"""What every keeper asks of a grant before it reads or writes."""

from __future__ import annotations

from consent.gate import LIFE_OF_A_GRANT
from consent.grant import Grant, MaintenanceGrant, MaintenanceTask
from consent.model import Action
from hie.record.errors import Refused


def must_allow(grant: Grant, *actions: Action) -> None:
    """Raise `TypeError` unless it is a grant of the gate, `Refused` unless it is for one of `actions`.

    Expiry is for the exchange, which has the clock.
    """
    if not isinstance(grant, Grant):
        raise TypeError("registry and repository take a grant, nothing else")
    if grant.action not in actions:
        raise Refused(("purpose",))


def must_maintain(grant: MaintenanceGrant, task: MaintenanceTask) -> None:
    """Raise `TypeError` unless it is a maintenance grant of the gate, `Refused` unless it is for `task`."""
    if not isinstance(grant, MaintenanceGrant):
        raise TypeError("maintenance takes a maintenance grant, nothing else")
    if grant.task is not task:
        raise Refused(("purpose",))


def decided_at(grant: Grant) -> int:
    """Return the moment of the decision, milliseconds since 1970: entries filed under it bear it."""
    return grant.expires_at - LIFE_OF_A_GRANT
