"""A clinic's own files into a patient's record: looked into, shown, filed, and taken back the same day.

They become documents of the clinic itself, under the gate that files what hospitals send: whoever may see
the clinic's documents by the patient's consent sees them, nobody else. Each step is written down.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
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
from hie.exchange.feeds.filing import Outcome, Said
from hie.exchange.feeds.handed import Handed
from hie.exchange.feeds.inspecting import Asking, Inspected, inspect
from hie.exchange.feeds.own_records import (
    File,
    Standing,
    enter,
    is_interrupted,
    must_stand,
    next_version,
    own_upload,
    standing_of,
    today,
)
from hie.exchange.feeds.seeing_uploads import forgotten, opens, veiled
from hie.exchange.feeds.withdrawing import leaves, orders_of, take_back, take_back_image
from hie.exchange.ports import Clock, Store, UnitOfWork
from hie.exchange.ports.papers import ScanReader
from hie.exchange.ports.uploads import MOST_UPLOADS, Upload, UploadKind, UploadState
from hie.readers.jahis import read_notebook
from hie.record.entry import EntryStatus, Format
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Requester
from hie.record.times import UNKNOWN_DAY
from ssmix2.layout import FileName, parse_name

MOST_FILES = 50
"""Files of one request."""
RECENT = 7 * 24 * 60 * 60 * 1000
"""Milliseconds for which what is done stays listed."""
_LONGEST_NAME = 120
PHOTO = "写真"
_CAMERA = re.compile(r"(?:img|image|dsc\w?|dscn|pxl|photo|pict?)?[-_ ]?[\d_-]{3,}", re.IGNORECASE)
"""How cameras and phones name what they take: IMG_1234, 20240510_101500."""
_THERE = frozenset({Outcome.INDEXED, Outcome.UNCHANGED})


class Shown(NamedTuple):
    """What the page of a patient's uploads shows."""

    standing: Standing
    uploads: Sequence[Upload]
    """Veiled, where the asker may not see what it is."""
    closed: frozenset[str]
    """Ids of the veiled ones."""


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
        entered = enter(work, now, requester, patient, "uploads-read")
        standing = standing_of(work, now, requester, entered.file)
        work.commit()
        found = work.uploads.of_patient(requester.facility, patient, now - RECENT)
    closed = frozenset(one.id for one in found if not opens(entered.grant, one))
    return Shown(standing, [veiled(one) if one.id in closed else one for one in found], closed)


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
        entered = enter(work, now, requester, patient, "upload-kept", f"{len(files)} files")
        standing = standing_of(work, now, requester, entered.file)
        waiting = work.uploads.waiting(requester.facility)
    must_stand(standing)
    if waiting + len(files) > MOST_UPLOADS:
        raise Invalid("too many files wait already", code="waiting")
    asking = Asking(scans, requester.user, entered.file.patient, standing.number, today(now))
    made: list[tuple[Upload, bytes]] = []
    for one in files:
        found = inspect(asking, one.content)
        made.append((_upload(clock, requester, patient, standing.number, one, found), found.content))
    with store.work() as work:
        # From here to the commit nobody else hands in for this number: two at once would not see each other.
        work.patients.resolve(requester.facility, [standing.number])
        return [_kept(work, upload, content) for upload, content in made]


def _kept(work: UnitOfWork, upload: Upload, content: bytes) -> Upload:
    if not upload.reason and work.uploads.alike(upload.facility, upload.patient, upload.digest):
        upload = upload._replace(state=UploadState.REFUSED, reason="twice")
    work.uploads.add(upload, content if upload.state is UploadState.WAITING else b"")
    return upload


def preview(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, number: str
) -> tuple[Upload, bytes]:
    """Return a file that waits, to be drawn; raise `NotFound` where it is not there for the asker."""
    with store.work() as work:
        entered = enter(work, clock.now(), requester, patient, "upload-read", number)
        found = own_upload(work, entered, requester, patient, number)
        work.commit()
        if found.state is not UploadState.WAITING and not is_interrupted(found):
            raise NotFound("this upload is decided")
        return found, work.uploads.content(number)


def file(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, number: str, chosen: Chosen
) -> Upload:
    """File what waits as a document of the facility; return what became of it.

    What the gate withholds or a reader refuses is refused with its reason, and so is what is filed already.
    Raise `NotFound`, `Invalid` for a kind, day or title that is none or where the number is not the
    patient's now (`number`), `Conflict` where somebody else decided first.
    """
    now = clock.now()
    with store.work() as work:
        entered = enter(work, now, requester, patient, "upload-filed", number)
        found = own_upload(work, entered, requester, patient, number)
        if found.state is not UploadState.WAITING and not is_interrupted(found):
            raise Conflict("it is decided already")
        standing = standing_of(work, now, requester, entered.file, found.number)
        if standing.why_not and is_interrupted(found):
            return _given_up(work, now, found)
        must_stand(standing)
        content = work.uploads.content(number)
        filing, documents = _claimed(work, now, requester, found, chosen, content)
        if not work.uploads.replace(filing, found.state, forget=filing.state is UploadState.REFUSED):
            raise Conflict("it is decided already")
        if filing.state is UploadState.REFUSED:
            return filing
    said = handed.feed(
        store,
        clock,
        requester.facility,
        number,
        Format.DICOM if filing.kind is UploadKind.DICOM else Format.CONTENT_FOLDER,
        documents,
        whose={filing.number: patient},
    )
    done = _ended(filing, said)
    with store.work() as work:
        late = not work.uploads.replace(done, UploadState.FILED, forget=True)
        if late:  # taken back meanwhile: what came after that goes too
            _taken_back(work, clock.now(), filing)
    if late:
        raise Conflict("it was taken back meanwhile")
    return done


