"""What watches over the audit trail of a hub, put together from its settings."""

from __future__ import annotations

from typing import NamedTuple

from hie.exchange.ports import Clock, Store
from hie.hub.copying import AuditCopy
from hie.hub.heads import HeadsOutside, SealingKey
from hie.hub.releasing import Ledger, Recorded
from hie.hub.sealing import Outside, Sealing
from hie.hub.settings import Settings


class Recording(NamedTuple):
    """Who seals and copies the trail, and what the doors compare their answers with."""

    sealing: Sealing
    recorded: Recorded
    ledger: Ledger


def recording(settings: Settings, store: Store, clock: Clock) -> Recording:
    """Let everything that watches be told of the rows of `store`; nothing runs yet."""
    recorded, ledger = Recorded(), Ledger(settings.data_dir, clock)
    heads = HeadsOutside(settings.audit_heads) if settings.audit_heads else None
    copy = AuditCopy(settings.audit_copy, clock) if settings.audit_copy else None
    store.witnesses.append(recorded.witness)
    if copy:
        store.witnesses.append(copy.witness)
    sealing = Sealing(store, clock, SealingKey(settings.data_dir), Outside(heads, copy, ledger))
    return Recording(sealing, recorded, ledger)
