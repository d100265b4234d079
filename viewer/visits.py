"""What a browser brings to the sign-in pages, and the cookies it takes away.

The session's cookie is `SameSite=Strict`: no other site's link or form carries it. Who comes by such a
link is asked once more from our own page (`pages.sign_in`), which does carry it. The browser's own cookie
and the language are `Lax`: they open nothing. Over HTTPS the first two have the prefix `__Host-`.
"""

from __future__ import annotations

import hmac
from typing import Literal
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.ports import Session
from hie.exchange.signing.browsers import DEVICE_COOKIE, SESSION_COOKIE, Visit, cookie
from hie.exchange.signing.proofs import Reception, Site
from hie.exchange.signing.signing_in import SignedIn
from hie.record.requester import Origin
from viewer.display import DISPLAY_COOKIE, Display
from viewer.policy import CSRF_HEADER, Forged
from viewer.screen import inside, screen_of

YEAR = 365 * 24 * 3600
LONGEST_ANSWER = 16 * 1024
"""Characters of what a passkey answers."""
CLEAR = "Clear-Site-Data"
FORGET = '"cache", "storage"'
"""What the browser still remembers of patients' pages goes with the session."""


def reception_of(request: Request) -> Reception:
    """Return what signing in needs."""
    return screen_of(request).services.reception


def visit_of(request: Request) -> Visit:
    """Return what the browser brings."""
    origin: Origin = request.state.origin
    return Visit(
        read_cookie(request, DEVICE_COOKIE),
        read_cookie(request, SESSION_COOKIE),
        request.headers.get("user-agent", ""),
        origin.address,
        origin.request,
    )


def site_of(request: Request) -> Site:
    """Return the site a passkey is bound to: the address people reach the hub by."""
    services = screen_of(request).services
    scheme = "https" if services.secure_cookies else request.url.scheme
    address = urlsplit(services.public_url or f"{scheme}://{request.headers.get('host', '')}")
    return Site(address.hostname or "", f"{address.scheme}://{address.netloc}")


def read_cookie(request: Request, name: str) -> str:
    """Return a cookie of ours, or nothing."""
    return request.cookies.get(_named(request, name), "")


def give_cookie(
    request: Request, answer: Response, name: str, value: str, seconds: int, same: Literal["lax", "strict"]
) -> None:
    """Put a cookie on an answer that scripts cannot read."""
    secure = screen_of(request).services.secure_cookies
    answer.set_cookie(
        _named(request, name), value, max_age=seconds, httponly=True, samesite=same, secure=secure, path="/"
    )


def take_cookie(request: Request, answer: Response, name: str) -> None:
    """Take a cookie away from the browser."""
    give_cookie(request, answer, name, "", 0, "lax")


def give_session(request: Request, answer: Response, token: str, session: Session) -> None:
    """Put a session on an answer."""
    now = screen_of(request).services.clock.now()
    seconds = max(0, session.expires_at - now) // 1000
    give_cookie(request, answer, SESSION_COOKIE, token, seconds, "strict")


def give_display(request: Request, answer: Response, display: Display) -> None:
    """Let the browser say with every page how it shall look."""
    secure = screen_of(request).services.secure_cookies
    answer.set_cookie(
        DISPLAY_COOKIE, display.cookie(), max_age=YEAR, httponly=True, samesite="lax", secure=secure
    )


def check_waiting(request: Request, waiting: Session, field: str) -> None:
    """Raise `Forged` unless a form holds the token of the session that waits: nobody is signed in yet."""
    given = request.headers.get(CSRF_HEADER, "") or field
    if not hmac.compare_digest(given.encode(), waiting.csrf_token.encode()):
        raise Forged("a form without the token of the session that waits")


def onward(request: Request, done: SignedIn, back: str) -> Response:
    """Lead a person on after a step of signing in, with the cookies it gave."""
    after = f"?next={quote(inside(back), safe='')}"
    if done.waits:
        place = f"/second-factor/new{after}" if done.enrols else f"/sign-in/second{after}"
    else:
        place = f"/acting{after}" if done.posts > 1 else inside(back)
    answer = RedirectResponse(place, 303)
    if read_cookie(request, SESSION_COOKIE) and not request.state.waiting:
        answer.headers[CLEAR] = FORGET  # somebody was here before
    give_session(request, answer, done.token, done.session)
    give_cookie(request, answer, DEVICE_COOKIE, done.device, YEAR, "lax")
    with screen_of(request).services.store.look() as work:
        give_display(request, answer, Display.of(work.preferences.of(done.account.id)))
    return answer


def _named(request: Request, name: str) -> str:
    return cookie(name, secure=screen_of(request).services.secure_cookies)
