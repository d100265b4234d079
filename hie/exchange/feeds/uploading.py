"""A clinic's own files into a patient's record: looked into, shown, filed, and taken back the same day.

They become documents of the clinic itself, under the gate that files what hospitals send: whoever may see
the clinic's documents by the patient's consent sees them, nobody else. Each step is written down.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from hie.exchange.feeds import handed
from hie.exchange.feeds.clinic_papers import (
    OTHER,
    PHOTOGRAPH,
    Paper,
    checked_day,
    label_of,
    packed,
    paper,
    tidy_title,
)
from hie.exchange.feeds.dispensing import dispensed
from hie.exchange.feeds.filing import Outcome
from hie.exchange.feeds.handed import Handed
from hie.exchange.feeds.inspecting import Asking, Inspected, inspect
from hie.exchange.gate.access import Asked, admit
from hie.exchange.gate.publish import publishable
from hie.exchange.ports import AuditEvent, Clock, PatientFile, Store, UnitOfWork
from hie.exchange.ports.papers import ScanReader
from hie.exchange.ports.uploads import MOST_UPLOADS, Upload, UploadKind, UploadState
from hie.readers.jahis import read_notebook
from hie.record.entry import Format
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Requester, Role
from hie.record.times import JST, UNKNOWN_DAY, Day, japanese_day
from ssmix2.layout import FileName

UPLOADERS = frozenset(
    {Role.DOCTOR, Role.DENTIST, Role.NURSE, Role.VISITING_NURSE, Role.PHARMACIST, Role.THERAPIST}
)
"""Who treats and so adds to a record; others read."""
MOST_FILES = 50
"""Files of one request."""
RECENT = 7 * 24 * 60 * 60 * 1000
"""Milliseconds for which what is done stays listed."""
_LONGEST_NAME = 120
_KEY = 18
"""Characters of an upload's id that name its visits to a pharmacy."""
_THERE = frozenset({Outcome.INDEXED, Outcome.UNCHANGED})


class Standing(NamedTuple):
    """Whether a facility may add to a patient's record."""

    number: str = ""
    """Its own number of the patient."""
    why_not: str = ""
    """`no-number`, `view-only`, or empty where it may."""


class Shown(NamedTuple):
    """What the page of a patient's uploads shows."""

    standing: Standing
    uploads: Sequence[Upload]


