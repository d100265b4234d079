"""A person's devices at the desk: stop one or all in one click after a telephone call, and a code in need."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import DESK, About, declares
from hie.exchange.roster.lost_devices import give_code, kept, resume_one, stop_all, stop_one
from hie.record.errors import Invalid, NotFound
from hie.record.times import JST
from viewer.formats import moment
from viewer.screen import requester_of, screen_of, words_of

router = APIRouter(include_in_schema=False)


@router.get("/people/{account}/devices")
@declares(DESK, About.PEOPLE)
def show(request: Request, account: str, done: str = "") -> Response:
    """Show where a person signs in."""
    return _page(request, account, f"devices.done.{done}" if done in {"stop", "resume", "all"} else "")


@router.post("/people/{account}/devices/all")
@declares(DESK, About.PEOPLE)
def everywhere(request: Request, account: str) -> Response:
    """End all sessions of the person."""
    services = screen_of(request).services
    stop_all(services.store, services.clock, requester_of(request), account)
    return RedirectResponse(f"/people/{account}/devices?done=all", 303)


@router.post("/people/{account}/devices/code")
@declares(DESK, About.PEOPLE, fresh=True)
def code(request: Request, account: str) -> Response:
    """Show one code that replaces lost second factors, once."""
    services = screen_of(request).services
    try:
        given = give_code(services.store, services.clock, requester_of(request), account)
    except Invalid as error:
        raise NotFound("nobody helps themselves") from error
    return _page(request, account, code=given)


@router.post("/people/{account}/devices/stop")
@declares(DESK, About.PEOPLE)
def stop(request: Request, account: str, device: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Stop one device."""
    services = screen_of(request).services
    stop_one(services.store, services.clock, requester_of(request), account, device)
    return RedirectResponse(f"/people/{account}/devices?done=stop", 303)


@router.post("/people/{account}/devices/resume")
@declares(DESK, About.PEOPLE, fresh=True)
def resume(request: Request, account: str, device: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Let a device that was found be used again."""
    services = screen_of(request).services
    resume_one(services.store, services.clock, requester_of(request), account, device)
    return RedirectResponse(f"/people/{account}/devices?done=resume", 303)


def _page(request: Request, account: str, said: str = "", code: str = "") -> Response:
    screen, requester, words = screen_of(request), requester_of(request), words_of(request)
    services = screen.services
    with services.store.look() as work:
        found = kept(work, services.clock.now(), requester, account)

    def at(then: int) -> str:
        return moment(f"{datetime.fromtimestamp(then / 1000, JST):%Y%m%d%H%M}", words)

    return screen.page(
        request,
        "people_devices.html",
        kept=found,
        said=said,
        code=code,
        is_self=account == requester.user,
        at=at,
    )
