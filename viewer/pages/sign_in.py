"""Signing in and out, and the language of the screen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import EVERYBODY, About, declares
from hie.exchange.signing.browsers import SESSION_COOKIE, DeviceStopped
from hie.exchange.signing.new_passwords import LONGEST
from hie.exchange.signing.signing_in import (
    SignInFailed,
    passkey_question,
    second_step,
    sign_in,
    sign_in_by_passkey,
    sign_out,
)
from viewer.locale import language_of
from viewer.screen import LANGUAGE_COOKIE, inside, screen_of
from viewer.visits import (
    CLEAR,
    FORGET,
    LONGEST_ANSWER,
    YEAR,
    onward,
    reception_of,
    site_of,
    take_cookie,
    visit_of,
)

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
@declares(None, About.NOTHING)
def ask(request: Request, next: str = "/") -> Response:  # noqa: A002  the address says "next"
    """Show the form; who is signed in already goes on.

    Who comes by another site's link brings no session: the page asks again by itself, from here.
    """
    back = inside(next)
    if request.state.requester is not None:
        return RedirectResponse(back, 303)
    if request.headers.get("sec-fetch-site", "") == "cross-site":
        return screen_of(request).page(request, "arrived.html", next=back)
    if request.state.waiting is not None:
        return _second(request, back)
    return _form(request, back)


@router.post("/sign-in")
@declares(None, About.NOTHING)
def begin(
    request: Request,
    login: Annotated[str, Form(max_length=LONGEST)] = "",
    password: Annotated[str, Form(max_length=LONGEST)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Open a session under a fresh token; a wrong login and a wrong password look the same."""
    try:
        done = sign_in(reception_of(request), login.strip(), password, visit_of(request))
    except (SignInFailed, DeviceStopped) as failed:
        return _form(request, inside(next), *_said(failed), login=login)
    return onward(request, done, next)


@router.get("/sign-in/passkey")
@declares(None, About.NOTHING)
def question(request: Request) -> Response:
    """Return what the browser asks its passkeys."""
    return Response(passkey_question(reception_of(request), site_of(request)), media_type="application/json")


@router.post("/sign-in/passkey")
@declares(None, About.NOTHING)
def by_passkey(
    request: Request,
    answer: Annotated[str, Form(max_length=LONGEST_ANSWER)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Open a session by a passkey alone: it is both factors."""
    try:
        done = sign_in_by_passkey(reception_of(request), site_of(request), answer, visit_of(request))
    except (SignInFailed, DeviceStopped) as failed:
        status, problem = _said(failed)
        problem = "sign_in.passkey_failed" if isinstance(failed, SignInFailed) else problem
        return _form(request, inside(next), status, problem)
    return onward(request, done, next)


@router.get("/sign-in/second")
@declares(None, About.NOTHING)
def second(request: Request, next: str = "/") -> Response:  # noqa: A002
    """Ask for the second factor, of whoever has shown the password."""
    if request.state.waiting is None:
        return RedirectResponse("/sign-in", 303)
    return _second(request, inside(next))


@router.post("/sign-in/second")
@declares(None, About.NOTHING)
def finish(
    request: Request,
    code: Annotated[str, Form(max_length=40)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Take a code of the app, or one on paper."""
    if request.state.waiting is None:
        return RedirectResponse("/sign-in", 303)
    try:
        done = second_step(reception_of(request), code, visit_of(request))
    except (SignInFailed, DeviceStopped) as failed:
        status, problem = _said(failed)
        problem = "second.failed" if isinstance(failed, SignInFailed) and not failed.wait else problem
        return _second(request, inside(next), status, problem)
    return onward(request, done, next)


@router.post("/sign-out")
@declares(EVERYBODY, About.ONESELF)
def end(request: Request) -> Response:
    """End the session at once, here and in the store."""
    visit = visit_of(request)
    sign_out(reception_of(request), visit.session, visit)
    answer = RedirectResponse("/sign-in", 303)
    take_cookie(request, answer, SESSION_COOKIE)
    answer.headers[CLEAR] = FORGET
    return answer


@router.post("/language")
@declares(None, About.NOTHING)
def speak(
    request: Request,
    language: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Remember the language in a cookie and go back to the page."""
    answer = RedirectResponse(inside(next), 303)
    answer.set_cookie(
        LANGUAGE_COOKIE,
        language_of(language),
        max_age=YEAR,
        httponly=True,
        samesite="lax",
        secure=screen_of(request).services.secure_cookies,
    )
    return answer


def _said(failed: SignInFailed | DeviceStopped) -> tuple[int, str]:
    """Return the status and the text of a failure."""
    if isinstance(failed, DeviceStopped):
        return 403, "sign_in.stopped"
    return (429, "sign_in.wait") if failed.wait else (401, "sign_in.failed")


def _form(request: Request, back: str, status: int = 200, problem: str = "", login: str = "") -> Response:
    return screen_of(request).page(
        request, "sign_in.html", status, next=back, problem=problem, login=login, host=site_of(request).host
    )


def _second(request: Request, back: str, status: int = 200, problem: str = "") -> Response:
    name = request.state.waiting[1].name
    return screen_of(request).page(
        request, "second_step.html", status, next=back, problem=problem, name=name, host=site_of(request).host
    )
