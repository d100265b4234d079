"""Heads of requests that are too large, too many or never end take no room and no time of others."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Self

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hie.hub import listening
from hie.hub.listening import BOUNDED, LONGEST_ADDRESS, MOST_HEAD_BYTES, MOST_HEADERS

PATIENCE = 20.0
GOOD = b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n"


async def said(request: Request) -> Response:
    """Say how much came."""
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where the listener is."""
    app = Starlette(routes=[Route("/", said, methods=["GET", "POST"])])
    config = uvicorn.Config(app, port=0, timeout_graceful_shutdown=1, **BOUNDED)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(PATIENCE)


class Line:
    """A connection."""

    def __init__(self, port: int) -> None:
        """Open it."""
        self._line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)

    def __enter__(self) -> Self:
        """Be held open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._line.close()

    def send(self, content: bytes) -> None:
        """Send; it may be closed by then."""
        try:
            self._line.sendall(content)
        except (BrokenPipeError, ConnectionResetError):
            return

    def answer(self) -> bytes:
        """Return what comes next, nothing where the line was closed."""
        try:
            return self._line.recv(65536)
        except ConnectionResetError:
            return b""


def _head(*headers: bytes, address: bytes = b"/") -> bytes:
    return b"\r\n".join((b"GET " + address + b" HTTP/1.1", b"Host: hub", *headers, b"", b""))


def test_a_request_and_the_next_on_the_same_line_are_answered(port: int) -> None:
    with Line(port) as line:
        for content in (
            GOOD,
            GOOD[:10],
            GOOD[10:],
            b"POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 5\r\n\r\nhello",
        ):
            line.send(content)
            if content != GOOD[:10]:
                assert line.answer().startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "head",
    [
        _head(*[b"X: y"] * MOST_HEADERS),
        _head(b"X: " + b"y" * MOST_HEAD_BYTES),
        _head(address=b"/?" + b"y" * LONGEST_ADDRESS),
        _head(b"X: y\x00z"),
        _head(b"Content-Length: 5", b"Content-Length: 6"),
        _head(b"Content-Length: 5", b"Transfer-Encoding: chunked"),
        _head(b" folded"),
        b"nonsense\r\n\r\n",
    ],
    ids=["count", "size", "address", "control", "lengths", "smuggled", "folded", "nonsense"],
)
def test_a_head_beyond_bounds_or_grammar_is_refused_and_the_line_closed(port: int, head: bytes) -> None:
    with Line(port) as line:
        line.send(head)
        assert line.answer().startswith(b"HTTP/1.1 400 ")
        assert line.answer() == b""


def test_a_head_within_bounds_is_taken(port: int) -> None:
    with Line(port) as line:
        line.send(_head(*[b"X: y"] * (MOST_HEADERS - 1), address=b"/?" + b"y" * (LONGEST_ADDRESS - 2)))
        assert line.answer().startswith(b"HTTP/1.1 200 ")


def test_a_head_that_grows_and_never_ends_is_cut(port: int) -> None:
    with Line(port) as line:
        line.send(b"GET / HTTP/1.1\r\n")
        for _ in range(64):
            line.send(b"X" * 4096)
        assert line.answer()[:13] in {b"HTTP/1.1 400 ", b""}


def test_a_head_that_does_not_end_is_waited_for_no_longer(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "HEAD_SECONDS", 0.1)
    with Line(port) as line:
        line.send(GOOD)
        assert line.answer().startswith(b"HTTP/1.1 200 ")
        line.send(GOOD[:10])
        assert line.answer() == b""


def test_nobody_waits_behind_slow_heads(port: int) -> None:
    lines = [Line(port) for _ in range(200)]
    try:
        for line in lines:
            line.send(GOOD[:10])
        with Line(port) as good:
            good.send(GOOD)
            assert good.answer().startswith(b"HTTP/1.1 200 ")
    finally:
        for line in lines:
            line.__exit__()


def test_no_answer_names_the_server(port: int) -> None:
    with Line(port) as line:
        line.send(b"nonsense\r\n\r\n")
        assert b"uvicorn" not in line.answer().lower()