class File(NamedTuple):
    """One file as it came."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        """Show the size only."""
        return f"File({len(self.content)} bytes)"


class Chosen(NamedTuple):
    """What somebody says of a paper before it is filed."""

    kind: str = OTHER
    title: str = ""
    day: str = ""
    """`YYYYMMDD` or `YYYY-MM-DD`."""
    department: str = ""
    """統一診療科コード"""


def shown(store: Store, clock: Clock, requester: Requester, patient: PatientId) -> Shown:
    """Return what was handed in for a patient; raise `NotFound` where the gate shows the asker nothing."""
    now = clock.now()
    with store.work() as work:
        file = _entered(work, now, requester, patient, "uploads-read")
        standing = _standing(work, now, requester, file)
        work.commit()
        return Shown(standing, work.uploads.of_patient(requester.facility, patient, now - RECENT))


def receive(
    store: Store,
    clock: Clock,
    scans: ScanReader,
    requester: Requester,
    patient: PatientId,
    files: Sequence[File],
) -> list[Upload]:
    """Look into files and keep them until somebody has seen the preview; return what became of each.

    Raise `NotFound` where the gate shows nothing, `Invalid` where the facility may not add (`no-number`,
    `view-only`), for too many files (`files`) or too many that wait (`waiting`).
    """
    if len(files) > MOST_FILES:
        raise Invalid("too many files at once", code="files")
    now = clock.now()
    with store.work() as work:
        file = _entered(work, now, requester, patient, "upload-kept", f"{len(files)} files")
        standing = _standing(work, now, requester, file)
        waiting = work.uploads.waiting(requester.facility)
        before = work.uploads.of_patient(requester.facility, patient, 0)
    _must_stand(standing)
    if waiting + len(files) > MOST_UPLOADS:
        raise Invalid("too many files wait already", code="waiting")
    asking = Asking(scans, requester.user, file.patient, standing.number, today(now))
    there = {one.digest for one in before if one.state in {UploadState.WAITING, UploadState.FILED}}
    made: list[tuple[Upload, bytes]] = []
    for one in files:
        found = inspect(asking, one.content)
        upload = _upload(clock, requester, patient, standing.number, one, found)
        if not upload.reason and upload.digest in there:
            upload = upload._replace(state=UploadState.REFUSED, reason="twice")
        there.add(upload.digest)
        made.append((upload, found.content if upload.state is UploadState.WAITING else b""))
    with store.work() as work:
        for upload, content in made:
            work.uploads.add(upload, content)
    return [upload for upload, _ in made]


def preview(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, number: str
) -> tuple[Upload, bytes]:
    """Return a file that waits, to be drawn; raise `NotFound` where it is not there for the asker."""
    with store.work() as work:
        _entered(work, clock.now(), requester, patient, "upload-read", number)
        found = _of(work, requester, patient, number)
        work.commit()
        return found, work.uploads.content(number)


def file(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, number: str, chosen: Chosen
) -> Upload:
    """File what waits as a document of the facility; return what became of it.

    What the gate withholds or a reader refuses is refused with its reason. Raise `NotFound`, `Invalid` for
    a kind, day or title that is none, `Conflict` where somebody else decided first.
    """
    now = clock.now()
    with store.work() as work:
        found_file = _entered(work, now, requester, patient, "upload-filed", number)
        standing = _standing(work, now, requester, found_file)
        found = _of(work, requester, patient, number)
        _must_stand(standing)
        before = found.state
        if before is not UploadState.WAITING and not is_interrupted(found):
            raise Conflict("it is decided already")
        filing = _claimed(work, now, requester, found, chosen)
        if not work.uploads.replace(filing, before):
            raise Conflict("it is decided already")
        content = work.uploads.content(number)
    said = handed.feed(
        store,
        clock,
        requester.facility,
        number,
        Format.DICOM if filing.kind is UploadKind.DICOM else Format.CONTENT_FOLDER,
        _documents(filing, content),
    )
    bad = next((one for one in said if one.outcome not in _THERE), None)
    if any(one.outcome in _THERE for one in said):
        done = filing._replace(count=sum(one.outcome in _THERE for one in said))
    else:
        withheld = bad is None or bad.outcome is Outcome.WITHHELD
        reason = "withheld" if withheld or bad is None else bad.reason or "unreadable"
        done = filing._replace(state=UploadState.REFUSED, reason=reason, version="")
    with store.work() as work:
        if not work.uploads.replace(done, UploadState.FILED, forget=done.state is UploadState.FILED):
            raise Conflict("it was taken back meanwhile")
    return done


def discard(store: Store, clock: Clock, requester: Requester, patient: PatientId, number: str) -> None:
    """Take away what waits or was refused; raise `NotFound`, or `Conflict` where it is filed."""
    with store.work() as work:
        _entered(work, clock.now(), requester, patient, "upload-discarded", number)
        found = _of(work, requester, patient, number)
        if found.state not in {UploadState.WAITING, UploadState.REFUSED}:
            raise Conflict("it is decided already")
        away = found._replace(state=UploadState.DISCARDED, decided_at=clock.now(), decided_by=requester.user)
        if not work.uploads.replace(away, found.state, forget=True):
            raise Conflict("it is decided already")
    handed.release(store, requester.facility, number)


def is_interrupted(upload: Upload) -> bool:
    """Say whether a filing began and nobody knows its end: it may be filed again, and nothing doubles."""
    return upload.state is UploadState.FILED and not upload.count


def today(now: int) -> Day:
    """Return the Japanese day of a moment."""
    return japanese_day(datetime.fromtimestamp(now / 1000, UTC))


def may_undo(upload: Upload, now: int) -> bool:
    """Say whether it was filed today, by the facility's own people."""
    return upload.state is UploadState.FILED and today(upload.decided_at) == today(now)


def next_version(work: UnitOfWork, requester: Requester, now: int) -> str:
    """Return the 17 digits of a moment, later than every version the facility's uploads have."""
    moment = datetime.fromtimestamp(now / 1000, JST)
    said = f"{moment:%Y%m%d%H%M%S}{now % 1000:03d}"
    newest = work.uploads.newest_version(requester.facility)
    return max(said, f"{int(newest) + 1:017d}") if newest else said


def entered_for_undo(
    work: UnitOfWork, now: int, requester: Requester, patient: PatientId, number: str
) -> Upload:
    """Admit who takes something back; return it, or raise `NotFound`."""
    _entered(work, now, requester, patient, "upload-undone", number)
    return _of(work, requester, patient, number)


