"""Who still works where: many are confirmed with one press, who left is let go with one."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import DESK, About, declares
from hie.exchange.roster import people
from hie.exchange.roster.keepers import governs
from hie.exchange.roster.roll import due
from hie.record.errors import Conflict, NotFound
from hie.record.identifiers import FacilityCode
from viewer.roster import Places, days_of
from viewer.screen import requester_of, screen_of, words_of

router = APIRouter(include_in_schema=False)
MOST_BYTES = 1024 * 1024


@router.get("/attestation")
@declares(DESK, About.PEOPLE)
def show(request: Request, said: int = -1, gone: int = -1) -> Response:
    """Show who has to be attested, by facility."""
    return _page(request, said, gone)


@router.post("/attestation")
@declares(DESK, About.PEOPLE, most_bytes=MOST_BYTES)
def attest(request: Request, chosen: Annotated[list[str] | None, Form()] = None) -> Response:
    """Say of those who are chosen that they still work where they act."""
    services = screen_of(request).services
    said = people.attest(services.store, services.clock, requester_of(request), chosen or [])
    return RedirectResponse(f"/attestation?said={said}", 303)


@router.post("/attestation/leave")
@declares(DESK, About.PEOPLE, fresh=True, most_bytes=MOST_BYTES)
def leave(
    request: Request,
    chosen: Annotated[list[str] | None, Form()] = None,
    one: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Let one go, or those who are chosen."""
    services, requester = screen_of(request).services, requester_of(request)
    gone = 0
    for pair in [one] if one else chosen or []:
        account, _, facility = pair.partition(" ")
        where = FacilityCode(facility) if facility and not governs(requester) else None
        try:
            people.leave(services.store, services.clock, requester, account, where)
        except (Conflict, NotFound):
            continue
        gone += 1
    return RedirectResponse(f"/attestation?gone={gone}", 303)


def _page(request: Request, said: int, gone: int) -> Response:
    screen, words = screen_of(request), words_of(request)
    services = screen.services
    lines = due(services.store, services.clock, requester_of(request))
    places = Places(request)
    groups = [(places(code), list(of)) for code, of in groupby(lines, lambda line: line.facility)]
    note = ""
    if said >= 0:
        note = words.counted("attestation.said", said)
    elif gone >= 0:
        note = words.counted("attestation.gone", gone)
    return screen.page(
        request, "attestation.html", groups=groups, count=len(lines), note=note, days=days_of(request)
    )
