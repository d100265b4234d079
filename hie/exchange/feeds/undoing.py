"""Taking back, on the same day, what a facility's own people added by themselves.

What it had superseded counts again. It stays in the store and in the trail: an error of a person leaves
the screen, not the books.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from consent.grant import Grant
from hie.exchange.feeds.studies import DATA_KIND
from hie.exchange.feeds.uploading import entered_for_undo, may_undo, written
from hie.exchange.gate.publish import Publishable, publishable
from hie.exchange.ports import Clock, Known, Store, UnitOfWork
from hie.exchange.ports.uploads import Upload, UploadKind, UploadState
from hie.record.entry import EntryKey, EntryStatus
from hie.record.errors import Conflict, Invalid, NotFound, Refused
from hie.record.identifiers import EntryId, PatientId
from hie.record.requester import Requester


def undo(store: Store, clock: Clock, requester: Requester, patient: PatientId, number: str) -> int:
    """Take back one upload of a patient; return how many documents left the screen.

    Raise `NotFound`, `Conflict` where it is decided otherwise or was filed on another day, `Invalid`
    (`grown`) for an image of a study that has others besides today's.
    """
    now = clock.now()
    with store.work() as work:
        found = entered_for_undo(work, now, requester, patient, number)
        _must_be_todays(found, now)
        allowed = _allowed(work, requester, [found.number], now)
        if found.kind is UploadKind.DICOM:
            return _study(work, now, requester, found, allowed)
        taken = _taken(work, found, allowed)
        _mark(work, now, requester, [found])
        return taken


def undo_table(store: Store, clock: Clock, requester: Requester, number: str) -> int:
    """Take back what a table filed, of all its patients; return how many documents left the screen."""
    now = clock.now()
    with store.work() as work:
        found = work.uploads.find(requester.facility, number)
        if found is None or found.kind is not UploadKind.TABLE:
            raise NotFound("no such table")
        _must_be_todays(found, now)
        numbers = sorted(map(str, json.loads(found.told).get("numbers", ())))
        taken = _taken(work, found, _allowed(work, requester, numbers, now))
        _mark(work, now, requester, [found])
        work.audit.append([written(now, requester, "upload-undone", f"{number} withdrew {taken}")])
        return taken


def _must_be_todays(found: Upload, now: int) -> None:
    if not may_undo(found, now):
        raise Conflict("it is not filed, or was filed on another day")


def _allowed(
    work: UnitOfWork, requester: Requester, numbers: Sequence[str], now: int
) -> Mapping[str, Publishable]:
    return publishable(work, requester.facility, numbers, now)


def _mark(work: UnitOfWork, now: int, requester: Requester, uploads: Iterable[Upload]) -> None:
    for one in uploads:
        gone = one._replace(state=UploadState.UNDONE, decided_at=now, decided_by=requester.user)
        if not work.uploads.replace(gone, UploadState.FILED, forget=True):
            raise Conflict("it is decided already")


def _taken(work: UnitOfWork, found: Upload, allowed: Mapping[str, Publishable]) -> int:
    """Withdraw every entry that bears the upload's version; what stood there before stands again."""
    taken = 0
    for one in allowed.values():
        known = work.registry.known(one.local_patient)
        ours = {
            key: held.id
            for key, several in known.items()
            if key.version == found.version
            for held in several
            if held.status is not EntryStatus.WITHDRAWN
        }
        work.registry.amend(one.grant, dict.fromkeys(ours.values(), EntryStatus.WITHDRAWN))
        for key in ours:
            _restore(work, one.grant, _before(known, key))
        taken += len(ours)
    return taken


def _before(known: Mapping[EntryKey, Sequence[Known]], key: EntryKey) -> EntryId | None:
    """Return what `key` had superseded, if nothing newer stands in its place."""
    others = [
        (other.version, held)
        for other, several in known.items()
        if other[:3] == key[:3] and other.version != key.version
        for held in several
    ]
    if any(held.status is EntryStatus.APPROVED for _, held in others):
        return None
    older = [
        (version, held.id)
        for version, held in others
        if version < key.version and held.status is EntryStatus.DEPRECATED
    ]
    return max(older)[1] if older else None


def _restore(work: UnitOfWork, grant: Grant, entry: EntryId | None) -> None:
    if entry is None:
        return
    try:
        work.registry.amend(grant, {entry: EntryStatus.APPROVED})
    except Refused:
        return  # it may not stand now: a consent changed since it was superseded


def _study(
    work: UnitOfWork, now: int, requester: Requester, found: Upload, allowed: Mapping[str, Publishable]
) -> int:
    """Take back a study of which every image was added today, with all uploads that made it."""
    study = str(json.loads(found.told).get("study", ""))
    together = [
        one
        for one in work.uploads.of_patient(requester.facility, found.patient, 0)
        if may_undo(one, now) and one.kind is UploadKind.DICOM and json.loads(one.told).get("study") == study
    ]
    one = allowed.get(found.number)
    if one is not None:
        images = {image.content_hash.hex() for image in work.imaging.instances(one.grant, study)}
        if not images <= {upload.digest for upload in together}:
            raise Invalid("the study has images that were there before", code="grown")
        entries = [
            held.id
            for key, several in work.registry.known(one.local_patient).items()
            if key.data_kind == DATA_KIND and key.order_number == study
            for held in several
        ]
        work.registry.amend(one.grant, dict.fromkeys(entries, EntryStatus.WITHDRAWN))
    _mark(work, now, requester, together)
    return 1