def _ended(filing: Upload, said: Sequence[Said]) -> Upload:
    """Say of what was filed how much, or why nothing was."""
    there = sum(one.outcome in _THERE for one in said)
    if there:
        told = {**json.loads(filing.told), "left_out": len(said) - there}
        return filing._replace(count=there, told=json.dumps(told))
    bad = next((one for one in said if one.outcome is not Outcome.WITHHELD), None)
    refused = filing._replace(state=UploadState.REFUSED, version="")
    if bad is None:
        return forgotten(refused._replace(reason="withheld"))
    return refused._replace(reason=bad.reason or "unreadable")


def _given_up(work: UnitOfWork, now: int, found: Upload) -> Upload:
    """End a filing that was interrupted and may not go on: what it had filed is taken back."""
    _taken_back(work, now, found)
    refused = forgotten(found._replace(state=UploadState.REFUSED, reason="withheld", version=""))
    if not work.uploads.replace(refused, UploadState.FILED, forget=True):
        raise Conflict("it is decided already")
    return refused


def _taken_back(work: UnitOfWork, now: int, upload: Upload) -> None:
    linked = work.patients.resolve(upload.facility, [upload.number])
    for leave in leaves(work, upload.facility, list(linked), now):
        if upload.kind is UploadKind.DICOM:
            take_back_image(work, leave, str(json.loads(upload.told).get("study", "")), upload.digest)
        else:
            take_back(work, leave, upload.version, orders_of(upload))


def discard(store: Store, clock: Clock, requester: Requester, patient: PatientId, number: str) -> None:
    """Take away what waits or was refused; raise `NotFound`, or `Conflict` where it is filed."""
    with store.work() as work:
        entered = enter(work, clock.now(), requester, patient, "upload-discarded", number)
        found = own_upload(work, entered, requester, patient, number)
        if found.state not in {UploadState.WAITING, UploadState.REFUSED}:
            raise Conflict("it is decided already")
        away = found._replace(state=UploadState.DISCARDED, decided_at=clock.now(), decided_by=requester.user)
        if not work.uploads.replace(away, found.state, forget=True):
            raise Conflict("it is decided already")
    handed.release(store, requester.facility, number)


def _called(kind: UploadKind, named: str) -> str:
    """Return how a file is called at first; the number that a camera gave a photo says nothing."""
    return PHOTO if kind is UploadKind.PHOTO and _CAMERA.fullmatch(named) else named


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
        title=_called(found.kind, tidy_title(shown_name.rpartition(".")[0] or shown_name)),
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


def _claimed(
    work: UnitOfWork, now: int, requester: Requester, found: Upload, chosen: Chosen, content: bytes
) -> tuple[Upload, list[Handed]]:
    """Make it ours before it is filed, and its documents; an interrupted one keeps its version.

    Refused as `twice` where all of it is filed already.
    """
    filing = found if is_interrupted(found) else _decided(work, now, requester, found, chosen)
    alike = work.uploads.alike(found.facility, found.patient, found.digest)
    filed = any(one.state is UploadState.FILED and one.id != found.id for one in alike)
    documents = [] if filed else _missing(work, filing, _documents(filing, content))
    if not documents:
        return filing._replace(state=UploadState.REFUSED, reason="twice", version=""), []
    orders = [name.order_number for name in (parse_name(one.name) for one in documents) if name]
    told = {**json.loads(filing.told), "orders": orders}
    return filing._replace(told=json.dumps(told)), documents


def _missing(work: UnitOfWork, upload: Upload, documents: Sequence[Handed]) -> list[Handed]:
    """Leave out the visits to a pharmacy that stand already: a notebook grows, and is handed in whole."""
    linked = work.patients.resolve(upload.facility, [upload.number])
    if upload.kind is not UploadKind.DISPENSING or upload.number not in linked:
        return list(documents)
    standing = {
        key[:3]
        for key, several in work.registry.known(linked[upload.number][0]).items()
        if key.version != upload.version and any(one.status is EntryStatus.APPROVED for one in several)
    }
    names: Mapping[str, FileName | None] = {one.name: parse_name(one.name) for one in documents}
    return [one for one in documents if (name := names[one.name]) is None or name[1:4] not in standing]


def _decided(work: UnitOfWork, now: int, requester: Requester, found: Upload, chosen: Chosen) -> Upload:
    """Say of a file what somebody said of it, and under which version it will stand."""
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
        visits = dispensed(read_notebook(content), upload.number, upload.version)
        return [Handed(upload.number, one.name.text(), one.content) for one in visits]
    named = upload.title or label_of(upload.document_kind)
    return [Handed(upload.number, _named(upload).text(), packed(content, named))]
