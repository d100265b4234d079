"""A clinic's own files into a patient's record: hand in, see, add, take back."""

from __future__ import annotations

import json
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from hie.exchange.feeds import own_records, undoing, uploading
from hie.exchange.feeds.clinic_papers import KINDS
from hie.exchange.feeds.own_records import UPLOADERS, may_undo
from hie.exchange.feeds.uploading import MOST_FILES, Chosen
from hie.exchange.gate.declared import KILOBYTE, About, declares
from hie.exchange.ports.uploads import LARGEST_UPLOAD, Upload, UploadKind, UploadState
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import ContentHash, PatientId
from viewer.asked import asked_patient, problem_said, tried
from viewer.departments import DEPARTMENTS
from viewer.heads import head_of
from viewer.locale import Words
from viewer.screen import Screen, requester_of, screen_of, words_of

MOST_BYTES = 64 * KILOBYTE * KILOBYTE
SIDE = 700
"""Pixels of a preview."""
DEPARTMENT = "upload.department"
"""Under which name a person's last department is remembered."""
MEDICINE = "01"
"""内科, of which a clinic's paper is where nobody said otherwise yet."""
INERT = {"Content-Security-Policy": "sandbox; default-src 'none'"}
"""Whatever a browser makes of a preview runs nothing and loads nothing."""
_MEGABYTE = KILOBYTE * KILOBYTE
_PAPERS = frozenset({UploadKind.PDF, UploadKind.PHOTO})

router = APIRouter(include_in_schema=False)


class Item(NamedTuple):
    """One upload as it is drawn."""

    upload: Upload
    kind: str
    size: str
    about: str
    """What is in it, in words."""
    date: str
    """`YYYY-MM-DD` for the form."""
    why: str
    is_paper: bool
    drawn: bool
    undoable: bool
    closed: bool
    """The asker may not see what it is."""
    left_out: int
    """How many of its documents were not added."""


class _Drawn(NamedTuple):
    """Bytes that a picture is made of."""

    digest: ContentHash
    content: bytes


@router.get("/patients/{patient}/uploads")
@declares(UPLOADERS, About.PATIENT)
def show(request: Request, patient: str) -> Response:
    """Show what waits, what was refused and what was added."""
    return _page(request, asked_patient(patient))


@router.post("/patients/{patient}/uploads")
@declares(UPLOADERS, About.PATIENT, most_bytes=MOST_BYTES)
def receive(request: Request, patient: str, files: Annotated[list[UploadFile], File()]) -> Response:
    """Take files in; what became of each stands on the page."""
    services, whose = screen_of(request).services, asked_patient(patient)
    given = [
        own_records.File(one.filename or "", one.file.read(LARGEST_UPLOAD + 1))
        for one in files[: MOST_FILES + 1]
        if one.filename
    ]

    def act() -> object:
        return uploading.receive(
            services.store, services.clock, services.scans, requester_of(request), whose, given
        )

    return tried(act, _place(whose))


@router.get("/patients/{patient}/uploads/{number}/picture")
@declares(UPLOADERS, About.PATIENT)
def picture(request: Request, patient: str, number: str) -> Response:
    """Draw the first page of what waits; what came is never given out as it is."""
    services, requester = screen_of(request).services, requester_of(request)
    found, content = uploading.preview(
        services.store, services.clock, requester, asked_patient(patient), number
    )
    if found.kind is UploadKind.DICOM:
        drawn = services.thumbnail(_Drawn(ContentHash(bytes.fromhex(found.digest)), content), SIDE)
    elif found.kind in _PAPERS:
        try:
            drawn = services.scans.picture(content, 1, SIDE, requester.user)
        except Invalid as error:
            raise NotFound("this cannot be drawn") from error
    else:
        raise NotFound("there is no picture of this")
    return Response(drawn, media_type="image/png", headers=INERT)


