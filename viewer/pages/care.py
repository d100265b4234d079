"""Starting care for one person named exactly, and the care that the facility has started."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.breakglass.caring import REASONS, ROLES, NotStarted, end, renew, start, started
from hie.exchange.gate.declared import About, declares
from viewer.asked import asked_patient
from viewer.identifying import Typed
from viewer.screen import requester_of, screen_of, words_of

router = APIRouter(include_in_schema=False)


class Filled(NamedTuple):
    """The form as it was filled in."""

    card: str = ""
    kana: str = ""
    birth: str = ""
    reason: str = ""


@router.get("/care")
@declares(ROLES, About.DECISIONS)
def care(request: Request) -> Response:
    """Show the form and what was started."""
    return _drawn(request, Filled())


@router.post("/care")
@declares(ROLES, About.DECISIONS)
def begun(
    request: Request,
    card: Annotated[str, Form()] = "",
    kana: Annotated[str, Form()] = "",
    birth: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Start care and lead to the calendar, or say why not."""
    services, words = screen_of(request).services, words_of(request)
    filled = Filled(card, kana, birth, reason)
    identity = Typed("", card, kana, birth).identity(with_sex=False)
    if identity is None:
        return _drawn(request, filled, words("care.problem.identity"))
    if reason not in REASONS:
        return _drawn(request, filled, words("care.problem.reason"))
    try:
        patient = start(services.store, services.clock, requester_of(request), identity, reason)
    except NotStarted as missed:
        return _drawn(request, filled, words(f"care.problem.{missed.miss}"))
    return RedirectResponse(f"/patients/{patient}", 303)


@router.post("/care/{patient}/renew")
@declares(ROLES, About.PATIENT)
def renewed(request: Request, patient: str) -> Response:
    """Go on for another month."""
    services = screen_of(request).services
    renew(services.store, services.clock, requester_of(request), asked_patient(patient))
    return RedirectResponse("/care", 303)


@router.post("/care/{patient}/end")
@declares(ROLES, About.PATIENT)
def ended(request: Request, patient: str) -> Response:
    """End care."""
    services = screen_of(request).services
    end(services.store, services.clock, requester_of(request), asked_patient(patient))
    return RedirectResponse("/care", 303)


def _drawn(request: Request, filled: Filled, problem: str = "") -> Response:
    requester, screen = requester_of(request), screen_of(request)
    lines = started(screen.services.store, screen.services.clock, requester)
    return screen.page(request, "care.html", typed=filled, problem=problem, reasons=REASONS, lines=lines)
