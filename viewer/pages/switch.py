"""The quick switch of a shared browser: one tap and a passkey or a password, and the one before is gone."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import About, declares
from hie.exchange.ports import Account
from hie.exchange.signing.browsers import DeviceStopped
from hie.exchange.signing.new_passwords import LONGEST
from hie.exchange.signing.own_devices import offered
from hie.exchange.signing.signing_in import SignInFailed, passkey_question, sign_in
from hie.record.errors import NotFound
from viewer.screen import inside, screen_of
from viewer.visits import onward, reception_of, site_of, visit_of

router = APIRouter(include_in_schema=False)


@router.get("/switch")
@declares(None, About.ONESELF)
def choose(request: Request, who: str = "", next: str = "/") -> Response:  # noqa: A002
    """Show who asked to be offered on this browser; with nobody, the ordinary form."""
    people = _people(request)
    if not people:
        return RedirectResponse(f"/sign-in?next={quote(inside(next), safe='')}", 303)
    return _page(request, people, who, inside(next))


@router.get("/switch/passkey")
@declares(None, About.ONESELF)
def question(request: Request, who: str = "") -> Response:
    """Return what the browser asks the passkeys of one of these people."""
    login = _one(_people(request), who).login
    asked = passkey_question(reception_of(request), site_of(request), login)
    return Response(asked, media_type="application/json")


@router.post("/switch")
@declares(None, About.ONESELF)
def by_password(
    request: Request,
    who: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=LONGEST)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Open a session of another person; the one before ends, and what it left in the browser goes."""
    people = _people(request)
    login = _one(people, who).login
    try:
        done = sign_in(reception_of(request), login, password, visit_of(request))
    except (SignInFailed, DeviceStopped) as failed:
        wait = isinstance(failed, SignInFailed) and failed.wait
        problem, status = ("sign_in.wait", 429) if wait else ("switch.failed", 401)
        return _page(request, people, who, inside(next), problem, status)
    return onward(request, done, next)


@router.get("/here")
@declares(None, About.ONESELF)
def here(request: Request) -> Response:
    """Hear from a page that somebody is reading it: the session lives on, or is over (205, reset content)."""
    return Response(status_code=204 if request.state.requester else 205)


def _people(request: Request) -> list[Account]:
    reception = reception_of(request)
    with reception.store.look() as work:
        return list(offered(work, visit_of(request), reception.clock.now())[1])


def _one(people: list[Account], who: str) -> Account:
    found = next((account for account in people if account.id == who), None)
    if found is None:
        raise NotFound("nobody of that name is offered here")
    return found


def _page(
    request: Request, people: list[Account], who: str, back: str, problem: str = "", status: int = 200
) -> Response:
    chosen = next((account for account in people if account.id == who), None)
    with reception_of(request).store.look() as work:
        keys = {account.id for account in people if work.passkeys.of(account.id)}
    return screen_of(request).page(
        request,
        "switch.html",
        status,
        people=people,
        chosen=chosen,
        with_passkey=keys,
        next=back,
        problem=problem,
    )