@router.post("/patients/{patient}/uploads/{number}/file")
@declares(UPLOADERS, About.PATIENT)
def file(  # noqa: PLR0913, PLR0917  the fields of a form
    request: Request,
    patient: str,
    number: str,
    kind: Annotated[str, Form(max_length=20)] = "",
    title: Annotated[str, Form(max_length=200)] = "",
    day: Annotated[str, Form(max_length=10)] = "",
    department: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Add what waits to the record."""
    services, whose = screen_of(request).services, asked_patient(patient)
    requester = requester_of(request)

    def act() -> None:
        chosen = Chosen(kind, title, day, department)
        uploading.file(services.store, services.clock, requester, whose, number, chosen)
        if department in DEPARTMENTS:
            with services.store.work() as work:
                work.preferences.put(requester.user, DEPARTMENT, department)

    return tried(act, _place(whose))


@router.post("/patients/{patient}/uploads/{number}/discard")
@declares(UPLOADERS, About.PATIENT)
def discard(request: Request, patient: str, number: str) -> Response:
    """Take away what waits or was refused."""
    services, whose = screen_of(request).services, asked_patient(patient)
    return tried(
        lambda: uploading.discard(services.store, services.clock, requester_of(request), whose, number),
        _place(whose),
    )


@router.post("/patients/{patient}/uploads/{number}/undo")
@declares(UPLOADERS, About.PATIENT)
def undo(request: Request, patient: str, number: str) -> Response:
    """Take back what was added today."""
    services, whose = screen_of(request).services, asked_patient(patient)
    answer = tried(
        lambda: undoing.undo(services.store, services.clock, requester_of(request), whose, number),
        _place(whose),
    )
    if answer.headers["location"] == _place(whose):  # its number, for a title says something of the patient
        answer.headers["location"] = f"{_place(whose)}?{urlencode({'undone': number})}"
    return answer


def _place(whose: PatientId) -> str:
    return f"/patients/{whose}/uploads"


def _page(request: Request, whose: PatientId) -> Response:
    screen, requester, words = screen_of(request), requester_of(request), words_of(request)
    services = screen.services
    found = uploading.shown(services.store, services.clock, requester, whose)
    with services.store.look() as work:
        last = work.preferences.of(requester.user).get(DEPARTMENT, "")
    items = _items(screen, found, words)
    near = _near(found, last)
    return screen.page(
        request,
        "uploads.html",
        **head_of(screen, requester, screen.person(whose), words),
        standing=found.standing,
        problem=problem_said(words, "uploads.problem.", request.query_params.get("problem", "")),
        waiting=[one for one in items if one.upload.state is UploadState.WAITING or _stuck(one)],
        refused=[one for one in items if one.upload.state is UploadState.REFUSED],
        filed=[one for one in items if one.upload.state is UploadState.FILED and not _stuck(one)],
        kinds=[(kind, words(f"uploads.kind.{kind}")) for kind in KINDS],
        undone=_undone(found, request.query_params.get("undone", "")),
        near=[(code, DEPARTMENTS[code]) for code in near],
        departments=[(code, name) for code, name in sorted(DEPARTMENTS.items()) if code not in near],
        department=near[0],
        today=_dashed(str(screen.today())),
        most=LARGEST_UPLOAD // _MEGABYTE,
    )


def _near(found: uploading.Shown, last: str) -> list[str]:
    """Choose the departments that stand first: the person's last, those of own papers, then medicine."""
    used = [str(json.loads(one.told).get("department", "")) for one in found.uploads]
    return [code for code in dict.fromkeys((last, *used, MEDICINE)) if code in DEPARTMENTS]


def _undone(found: uploading.Shown, number: str) -> str:
    """Say what was taken back a moment ago; empty where nothing was, or where it is not shown."""
    taken = (one for one in found.uploads if one.id == number and one.state is UploadState.UNDONE)
    return next((one.title or one.file_name for one in taken if one.id not in found.closed), "")


def _stuck(one: Item) -> bool:
    return own_records.is_interrupted(one.upload)


def _items(screen: Screen, found: uploading.Shown, words: Words) -> list[Item]:
    now = screen.services.clock.now()
    return [
        Item(
            one,
            words(f"uploads.is.{one.kind}"),
            _size(one.size),
            _about(one, words),
            _dashed(one.day),
            words.either(f"uploads.why.{one.reason}", words("uploads.why.other")) if one.reason else "",
            one.kind in _PAPERS,
            one.kind is not UploadKind.DISPENSING,
            may_undo(one, now) and one.id not in found.closed,
            one.id in found.closed,
            int(json.loads(one.told).get("left_out", 0)),
        )
        for one in found.uploads
    ]


def _about(one: Upload, words: Words) -> str:
    told = json.loads(one.told)
    if one.kind is UploadKind.PDF and "pages" in told:
        return words("uploads.pages", n=told["pages"])
    if one.kind is UploadKind.DISPENSING and "visits" in told:
        return words("uploads.visits", n=told["visits"])
    return f"{told.get('modality', '')} {told.get('description', '')}".strip()


def _size(size: int) -> str:
    return f"{size / _MEGABYTE:.1f} MB" if size >= _MEGABYTE else f"{max(1, size // KILOBYTE)} KB"


def _dashed(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == len("YYYYMMDD") else ""
