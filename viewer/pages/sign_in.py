"""Signing in and out, and the language of the screen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.declared import EVERYBODY, About, declares
from hie.exchange.signing_in import LIFE_OF_A_SESSION, SignInFailed, sign_in, sign_out
from viewer.locale import language_of
from viewer.screen import LANGUAGE_COOKIE, inside, screen_of

SESSION_COOKIE = "hie_session"
DEVICE_COOKIE = "hie_device"
"""Spares a browser in which the person has signed in before the wait for others' wrong guesses."""
YEAR = 365 * 24 * 3600
LONGEST = 200
"""Characters of a login or password; longer ones are not worth hashing."""

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
@declares(None, About.NOTHING)
def ask(request: Request, next: str = "/") -> Response:  # noqa: A002  the address says "next"
    """Show the form; who is signed in already goes on."""
    if request.state.requester is not None:
        return RedirectResponse(inside(next), 303)
    return screen_of(request).page(request, "sign_in.html", next=inside(next), problem="", login="")


@router.post("/sign-in")
@declares(None, About.NOTHING)
def begin(
    request: Request,
    login: Annotated[str, Form(max_length=LONGEST)] = "",
    password: Annotated[str, Form(max_length=LONGEST)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Open a session under a fresh token; a wrong login and a wrong password look the same."""
    services = screen_of(request).services
    try:
        done = sign_in(
            services.store,
            services.clock,
            services.passwords,
            login.strip(),
            password,
            request.cookies.get(DEVICE_COOKIE, ""),
        )
    except SignInFailed as failed:
        return screen_of(request).page(
            request,
            "sign_in.html",
            429 if failed.wait else 401,
            next=inside(next),
            problem="sign_in.wait" if failed.wait else "sign_in.failed",
            login=login,
        )
    answer = RedirectResponse(inside(next), 303)
    for cookie, value, seconds in (
        (SESSION_COOKIE, done.token, LIFE_OF_A_SESSION // 1000),
        (DEVICE_COOKIE, done.device, YEAR),
    ):
        answer.set_cookie(
            cookie,
            value,
            max_age=seconds,
            httponly=True,
            samesite="lax",
            secure=services.secure_cookies,
        )
    return answer


@router.post("/sign-out")
@declares(EVERYBODY, About.ONESELF)
def end(request: Request) -> Response:
    """End the session at once, here and in the store."""
    services = screen_of(request).services
    sign_out(services.store, services.clock, request.cookies.get(SESSION_COOKIE, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=services_secure(request))
    # What the browser still remembers of patients' pages goes with the session.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def services_secure(request: Request) -> bool:
    """Say whether cookies are for HTTPS only."""
    return screen_of(request).services.secure_cookies


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
        secure=services_secure(request),
    )
    return answer
