"""One's own security: second factors, codes on paper, browsers and the password."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import EVERYBODY, About, declares
from hie.exchange.signing.browsers import SESSION_COOKIE
from hie.exchange.signing.new_passwords import LONGEST, WeakPassword
from hie.exchange.signing.own_devices import change_password, own_devices, remember_here, stop_own_device
from hie.exchange.signing.proofs import ProofFailed
from hie.exchange.signing.second_factors import (
    add_passkey,
    confirm_app,
    factors,
    new_app,
    new_codes,
    passkey_creation,
    remove_app,
    remove_passkey,
)
from hie.exchange.signing.sessions import share_device
from hie.record.errors import Conflict, NotFound
from hie.record.times import JST
from viewer.formats import moment
from viewer.screen import screen_of, words_of
from viewer.visits import LONGEST_ANSWER, reception_of, site_of, take_cookie

router = APIRouter(include_in_schema=False)


@router.get("/security")
@declares(EVERYBODY, About.ONESELF)
def show(request: Request, done: str = "") -> Response:
    """Show what one signs in with, and where."""
    return _page(request, f"security.done.{done}" if done in {"device", "factor", "password"} else "")


@router.get("/security/app")
@declares(EVERYBODY, About.ONESELF, fresh=True)
def ask_app(request: Request) -> Response:
    """Show the QR code of a new app."""
    return _app(request)


@router.get("/security/app.svg")
@declares(EVERYBODY, About.ONESELF, fresh=True)
def picture(request: Request) -> Response:
    """Draw it."""
    reception, account = reception_of(request), request.state.account
    secret = new_app(reception.store, request.state.session)
    apps = reception.proofs.apps
    drawn = apps.picture(apps.address(secret, account.login, reception.rules.network))
    return Response(drawn, media_type="image/svg+xml")


@router.post("/security/app")
@declares(EVERYBODY, About.ONESELF, fresh=True)
def app(request: Request, code: Annotated[str, Form(max_length=20)] = "") -> Response:
    """Take the first code of a new app."""
    try:
        codes = confirm_app(reception_of(request), request.state.session, request.state.requester, code)
    except ProofFailed:
        return _app(request, "second.app.failed", 401)
    return _codes(request, codes)


@router.post("/security/app/remove")
@declares(EVERYBODY, About.ONESELF, fresh=True)
def app_away(request: Request) -> Response:
    """Forget the app."""
    try:
        remove_app(reception_of(request), request.state.requester)
    except Conflict:
        return _page(request, "security.last_factor", 409)
    return RedirectResponse("/security?done=factor", 303)


@router.get("/security/passkey")
@declares(EVERYBODY, About.ONESELF, fresh=True)
def question(request: Request) -> Response:
    """Return what the browser is asked to make."""
    asked = passkey_creation(
        reception_of(request), site_of(request), request.state.session, request.state.account
    )
    return Response(asked, media_type="application/json")


@router.post("/security/passkey")
@declares(EVERYBODY, About.ONESELF, fresh=True)
def passkey(
    request: Request,
    answer: Annotated[str, Form(max_length=LONGEST_ANSWER)] = "",
    name: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """Keep a new passkey."""
    state, site = request.state, site_of(request)
    try:
        codes = add_passkey(reception_of(request), site, state.session, state.requester, answer, name)
    except ProofFailed:
        return _page(request, "sign_in.passkey_failed", 401)
    return _codes(request, codes) if codes else RedirectResponse("/security?done=factor", 303)


@router.post("/security/passkey/remove")
@declares(EVERYBODY, About.ONESELF, fresh=True)
def passkey_away(request: Request, passkey: Annotated[str, Form(max_length=2048)] = "") -> Response:
    """Forget a passkey."""
    try:
        remove_passkey(reception_of(request), request.state.requester, bytes.fromhex(passkey))
    except ValueError as error:
        raise NotFound("no such passkey") from error
    except Conflict:
        return _page(request, "security.last_factor", 409)
    return RedirectResponse("/security?done=factor", 303)


@router.post("/security/codes")
@declares(EVERYBODY, About.ONESELF, fresh=True)
def codes_anew(request: Request) -> Response:
    """Show new codes on paper, once."""
    return _codes(request, new_codes(reception_of(request), request.state.requester))


@router.post("/security/device/stop")
@declares(EVERYBODY, About.ONESELF)
def stop(request: Request, device: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Stop one of one's own browsers; it needs no fresh proof, for haste is what it is about."""
    stop_own_device(reception_of(request), request.state.requester, device)
    return RedirectResponse("/security?done=device", 303)


@router.post("/security/device")
@declares(EVERYBODY, About.ONESELF)
def this_device(
    request: Request,
    shared: Annotated[str, Form(max_length=3)] = "",
    remembered: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Say whether this browser is shared, and whether one wants to be offered on its quick switch."""
    reception, requester = reception_of(request), request.state.requester
    share_device(reception.store, reception.clock, requester, requester.origin.device, shared=shared == "yes")
    remember_here(reception, requester, remembered=remembered == "yes")
    return RedirectResponse("/security?done=device", 303)


@router.post("/security/password")
@declares(EVERYBODY, About.ONESELF, fresh=True)
def password(request: Request, password: Annotated[str, Form(max_length=4 * LONGEST)] = "") -> Response:
    """Change one's password; every session ends, this one too."""
    state = request.state
    try:
        change_password(reception_of(request), state.requester, state.account.login, password)
    except WeakPassword as weak:
        return _page(request, f"password.{weak.reason}", 422)
    answer = RedirectResponse("/sign-in", 303)
    take_cookie(request, answer, SESSION_COOKIE)
    return answer


def _page(request: Request, said: str = "", status: int = 200) -> Response:
    reception, requester = reception_of(request), request.state.requester
    now, here = reception.clock.now(), requester.origin.device
    with reception.store.look() as work:
        has = factors(work, requester.user, now)
        devices = own_devices(work, requester.user)
    words = words_of(request)

    def at(then: int) -> str:
        return moment(f"{datetime.fromtimestamp(then / 1000, JST):%Y%m%d%H%M}", words)

    return screen_of(request).page(
        request,
        "security.html",
        status,
        said=said,
        has=has,
        devices=devices,
        this=next((one for one in devices if one.device.id == here), None),
        at=at,
    )


def _app(request: Request, problem: str = "", status: int = 200) -> Response:
    reception = reception_of(request)
    session = request.state.session
    try:
        secret = new_app(reception.store, session)
    except Conflict:
        return RedirectResponse("/security", 303)
    shown = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return screen_of(request).page(request, "security_app.html", status, secret=shown, problem=problem)


def _codes(request: Request, codes: tuple[str, ...]) -> Response:
    return screen_of(request).page(
        request, "recovery_codes.html", codes=codes, onward="/security?done=factor"
    )
