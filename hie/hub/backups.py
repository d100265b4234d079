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
from hie.exchange.ports import AuditEvent, ChainRow, Clock, Seal, Store
from hie.hub.copying import copied
from hie.hub.heads import is_genuine
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.errors import Conflict, Invalid
from hie.record.requester import Requester
from hie.store import backup
from hie.store.backup import Copy, Stage, Told


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

    `trails` are copies of the audit trail, `heads` what was sealed of it and kept elsewhere. The region opens
    again only where a genuine head is not older than the copy and the trail reaches every one of them. A
    restore that was cut off goes on where it was.

    Raise `Invalid` where a copy or a trail is not whole, `Conflict` where the database is not empty.
    """
    copy = backup.read_manifest(folder)
    database = settings.database
    replayed = None
    with closing(stored_by(settings)) as store:
        if backup.stage(database) < Stage.DECISIONS:
            backup.put_back(database, folder, backup.DECISIONS, Stage.DECISIONS, told)
        genuine = _genuine(store, heads)
        if backup.stage(database) < Stage.CLOSED:
            rows = _behind(copy, trails, genuine)  # a trail that is not whole closes nothing by halves
            restoring.close(store, clock, requester)
            if trails:
                replayed = restoring.replay(store, clock, requester, rows, bytes.fromhex(copy.audit_hash))
            backup.reached(database, Stage.CLOSED)
        if backup.stage(database) < Stage.DOCUMENTS:
            backup.put_back(database, folder, backup.EVIDENCE, Stage.DOCUMENTS, told)
        backup.put_back_objects(store.objects, folder, told)
    whole = replayed is not None and _is_proved(copy, replayed, genuine)
    if whole:
        reopen(settings, clock, requester, folder, told)
    return Restored(copy, replayed, whole)


def reopen(settings: Settings, clock: Clock, requester: Requester, folder: Path, told: Told) -> None:
    """Let take part again who did when the copy was taken: whoever asks answers for it.

    Raise `Conflict` where they do already, or where the restore has not come so far.
    """
    if backup.stage(settings.database) < Stage.DOCUMENTS:
        raise Conflict("the restore is not done: run it again first")
    with closing(stored_by(settings)) as store:
        backup.put_back_members(settings.database, folder, told)
        restoring.opened(store, clock, requester)


def _genuine(store: Store, heads: Sequence[Seal]) -> list[Seal]:
    """Return the heads signed by a key that the copy's own seals know; raise `Invalid` if none is."""
    with store.look() as work:
        trusted = {seal.key for seal in work.seals.after(0)}
    genuine = [head for head in heads if is_genuine(head, trusted)]
    if heads and not genuine:
        raise Invalid("no head was signed by a key of this region")
    return genuine


def _behind(copy: Copy, trails: Sequence[Path], heads: Sequence[Seal]) -> list[ChainRow]:
    """Return the rows behind the copy's last one, each proved to follow, and none other than was sealed.

    Several hubs have a file each, and a row may stand in more than one.
    """
    rows = sorted(chain.from_iterable(map(copied, trails)))
    behind = list(restoring.following(rows, copy.audit_sequence, bytes.fromhex(copy.audit_hash)))
    sealed = {head.sequence: head.hash for head in heads}
    if any(sealed.get(row.sequence, row.hash) != row.hash for row in behind):
        raise Invalid("the copy of the audit trail is not the one that was sealed")
    return behind


def _is_proved(copy: Copy, replayed: restoring.Replayed, heads: Sequence[Seal]) -> bool:
    """Say whether the trail goes as far as somebody outside saw it, and that is not before the copy."""
    last = max(replayed.last, copy.audit_sequence)
    newest = max((head.sequence for head in heads), default=-1)
    return copy.audit_sequence <= newest <= last
