"""How a listener reads HTTP: a request's head is bounded in size, count and time, before anybody is asked.

Behind the head the entrance of the route bounds the body (`hie.hub.bodies`).
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEADERS = 64
MOST_HEAD_BYTES = 32 * 1024
LONGEST_ADDRESS = 8 * 1024
FIRST_REQUEST_SECONDS = 20.0
"""For which a connection may be open without a request on it."""
HEAD_SECONDS = 10.0
"""Within which a head that has begun is there whole."""
MOST_CONNECTIONS = 1024
"""Beyond, whoever comes is told to come again."""
KEEP_ALIVE_SECONDS = 5


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 of bounded heads; what is beyond is answered with 400 and the connection closed."""

    _headers = 0
    _head_bytes = 0
    _begun = 0
    """Heads that have begun on this connection."""
    _complete = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a request soon."""
        super().connection_made(transport)
        self.loop.call_later(FIRST_REQUEST_SECONDS, self._close_unused)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that does not end is waited for no longer than it may take."""
        begun = self._begun
        super().data_received(data)
        if self._begun == self._complete or self.transport.is_closing():
            return
        if begun < self._begun:
            self.loop.call_later(HEAD_SECONDS, self._close_half, self._begun)
            return
        self._head_bytes += len(data)
        if self._head_bytes > MOST_HEAD_BYTES:
            self.send_400_response("Too large a head.")

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._headers = self._head_bytes = 0
        self._begun += 1
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take (a part of) the address; raises `OverflowError`, which the parser answers with 400."""
        super().on_url(url)
        if len(self.url) > LONGEST_ADDRESS:
            raise OverflowError

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; raises `OverflowError` as `on_url` does."""
        self._headers += 1
        if self._headers > MOST_HEADERS or len(name) + len(value) > MOST_HEAD_BYTES:
            raise OverflowError
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin the request."""
        self._complete = self._begun
        super().on_headers_complete()

    def _close_unused(self) -> None:
        if not self._complete:
            self.transport.close()

    def _close_half(self, begun: int) -> None:
        if begun == self._begun > self._complete:
            self.transport.close()


BOUNDED: Final[dict[str, Any]] = {
    "http": BoundedProtocol,
    "ws": "none",
    "limit_concurrency": MOST_CONNECTIONS,
    "timeout_keep_alive": KEEP_ALIVE_SECONDS,
    "server_header": False,
    "access_log": False,
    "log_config": None,
    "log_level": "warning",
}
"""Options of the server for the door of people and programs; it writes no line for a request."""
