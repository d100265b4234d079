"""The body of a request that changes something: bounded in size, time and depth, and read for its token.

A form is read whole, as it is small. Of a form with files only the beginning is read here: its token
must be its first field, so that nothing of a stranger's file is taken in.
"""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from hie.exchange.gate.declared import STATUS_OF, Refusal
from hie.record.errors import HieError

TOKEN_HEADER, TOKEN_FIELD = b"x-csrf-token", "csrf_token"
ONCE = frozenset({TOKEN_HEADER, b"content-type", b"content-length"})
MOST_FIELDS = 1000
MOST_DEPTH = 32
BEGINNING = 4096
"""Bytes of a form with files in which its first field ends."""
FORM, FILES, JSON = b"application/x-www-form-urlencoded", b"multipart/form-data", b"application/json"
LONGEST_NUMBER = 15
"""Digits of a length that anybody could mean."""
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A text of JSON; one that does not end takes the rest, so that no sign is looked at twice."""
_BRACKET = re.compile(rb"[\[\]{}]")
_FIRST_HEADERS = [b'content-disposition: form-data; name="csrf_token"']


def expect_once(scope: Scope, names: frozenset[bytes]) -> None:
    """Raise `NotLetIn` where one of these headers stands twice: which of them counts is anybody's guess."""
    given = [name for name, _ in scope["headers"] if name in names]
    if len(given) != len(set(given)):
        raise NotLetIn(Refusal.MALFORMED)


class Patience(NamedTuple):
    """How slowly a body may come, in seconds."""

    silence: float = 30.0
    """Between two pieces."""
    whole: float = 300.0


class NotLetIn(HieError):
    """A request is not let in to its route."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep why."""
        super().__init__(refusal.value)
        self.refusal = refusal


class Body:
    """Reads a body once, checks it, and gives it on."""

    def __init__(self, scope: Scope, receive: Receive, most_bytes: int, patience: Patience) -> None:
        """Read from `receive`, no more than `most_bytes`."""
        expect_once(scope, ONCE)
        found = dict(scope["headers"])
        self._given: bytes = found.get(TOKEN_HEADER, b"")
        self._kind = found.get(b"content-type", b"").partition(b";")[0].strip().lower()
        self._stated = found.get(b"content-length", b"")
        self._receive = receive
        self._most = most_bytes
        self._silence = patience.silence
        self._until = asyncio.get_running_loop().time() + patience.whole
        self._ready = bytearray()
        self._size = 0
        self._ended = self._given_on = False

    async def token(self) -> bytes:
        """Return the token of the header, else of the form; empty if there is none."""
        if self._given:
            return self._given
        self._check_stated()
        if self._kind == FORM:
            fields = await self._fields()
            return next((value for name, value in fields if name == TOKEN_FIELD), "").encode()
        if self._kind == FILES:
            await self._read(BEGINNING)
            return _first_field(bytes(self._ready[:BEGINNING]))
        return b""

    async def check(self) -> None:
        """Raise `NotLetIn` where the body is too large, too slow, too deep or of too many fields."""
        self._check_stated()
        if self._kind == FORM:
            await self._fields()
        elif self._kind == JSON:
            await self._read(self._most)
            if depth(bytes(self._ready)) > MOST_DEPTH:
                raise NotLetIn(Refusal.MALFORMED)

    async def receive(self) -> Message:
        """Give the body on: what was read already, then the rest as it comes."""
        if self._given_on:
            return await self._receive()
        if self._ready or self._ended:
            piece, self._given_on = bytes(self._ready), self._ended
            self._ready.clear()
            return {"type": "http.request", "body": piece, "more_body": not self._ended}
        try:
            message = await self._next()
        except NotLetIn as refused:
            raise HTTPException(STATUS_OF[refused.refusal]) from refused
        self._given_on = self._ended
        return message

    async def discard(self) -> None:
        """Read what is left and keep none of it; raises `NotLetIn` where it is too large or too slow.

        A browser that is answered and cut off while it still sends shows a broken line, not the answer.
        """
        self._ready.clear()
        while not self._ended:
            await self._next()

    def _check_stated(self) -> None:
        if self._stated and (not self._stated.isdigit() or len(self._stated) > LONGEST_NUMBER):
            raise NotLetIn(Refusal.MALFORMED)
        if self._stated and int(self._stated) > self._most:
            raise NotLetIn(Refusal.TOO_LARGE)

    async def _fields(self) -> list[tuple[str, str]]:
        await self._read(self._most)
        try:
            return parse_qsl(
                self._ready.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS
            )
        except ValueError:
            raise NotLetIn(Refusal.MALFORMED) from None

    async def _read(self, enough: int) -> None:
        """Read until more than `enough` is there, or all."""
        while not self._ended and len(self._ready) <= enough:
            message = await self._next()
            if message["type"] != "http.request":  # the line is gone: half a form is none
                raise NotLetIn(Refusal.MALFORMED)
            self._ready += message.get("body", b"")

    async def _next(self) -> Message:
        soon = asyncio.get_running_loop().time() + self._silence
        try:
            async with asyncio.timeout_at(min(self._until, soon)):
                message = await self._receive()
        except TimeoutError:
            raise NotLetIn(Refusal.TOO_SLOW) from None
        self._size += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        if self._size > self._most:
            raise NotLetIn(Refusal.TOO_LARGE)
        return message


def _first_field(beginning: bytes) -> bytes:
    """Return the token if it is the first field of a form with files (RFC 7578)."""
    head, _, rest = beginning.partition(b"\r\n\r\n")
    boundary, *headers = (line.strip().lower() for line in head.split(b"\r\n"))
    if not boundary.startswith(b"--") or headers != _FIRST_HEADERS:
        return b""
    return rest.partition(b"\r\n--")[0]


def depth(content: bytes) -> int:
    """Return how deep brackets stand in one another in a JSON text, strings left out."""
    deepest = open_now = 0
    for bracket in _BRACKET.finditer(_QUOTED.sub(b"", content)):
        open_now += 1 if bracket[0] in b"[{" else -1
        deepest = max(deepest, open_now)
    return deepest
