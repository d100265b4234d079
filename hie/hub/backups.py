"""Taking a copy of a region and putting it back, with the settings' database and object store.

The order of a restore is what makes it safe: decisions first, but nobody who takes part; then what the copy
of the audit trail says was closed since; then documents. The region opens last, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from hie.exchange import restoring
from hie.exchange.ports import AuditEvent, Clock, Seal, Store
from hie.hub.copying import copied
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.errors import Invalid
from hie.record.requester import Requester
from hie.store import backup
from hie.store.backup import Copy, Told


class Restored(NamedTuple):
    """What came of a restore."""

    copy: Copy
    replayed: restoring.Replayed | None
    """What the copy of the audit trail made closed; none where there was none."""
    open: bool
    """Whether the region takes part again; else `hie restore --reopen` waits for a decision."""


def back_up(
    settings: Settings, store: Store, clock: Clock, requester: Requester, folder: Path, told: Told
) -> Copy:
    """Take a copy into `folder`; that it was taken stands in the audit trail, with its digest."""
    copy = backup.take(settings.database, store.objects, folder, clock.now(), told)
    with store.work() as work:
        work.audit.append(
            [AuditEvent(clock.now(), requester, "backup-made", "done", "", 0, (), copy.position, copy.digest)]
        )
    return copy


def restore(  # noqa: PLR0913, PLR0917  where from, where to, and what is known besides
    settings: Settings,
    clock: Clock,
    requester: Requester,
    folder: Path,
    trails: Sequence[Path],
    heads: Sequence[Seal],
    told: Told,
) -> Restored:
    """Put a copy into the empty database of the settings, and close again what was closed since.

    `trails` are copies of the audit trail; with one that reaches every one of `heads` the region opens
    again. Raise `Invalid` where a copy or a trail is not whole, `Conflict` where the database is not empty.
    """
    copy = backup.read_manifest(folder)
    with closing(stored_by(settings)) as store:
        backup.put_back(settings.database, folder, backup.DECISIONS, told)
        restoring.close(store, clock, requester)
        replayed = _replayed(store, clock, requester, copy, trails) if trails else None
        backup.put_back(settings.database, folder, backup.EVIDENCE, told)
        backup.put_back_objects(store.objects, folder, told)
        whole = replayed is not None and _reaches(copy, replayed, heads)
    if whole:
        reopen(settings, clock, requester, folder, told)
    return Restored(copy, replayed, whole)


def reopen(settings: Settings, clock: Clock, requester: Requester, folder: Path, told: Told) -> None:
    """Let take part again who did when the copy was taken; raise `Conflict` where they do already."""
    with closing(stored_by(settings)) as store:
        backup.put_back_members(settings.database, folder, told)
        restoring.opened(store, clock, requester)


def _replayed(
    store: Store, clock: Clock, requester: Requester, copy: Copy, trails: Sequence[Path]
) -> restoring.Replayed:
    """Replay the trails in order; several hubs have a file each, and a row may stand in more than one."""
    rows = sorted(chain.from_iterable(map(copied, trails)))
    last = bytes.fromhex(copy.audit_hash)
    behind = restoring.following(rows, copy.audit_sequence, last)
    return restoring.replay(store, clock, requester, behind, last)


def _reaches(copy: Copy, replayed: restoring.Replayed, heads: Sequence[Seal]) -> bool:
    """Say whether the trail goes as far as anybody outside knows; raise `Invalid` where it differs."""
    last = max(replayed.last, copy.audit_sequence)
    for head in heads:
        if head.sequence == last and head.hash != replayed.last_hash:
            raise Invalid("the copy of the audit trail is not the one that was sealed")
    return all(head.sequence <= last for head in heads)
