"""One registration: what was typed beside the scan, and the decision of a second person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from hie.exchange.consents import registering, scanning
from hie.exchange.consents.registering import PROPOSERS, REASONS, VERIFIERS
from hie.exchange.gate.declared import KILOBYTE, About, declares
from hie.exchange.ports import LARGEST_SCAN
from hie.record.errors import Conflict, Invalid, NotFound
from viewer.desk import problem_of, review_of
from viewer.desk_form import LARGEST
from viewer.screen import requester_of, screen_of, words_of

DESKS = PROPOSERS | VERIFIERS
MOST_BYTES = 64 * KILOBYTE * KILOBYTE
"""Of one upload: six of the largest files, or a stack of a day."""
PICTURE_SIDE = 1600

router = APIRouter(include_in_schema=False)


@router.get("/desk/{number}")
@declares(DESKS, About.DECISIONS)
def show(request: Request, number: str) -> Response:
    """Show a registration."""
    return _review(request, number, "")


@router.post("/desk/{number}/verify")
@declares(VERIFIERS, About.DECISIONS, fresh=True)
def verify(request: Request, number: str, seen: Annotated[str, Form()] = "") -> Response:
    """Make it count."""
    services = screen_of(request).services
    try:
        registering.verify(services.store, services.clock, requester_of(request), number, seen)
    except (Invalid, Conflict) as error:
        return _review(request, number, problem_of(error, words_of(request)))
    return RedirectResponse(f"/desk/{number}", 303)


@router.post("/desk/{number}/reject")
@declares(VERIFIERS, About.DECISIONS)
def reject(
    request: Request, number: str, seen: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = ""
) -> Response:
    """Send it back."""
    services = screen_of(request).services
    try:
        registering.reject(services.store, services.clock, requester_of(request), number, seen, reason)
    except (Invalid, Conflict) as error:
        return _review(request, number, problem_of(error, words_of(request)))
    return RedirectResponse("/desk", 303)


@router.post("/desk/{number}/cancel")
@declares(PROPOSERS, About.DECISIONS)
def cancel(request: Request, number: str, version: Annotated[int, Form(ge=0, le=LARGEST)] = 0) -> Response:
    """Give it up."""
    services = screen_of(request).services
    try:
        registering.cancel(services.store, services.clock, requester_of(request), number, version)
    except (Invalid, Conflict) as error:
        return _review(request, number, problem_of(error, words_of(request)))
    return RedirectResponse("/desk", 303)


@router.post("/desk/{number}/scan")
@declares(DESKS, About.DECISIONS, most_bytes=MOST_BYTES)
def attach(request: Request, number: str, files: Annotated[list[UploadFile], File()]) -> Response:
    """Lay scanned pages with it."""
    services, words = screen_of(request).services, words_of(request)
    uploads = [
        scanning.Upload(one.filename or "", one.file.read(LARGEST_SCAN + 1))
        for one in files[: scanning.MOST_FILES]
    ]
    received = scanning.receive(
        services.store, services.clock, services.scans, requester_of(request), uploads, number
    )
    wrong = next((one.problem for one in received if one.problem), "")
    if wrong:
        return _review(request, number, words(f"desk.tray.problem.{wrong}"))
    return RedirectResponse(f"/desk/{number}", 303)


@router.post("/desk/{number}/scan/out")
@declares(DESKS, About.DECISIONS)
def take_out(
    request: Request,
    number: str,
    digest: Annotated[str, Form()] = "",
    page: Annotated[int, Form()] = 0,
) -> Response:
    """Lay a page that is not of this form back into the tray."""
    services = screen_of(request).services
    scanning.take_out(services.store, services.clock, requester_of(request), digest, page, number)
    return RedirectResponse(f"/desk/{number}", 303)


@router.get("/desk/{number}/scans/{digest}")
@declares(DESKS, About.DECISIONS)
def original(request: Request, number: str, digest: str) -> Response:
    """Hand out the file as it was scanned, to be saved and never shown in place."""
    services = screen_of(request).services
    scan, content = scanning.page_of(services.store, services.clock, requester_of(request), number, digest, 0)
    ending = scan.media_type.rpartition("/")[2]
    headers = {
        "Content-Disposition": f'attachment; filename="{digest[:16]}.{ending}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get("/desk/{number}/scans/{digest}/{page}")
@declares(DESKS, About.DECISIONS)
def picture(request: Request, number: str, digest: str, page: int) -> Response:
    """Draw a page, in the process that looks at what strangers made."""
    services = screen_of(request).services
    _, content = scanning.page_of(services.store, services.clock, requester_of(request), number, digest, page)
    try:
        drawn = services.scans.picture(content, page, PICTURE_SIDE, requester_of(request).user)
    except Invalid as error:
        raise NotFound("this page cannot be drawn") from error
    return Response(drawn, media_type="image/png")


def _review(request: Request, number: str, problem: str) -> Response:
    screen, requester, words = screen_of(request), requester_of(request), words_of(request)
    services = screen.services
    opened = registering.read(services.store, services.clock, requester, number)
    about = opened.registration.proposal.patient
    known = screen.person(about).patient if about else None
    return screen.page(
        request,
        "desk_review.html",
        it=review_of(opened, known, requester, screen.today(), screen.name_of, words),
        reasons=REASONS,
        problem=problem,
    )
