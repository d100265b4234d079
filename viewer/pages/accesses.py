"""Who looked at my record: for the patient and the family, with a button for what looks wrong."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from consent.parties import THEMSELVES
from hie.exchange.gate.declared import About, declares
from hie.exchange.trail.accesses import accesses, complain
from viewer.accessed import looks_of
from viewer.asked import MOST_DIGITS, asked_number, number_in
from viewer.screen import requester_of, screen_of, words_of

router = APIRouter(include_in_schema=False)


@router.get("/accesses")
@declares(THEMSELVES, About.ONESELF)
def who_looked(request: Request, before: Annotated[str, Query(max_length=MOST_DIGITS)] = "") -> Response:
    """Show who looked, visit by visit, newest first."""
    screen, words, requester = screen_of(request), words_of(request), requester_of(request)
    services = screen.services
    found = accesses(services.store, services.clock, requester, number_in(before) or 0)
    looks = looks_of(found.lines, screen, words, names=services.patients_see_names)
    return screen.page(request, "accesses.html", looks=looks, more=found.more)


@router.post("/accesses/{row}/complaint")
@declares(THEMSELVES, About.ONESELF)
def looks_wrong(request: Request, row: str) -> Response:
    """File a question about a row; its facility has to answer."""
    number = asked_number(row)
    services = screen_of(request).services
    complain(services.store, services.clock, requester_of(request), number)
    return RedirectResponse(f"/accesses#row-{row}", 303)
