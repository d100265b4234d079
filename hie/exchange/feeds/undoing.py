"""Taking back, on the same day, what a facility's own people added by themselves.

What it had superseded counts again. It stays in the store and in the trail: an error of a person leaves
the screen, not the books.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from hie.exchange.feeds.own_records import enter, is_interrupted, may_undo, own_upload, written
from hie.exchange.feeds.withdrawing import Leave, entries_of_study, leaves, orders_of, take_back, withdraw
from hie.exchange.ports import Clock, Store, UnitOfWork
from hie.exchange.ports.uploads import Upload, UploadKind, UploadState
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Requester

_DAY = 24 * 60 * 60 * 1000


def undo(store: Store, clock: Clock, requester: Requester, patient: PatientId, number: str) -> int:
    """Take back one upload of a patient; return how many documents left the screen.

    Raise `NotFound`, `Conflict` where it is decided otherwise, was filed on another day, or its number is
    another's now; `Invalid` for an image of a study that has others besides today's (`grown`) and for what
    is being filed at this moment (`unfinished`).
    """
    now = clock.now()
    with store.work() as work:
        entered = enter(work, now, requester, patient, "upload-undone", number)
        found = own_upload(work, entered, requester, patient, number)
        _must_be_todays(found, now)
        (leave,) = leaves(work, requester.facility, [found.number], now, patient)
        if found.kind is UploadKind.DICOM:
            return _study(work, now, requester, found, leave)
        taken = take_back(work, leave, found.version, orders_of(found))
        _mark(work, now, requester, [found])
        return taken


def undo_table(store: Store, clock: Clock, requester: Requester, number: str) -> int:
    """Take back what a table filed, of all its patients; return how many documents left the screen.

    Raise as `undo` does.
    """
    now = clock.now()
    with store.work() as work:
        found = work.uploads.find(requester.facility, number)
        if found is None or found.kind is not UploadKind.TABLE:
            raise NotFound("no such table")
        _must_be_todays(found, now)
        numbers = sorted(map(str, json.loads(found.told).get("numbers", ())))
        orders = orders_of(found)
        taken = sum(
            take_back(work, leave, found.version, orders)
            for leave in leaves(work, requester.facility, numbers, now)
        )
        _mark(work, now, requester, [found])
        work.audit.append([written(now, requester, "upload-undone", f"{number} withdrew {taken}")])
        return taken


def _must_be_todays(found: Upload, now: int) -> None:
    if is_interrupted(found):
        raise Invalid("it is being filed; that is to be finished first", code="unfinished")
    if not may_undo(found, now):
        raise Conflict("it is not filed, or was filed on another day")


def _mark(work: UnitOfWork, now: int, requester: Requester, uploads: Iterable[Upload]) -> None:
    for one in uploads:
        gone = one._replace(state=UploadState.UNDONE, decided_at=now, decided_by=requester.user)
        if not work.uploads.replace(gone, UploadState.FILED, forget=True):
            raise Conflict("it is decided already")


def _study(work: UnitOfWork, now: int, requester: Requester, found: Upload, leave: Leave) -> int:
    """Take back a study of which every image was added today, with all uploads that made it."""
    study = str(json.loads(found.told).get("study", ""))
    together = [
        one
        for one in work.uploads.filed_since(requester.facility, found.patient, now - _DAY)
        if one.kind is UploadKind.DICOM and json.loads(one.told).get("study") == study and may_undo(one, now)
    ]
    if leave.grant is None:
        raise Conflict("whether the study has other images cannot be looked up without a consent")
    images = {image.content_hash.hex() for image in work.imaging.instances(leave.grant, study)}
    if not images <= {upload.digest for upload in together}:
        raise Invalid("the study has images that were there before", code="grown")
    withdraw(work, leave, entries_of_study(work, leave, study))
    _mark(work, now, requester, together)
    return 1
