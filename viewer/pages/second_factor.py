"""The first second factor: whoever has shown the password and has none is led here before anything else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import About, declares
from hie.exchange.ports import Account, Session
from hie.exchange.signing.proofs import ProofFailed
from hie.exchange.signing.second_factors import add_passkey, confirm_app, may_enrol, new_app, passkey_creation
from hie.exchange.signing.sessions import requester_of
from hie.exchange.signing.signing_in import enrolled
from hie.record.errors import Conflict, NotFound
from hie.record.requester import Requester
from viewer.screen import inside, screen_of
from viewer.visits import LONGEST_ANSWER, check_waiting, onward, reception_of, site_of, visit_of

router = APIRouter(include_in_schema=False)


@router.get("/second-factor/new")
@declares(None, About.ONESELF)
def choose(request: Request, next: str = "/") -> Response:  # noqa: A002
    """Show both ways: a passkey of this device, or an app that reads a QR code."""
    if request.state.waiting is None:
        return RedirectResponse("/security" if request.state.requester else "/sign-in", 303)
    return _page(request, inside(next))


@router.get("/second-factor/code.svg")
@declares(None, About.ONESELF)
def picture(request: Request) -> Response:
    """Draw the app's secret as a QR code, once for each sign-in that waits."""
    waiting, account = _waiting(request)
    reception = reception_of(request)
    secret = new_app(reception.store, waiting)
    apps = reception.proofs.apps
    drawn = apps.picture(apps.address(secret, account.login, reception.rules.network))
    return Response(drawn, media_type="image/svg+xml")


@router.post("/second-factor/app")
@declares(None, About.ONESELF)
def app(
    request: Request,
    code: Annotated[str, Form(max_length=20)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
    csrf_token: Annotated[str, Form()] = "",
) -> Response:
    """Take the first code of the app; the sign-in is complete."""
    waiting, account = _waiting(request)
    check_waiting(request, waiting, csrf_token)
    try:
        codes = confirm_app(reception_of(request), waiting, _acting(request, waiting, account), code)
    except ProofFailed:
        return _page(request, inside(next), "second.app.failed", 401)
    return _complete(request, codes, next)


@router.get("/second-factor/passkey")
@declares(None, About.ONESELF)
def question(request: Request) -> Response:
    """Return what the browser is asked to make."""
    waiting, account = _waiting(request)
    asked = passkey_creation(reception_of(request), site_of(request), waiting, account)
    return Response(asked, media_type="application/json")


@router.post("/second-factor/passkey")
@declares(None, About.ONESELF)
def passkey(
    request: Request,
    answer: Annotated[str, Form(max_length=LONGEST_ANSWER)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
    csrf_token: Annotated[str, Form()] = "",
) -> Response:
    """Keep the new passkey; the sign-in is complete."""
    waiting, account = _waiting(request)
    check_waiting(request, waiting, csrf_token)
    who = _acting(request, waiting, account)
    try:
        codes = add_passkey(reception_of(request), site_of(request), waiting, who, answer, "")
    except ProofFailed:
        return _page(request, inside(next), "sign_in.passkey_failed", 401)
    return _complete(request, codes, next)


def _complete(request: Request, codes: tuple[str, ...], back: str) -> Response:
    """Sign in, and show the codes on paper once before going on."""
    done = enrolled(reception_of(request), visit_of(request))
    onwards = onward(request, done, back)
    page = screen_of(request).page(
        request, "recovery_codes.html", codes=codes, onward=onwards.headers["location"]
    )
    page.raw_headers.extend((name, value) for name, value in onwards.raw_headers if name == b"set-cookie")
    return page


def _page(request: Request, back: str, problem: str = "", status: int = 200) -> Response:
    waiting, account = _waiting(request)
    reception = reception_of(request)
    try:
        secret = new_app(reception.store, waiting)
    except Conflict:
        return RedirectResponse("/sign-in/second", 303)
    return screen_of(request).page(
        request,
        "second_factor.html",
        status,
        next=back,
        problem=problem,
        name=account.name,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        waiting_token=waiting.csrf_token,
    )


def _waiting(request: Request) -> tuple[Session, Account]:
    found: tuple[Session, Account] | None = request.state.waiting
    if found is None:
        raise NotFound("no sign-in waits")
    reception = reception_of(request)
    with reception.store.look() as work:
        allowed = may_enrol(work, found[0])
    if not allowed:
        # A password alone adds nothing to a person who has a second factor: that one is asked for.
        raise NotFound("a second factor is there")
    return found


def _acting(request: Request, session: Session, account: Account) -> Requester:
    return requester_of(account, session, request.state.origin._replace(device=session.device))
