"""What somebody must be told: fixed words, when, and where; no clinical content."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import DESK, About, declares
from hie.exchange.notices import mark_read, received
from hie.record.identifiers import FacilityCode
from hie.record.requester import Role
from viewer.alerts import day_and_time
from viewer.asked import number_in
from viewer.screen import requester_of, screen_of, words_of

TOLD = DESK | {Role.PATIENT, Role.FAMILY}

router = APIRouter(include_in_schema=False)


class Line(NamedTuple):
    """One notice."""

    at: str
    text: str
    place: str
    """Name of the facility it is about, where it is about one."""
    unread: bool


@router.get("/notices")
@declares(TOLD, About.ONESELF)
def notices(request: Request) -> Response:
    """Show the newest notices."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    found = received(screen.services.store, requester)
    known = screen.facilities()
    lines = [
        Line(
            day_and_time(one.at),
            words(f"notice.{one.kind}"),
            known[FacilityCode(one.subject)].name if FacilityCode(one.subject) in known else "",
            not one.read_at,
        )
        for one in found
    ]
    return screen.page(request, "notices.html", lines=lines, newest=found[0].at if found else 0)


@router.post("/notices")
@declares(TOLD, About.ONESELF)
def read(request: Request, up_to: Annotated[str, Form()] = "") -> Response:
    """Mark as read what the page showed."""
    services = screen_of(request).services
    shown = number_in(up_to)
    if shown is not None:
        mark_read(services.store, services.clock, requester_of(request), shown)
    return RedirectResponse("/notices", 303)