def _entered(
    work: UnitOfWork, now: int, requester: Requester, patient: PatientId, action: str, detail: str = ""
) -> PatientFile:
    """Decide and write down; raise `NotFound` where the gate shows nothing or the role adds nothing."""
    answer = admit(work, now, [Asked(requester, patient, action, detail=detail)])[0]
    if answer.grant is None or answer.file is None or requester.role not in UPLOADERS:
        work.commit()
        raise NotFound("no such record, or not for the asker")
    return answer.file


def _standing(work: UnitOfWork, now: int, requester: Requester, file: PatientFile) -> Standing:
    own = sorted(one.value for one in file.numbers if one.facility == requester.facility)
    if not own:
        return Standing(why_not="no-number")
    allowed = publishable(work, requester.facility, own[:1], now)
    return Standing(own[0], "" if own[0] in allowed else "view-only")


def _must_stand(standing: Standing) -> None:
    if standing.why_not:
        raise Invalid("this facility adds nothing to this record", code=standing.why_not)


def _of(work: UnitOfWork, requester: Requester, patient: PatientId, number: str) -> Upload:
    found = work.uploads.find(requester.facility, number)
    if found is None or found.patient != patient:
        work.commit()
        raise NotFound("no such upload")
    return found


def _upload(
    clock: Clock, requester: Requester, patient: PatientId, number: str, one: File, found: Inspected
) -> Upload:
    now = clock.now()
    shown_name = "".join(sign for sign in one.name if sign.isprintable())[-_LONGEST_NAME:]
    day = found.day or today(now)
    return Upload(
        id=clock.new_id(),
        facility=requester.facility,
        patient=patient,
        number=number,
        kind=found.kind,
        state=UploadState.REFUSED if found.reason else UploadState.WAITING,
        reason=found.reason,
        file_name=shown_name,
        title=tidy_title(shown_name.rpartition(".")[0] or shown_name),
        document_kind=PHOTOGRAPH if found.kind is UploadKind.PHOTO else OTHER,
        day=str(day),
        version="",
        count=0,
        size=len(one.content),
        digest=hashlib.sha256(found.content or one.content).hexdigest(),
        told=json.dumps(dict(found.told)),
        received_at=now,
        received_by=requester.user,
    )


def _claimed(work: UnitOfWork, now: int, requester: Requester, found: Upload, chosen: Chosen) -> Upload:
    """Make it ours before it is filed: an interrupted one keeps its version, so that nothing doubles."""
    if is_interrupted(found):
        return found
    day, kind, title = found.day, found.document_kind, found.title
    told = json.loads(found.told)
    if found.kind in {UploadKind.PDF, UploadKind.PHOTO}:
        day = str(checked_day(chosen.day, today(now)))
        kind, title = chosen.kind, tidy_title(chosen.title)
        told |= {"department": chosen.department}
    elif day == str(UNKNOWN_DAY):
        raise Invalid("the file says no day", code="day")
    made = found._replace(
        told=json.dumps(told),
        state=UploadState.FILED,
        reason="",
        title=title,
        document_kind=kind,
        day=day,
        version=next_version(work, requester, now),
        decided_at=now,
        decided_by=requester.user,
    )
    if made.kind in {UploadKind.PDF, UploadKind.PHOTO}:
        _named(made)
    return made


def _named(upload: Upload) -> FileName:
    said = Paper(
        upload.document_kind,
        upload.title,
        upload.day,
        str(json.loads(upload.told).get("department", "")),
    )
    return paper(upload.number, upload.id, said, upload.version)


def _documents(upload: Upload, content: bytes) -> list[Handed]:
    """Make what an upload files: one document, or one for each visit to a pharmacy."""
    if upload.kind is UploadKind.DICOM:
        return [Handed(upload.number, f"{upload.id}.dcm", content)]
    if upload.kind is UploadKind.DISPENSING:
        visits = dispensed(read_notebook(content), upload.number, upload.id[-_KEY:], upload.version)
        return [Handed(upload.number, one.name.text(), one.content) for one in visits]
    named = upload.title or label_of(upload.document_kind)
    return [Handed(upload.number, _named(upload).text(), packed(content, named))]


def written(now: int, requester: Requester, action: str, detail: str) -> AuditEvent:
    """Write down what somebody did with a table of many patients."""
    return AuditEvent(now, requester, action, "done", "", 0, (), 0, detail, custodian=requester.facility)
