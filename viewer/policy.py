"""What every response says to the browser.

The content policy lets nothing run or load that did not come from this server as a file: no
inline script, no inline style. Pages with patients' data are kept in no cache.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hie.record.errors import HieError

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types fragments"
)
_FOR_NOBODY = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
    *("encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection"),
    *("local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture"),
    *("screen-wake-lock", "serial", "usb", "window-management", "xr-spatial-tracking"),
)
_FOR_OURSELVES = ("publickey-credentials-create", "publickey-credentials-get")
"""Passkeys."""
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(
        (*(f"{name}=()" for name in _FOR_NOBODY), *(f"{name}=(self)" for name in _FOR_OURSELVES))
    ),
    "X-Permitted-Cross-Domain-Policies": "none",
}
STATIC = "/static/"


def encoded(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """Write headers as ASGI has them."""
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


ENCODED = encoded(HEADERS)
UNCACHED = (*ENCODED, (b"cache-control", b"no-store"))
CSRF_HEADER = "X-CSRF-Token"


class Forged(HieError):
    """An unsafe request that did not come from one of our own pages."""


class SignInNeeded(HieError):
    """Nobody is signed in, or the session has ended."""


BY_TLS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
"""Two years (RFC 6797): a browser that came by TLS once comes by nothing else."""


class Policy:
    """ASGI middleware that puts the headers on every response, errors included."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        """Wrap `app`; `secure` where people reach it by TLS."""
        self._app = app
        more = encoded(BY_TLS) if secure else ()
        self._kept, self._uncached = (*ENCODED, *more), (*UNCACHED, *more)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add the headers when the response starts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        static = scope["path"].startswith(STATIC)
        if static:
            scope = {**scope, "headers": [one for one in scope["headers"] if not _asks_for_pieces(*one)]}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *(self._kept if static else self._uncached)]
            elif scope["method"] == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, with_headers)


def _asks_for_pieces(name: bytes, value: bytes) -> bool:
    """Say whether a header asks for several pieces of a file: such a one is given whole (RFC 9110, 14.2)."""
    return name == b"range" and b"," in value
