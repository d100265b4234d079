"""What is shown when something is not there, not allowed or broken: plain words, no detail.

Absent and forbidden look the same. People get a page, programs a short problem document.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import STATUS_OF, Refusal
from hie.record.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from viewer.policy import BY_TLS, HEADERS, Forged, SignInNeeded
from viewer.screen import UNFINISHED, screen_of, wants_fragment, words_of

KNOWN = frozenset({400, 401, 403, 404, 405, 408, 409, 413, 422, 429, 500, 503})
SIGN_IN, CONFIRM = "/sign-in", "/confirm"
SAFE = frozenset({"GET", "HEAD"})
UNAUTHORIZED = 401
PASSING = frozenset({408, 429, 500, 503})
"""What may be over the next time: the page offers itself once more."""
STATUS: dict[type[Exception], int] = {
    NotFound: 404,
    Refused: 404,
    Forged: 403,
    Invalid: 422,
    Conflict: 409,
    Unavailable: 503,
    RequestValidationError: 422,
}


def register(app: FastAPI) -> None:
    """Let `app` answer errors with our pages."""
    for kind in STATUS:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(HTTPException, _from_routing)
    app.add_exception_handler(Exception, _unexpected)


def refused(request: Request, refusal: Refusal, back: str) -> Response:
    """Answer what the entrance of a page does not let in; afterwards the person comes `back`."""
    if refusal is Refusal.SIGN_IN:
        return _sign_in(request, SignInNeeded("nobody is signed in"))
    if refusal is Refusal.CONFIRM and _is_person(request):
        undone = "" if request.method in SAFE else f"?{UNFINISHED}"  # the way back from a form has no query
        return _leading(request, f"{CONFIRM}?next={quote(back + undone, safe='')}")
    return _page(request, STATUS_OF[refusal])


def _leading(request: Request, address: str) -> Response:
    """Lead to another page; a script of ours is told to."""
    if not wants_fragment(request):
        return RedirectResponse(address, 303)
    answer = _page(request, STATUS_OF[Refusal.CONFIRM])
    answer.headers["HX-Redirect"] = address
    return answer


def _known(request: Request, error: Exception) -> Response:
    return _page(request, next(status for kind, status in STATUS.items() if isinstance(error, kind)))


def _from_routing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _page(request, status if status in KNOWN else 404)


def _unexpected(request: Request, error: Exception) -> Response:
    """Answer outside of all middleware, so the policy's headers are put on here."""
    del error
    answer = _page(request, 500)
    by_tls = BY_TLS if screen_of(request).services.secure_cookies else {}
    answer.headers.update({**HEADERS, **by_tls, "Cache-Control": "no-store"})
    return answer


def _sign_in(request: Request, error: Exception) -> Response:
    """Send to the sign-in page and back afterwards; a fragment says so in place."""
    del error
    if wants_fragment(request):
        return _page(request, 401)
    if not _is_person(request):
        return _problem(request, 401)
    return RedirectResponse(_again(request), 303)


def _again(request: Request) -> str:
    """Return where to sign in such that one comes back to what was asked for."""
    back = _asked(request)
    return SIGN_IN if request.method != "GET" or back == "/" else f"{SIGN_IN}?next={quote(back, safe='')}"


def _asked(request: Request) -> str:
    """Return the address that was asked for, without where it is served."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _is_person(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") or wants_fragment(request)


def _page(request: Request, status: int) -> Response:
    if not _is_person(request):
        return _problem(request, status)
    words = words_of(request)
    return screen_of(request).page(
        request,
        "failure_fragment.html" if wants_fragment(request) else "failure.html",
        status,
        title=words(f"error.{status}.title"),
        text=words(f"error.{status}.text"),
        again=_again(request) if status == UNAUTHORIZED else "",
        once_more=_asked(request) if status in PASSING and request.method in SAFE else "",
    )


def _problem(request: Request, status: int) -> Response:
    """Answer a program; `detail` is the sentence of the page, for scripts of ours to say (RFC 9457)."""
    said = words_of(request)(f"error.{status}.text")
    body = json.dumps({"type": "about:blank", "status": status, "detail": said}, ensure_ascii=False)
    return Response(body, status, media_type="application/problem+json")
