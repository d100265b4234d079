"""Answers made small for the line: zstd where the browser takes it, else gzip.

Only texts that are whole before they are sent; what streams (downloads, events) goes as it is, and so do
pictures, which are compressed already, and pieces of files (RFC 9110 §14). The session's cookie is
`SameSite=Strict`, so no other site can have an answer made that holds both a secret and a guess at it, which
is what compression would give away (BREACH).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

from backports.zstd import compress as zstd
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST = 1024
"""Bytes below which a packet is as long either way."""
TEXTS = frozenset(
    {
        *("text/html", "text/css", "text/javascript", "text/plain", "text/csv", "image/svg+xml"),
        *("application/json", "application/fhir+json", "application/problem+json"),
    }
)
"""Kinds of content that shrink."""
ZSTD_LEVEL, GZIP_LEVEL = 3, 5
_GZIP = 16 + zlib.MAX_WBITS
"""zlib's word for: with the head and the check of a gzip file."""


def _gzip(content: bytes) -> bytes:
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(content) + packer.flush()


def _zstd(content: bytes) -> bytes:
    return zstd(content, ZSTD_LEVEL)


REFUSED = re.compile(r"q=0(\.0*)?")
"""A weight that says: not this way."""

WAYS: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (("zstd", _zstd), ("gzip", _gzip))
"""By preference."""


class Compressing:
    """Middleware that compresses what the browser says it can read."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        way = chosen(Headers(scope=scope).get("accept-encoding", "")) if scope["type"] == "http" else None
        await self._app(scope, receive, send if way is None else _Answer(send, *way))


def chosen(accepted: str) -> tuple[str, Callable[[bytes], bytes]] | None:
    """Choose how to compress by an Accept-Encoding header; nothing where the browser takes neither."""
    names = set()
    for one in accepted.lower().split(","):
        name, _, weight = one.partition(";")
        if not REFUSED.fullmatch(weight.strip()):
            names.add(name.strip())
    return next((way for way in WAYS if way[0] in names), None)


class _Answer:
    """Holds the head of an answer back until its first piece tells whether it is the whole."""

    def __init__(self, send: Send, name: str, pack: Callable[[bytes], bytes]) -> None:
        self._send, self._name, self._pack = send, name, pack
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_text(message):
            self._head = message
            return
        head, self._head = self._head, None
        if head is not None:
            message = self._packed(head, message)
            await self._send(head)
        await self._send(message)

    def _packed(self, head: Message, message: Message) -> Message:
        headers = MutableHeaders(raw=head["headers"])
        headers.add_vary_header("Accept-Encoding")
        content = message.get("body", b"")
        if message.get("more_body", False) or len(content) < LEAST:
            return message
        content = self._pack(content)
        headers["content-encoding"] = self._name
        headers["content-length"] = str(len(content))
        if "etag" in headers:
            headers["etag"] = "W/" + headers["etag"].removeprefix("W/")
        return {**message, "body": content}


def _is_text(head: Message) -> bool:
    headers = Headers(raw=head["headers"])
    kind = headers.get("content-type", "").partition(";")[0].strip()
    return kind in TEXTS and "content-encoding" not in headers and "content-range" not in headers
