"""Many scans at once: pages go to their registrations by their codes, the rest lies in a tray."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from hie.exchange.consents import registering, scanning
from hie.exchange.consents.registering import PROPOSERS, VERIFIERS
from hie.exchange.consents.scanning import Received
from hie.exchange.gate.declared import KILOBYTE, About, declares
from hie.exchange.ports import LARGEST_SCAN, OPEN_STATES
from hie.record.errors import Invalid, NotFound
from viewer.desk import person_words
from viewer.screen import requester_of, screen_of, words_of

DESKS = PROPOSERS | VERIFIERS
MOST_BYTES = 64 * KILOBYTE * KILOBYTE
SMALL_SIDE = 600

router = APIRouter(include_in_schema=False)


@router.get("/desk/scans")
@declares(DESKS, About.DECISIONS)
def tray(request: Request) -> Response:
    """Show the tray."""
    return _tray(request, [])


@router.post("/desk/scans")
@declares(DESKS, About.DECISIONS, most_bytes=MOST_BYTES)
def receive(request: Request, files: Annotated[list[UploadFile], File()]) -> Response:
    """Take files in and say what became of each."""
    services = screen_of(request).services
    uploads = [
        scanning.Upload(one.filename or "", one.file.read(LARGEST_SCAN + 1))
        for one in files[: scanning.MOST_FILES]
    ]
    received = scanning.receive(
        services.store, services.clock, services.scans, requester_of(request), uploads
    )
    return _tray(request, received)


@router.post("/desk/scans/file")
@declares(DESKS, About.DECISIONS)
def file(
    request: Request,
    digest: Annotated[str, Form()] = "",
    page: Annotated[int, Form()] = 0,
    registration: Annotated[str, Form()] = "",
) -> Response:
    """Lay a page of the tray with the registration somebody found for it."""
    services = screen_of(request).services
    scanning.file_by_hand(services.store, services.clock, requester_of(request), digest, page, registration)
    return RedirectResponse("/desk/scans", 303)


@router.post("/desk/scans/discard")
@declares(DESKS, About.DECISIONS)
def discard(
    request: Request,
    digest: Annotated[str, Form()] = "",
    page: Annotated[int, Form()] = 0,
) -> Response:
    """Take a page that is no form out of the tray."""
    services = screen_of(request).services
    scanning.discard(services.store, services.clock, requester_of(request), digest, page)
    return RedirectResponse("/desk/scans", 303)


@router.get("/desk/scans/{digest}/{page}")
@declares(DESKS, About.DECISIONS)
def picture(request: Request, digest: str, page: int) -> Response:
    """Draw a page of the tray."""
    services = screen_of(request).services
    _, content = scanning.page_of(services.store, services.clock, requester_of(request), "", digest, page)
    try:
        drawn = services.scans.picture(content, page, SMALL_SIDE, requester_of(request).user)
    except Invalid as error:
        raise NotFound("this page cannot be drawn") from error
    return Response(drawn, media_type="image/png")


def _tray(request: Request, received: list[Received]) -> Response:
    screen, requester, words = screen_of(request), requester_of(request), words_of(request)
    services = screen.services
    pages = scanning.tray(services.store, requester)
    waiting = registering.listed(services.store, services.clock, requester, OPEN_STATES) if pages else []
    return screen.page(
        request,
        "desk_scans.html",
        received=received,
        pages=pages,
        choices=[
            (one.registration.id, person_words(one.registration.proposal, screen.today(), words))
            for one in waiting
        ],
    )
