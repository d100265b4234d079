"""Asks an application in this process, without a server between: one call, one answer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import quote, urlencode

from starlette.types import ASGIApp, Message, Scope

FORM = "application/x-www-form-urlencoded"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def everything(self) -> bytes:
        """All bytes, those of the headers too."""
        return b"\n".join((*(name + b": " + value for name, value in self.headers), self.body))

    def header(self, name: str) -> str:
        """Return a header, empty if it is not there."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name.encode()), "")


async def ask(
    app: ASGIApp,
    method: str,
    path: str,
    session: str,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Ask as a browser with a session; a method that changes something sends a form of ours."""
    target, _, query = path.partition("?")
    body = b""
    sent_on = {"host": "hub", "accept": "text/html", "sec-fetch-site": "same-origin", **(headers or {})}
    if session:
        sent_on["cookie"] = f"{sent_on.get('cookie', 'x=y')}; hie_session={quote(session)}"
    if method not in {"GET", "HEAD"}:
        body = urlencode({"csrf_token": f"form {session}", **(fields or {})}).encode()
        sent_on |= {"content-type": FORM, "content-length": str(len(body))}
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": target,
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in sent_on.items()],
        "client": ("127.0.0.1", 1),
        "server": ("hub", 80),
    }
    sent = [{"type": "http.request", "body": body, "more_body": False}]
    status, found, pieces = 0, (), []

    async def receive() -> Message:
        return sent.pop() if sent else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status, found
        if message["type"] == "http.response.start":
            status, found = message["status"], tuple(message["headers"])
        else:
            pieces.append(message.get("body", b""))

    # A defect is answered with 500, and raised again behind the answer for whoever logs it.
    with suppress(Exception):
        await app(scope, receive, send)
    return Answer(status, found, b"".join(pieces))
