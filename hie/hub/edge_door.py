"""The door of the edges: a second listener in the hub's process, TLS, with nothing of the viewer.

The server interface does not tell an application the client's certificate; a small protocol class
puts it on the connection's state, where no header can reach it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator
from functools import partial
from shutil import disk_usage
from threading import Event
from typing import Any, BinaryIO, NamedTuple, cast
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette

from hie.exchange.feeds.parcels import Batch
from hie.exchange.feeds.receiving import Positions, Receiving, Reception, Refusal
from hie.exchange.ports import Clock, Edge, Store
from hie.hub.authority import RegionAuthority
from hie.hub.bodies import Patience
from hie.hub.entrance import Door, enclosed
from hie.hub.feeding import turn_of
from hie.hub.listening import MOST_CONNECTIONS, BoundedProtocol
from hie.hub.settings import Settings
from hie.record.errors import Misconfigured
from hie.web.edges import BATCH_SECONDS, SILENCE_SECONDS, EdgeServices, routes, speaking_role
from hie.web.problems import refused

GRACE_SECONDS = 3
_STARTING_SECONDS = 0.01
DOOR = Door(refused, speaking_role, forms=False, patience=Patience(2 * SILENCE_SECONDS, 2 * BATCH_SECONDS))
"""The routes themselves are less patient, and say so in their own words."""


class CertifiedProtocol(BoundedProtocol):
    """HTTP/1.1 with the client's certificate (DER) as `certificate` in the state of each request."""

    def __init__(  # handed on as they come
        self,
        *arguments: Any,  # noqa: ANN401
        lines: set[asyncio.Transport],
        **named: Any,  # noqa: ANN401
    ) -> None:
        """Speak on one of the open `lines`."""
        super().__init__(*arguments, **named)
        self._lines = lines

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the certificate from the handshake that is done."""
        super().connection_made(transport)
        self._lines.add(transport)
        session = transport.get_extra_info("ssl_object")
        shown = session.getpeercert(binary_form=True) if session else None
        self.app_state = {**self.app_state, "certificate": shown or b""}

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the line."""
        self._lines.discard(self.transport)
        super().connection_lost(exc)


class _Beside(uvicorn.Server):
    """A server that leaves signals to the one it stands beside."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class EdgeDoor(NamedTuple):
    """The listener, not yet begun."""

    server: uvicorn.Server
    closing: Event
    lines: set[asyncio.Transport]
    """Open connections."""

    @property
    def port(self) -> int:
        """The port it listens on, once it does."""
        number: int = self.server.servers[0].sockets[0].getsockname()[1]
        return number

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Listen for the length of a `with` block, on the loop that runs."""
        listening = asyncio.ensure_future(self.server.serve())
        while not self.server.started:
            if listening.done():
                raise Misconfigured("edge_port: the door of the edges cannot be opened there")
            await asyncio.sleep(_STARTING_SECONDS)
        try:
            yield
        finally:
            self.closing.set()
            self.server.should_exit = True
            await listening
            # Who does not say goodbye is not waited for, and leaves nothing open behind the loop's end.
            for line in list(self.lines):
                line.abort()
            await asyncio.sleep(_STARTING_SECONDS)


def edge_door(settings: Settings, store: Store, clock: Clock) -> EdgeDoor | None:
    """Make the door, or none where no port is set for it."""
    if settings.edge_port is None:
        return None
    closing = Event()
    lines: set[asyncio.Transport] = set()
    services, context = behind(settings, store, clock, closing)
    config = uvicorn.Config(
        behind_the_door(services),
        host=settings.edge_host,
        port=settings.edge_port,
        http=cast("type[asyncio.Protocol]", partial(CertifiedProtocol, lines=lines)),
        ws="none",
        lifespan="off",
        ssl_context_factory=lambda _config, _default: context,
        access_log=False,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=MOST_CONNECTIONS,
        proxy_headers=False,
        server_header=False,
    )
    return EdgeDoor(_Beside(config), closing, lines)


def behind_the_door(services: EdgeServices) -> Starlette:
    """Make the application of the edges' routes."""
    app = Starlette(routes=enclosed(routes(services), DOOR, services.clock))
    app.router.redirect_slashes = False
    return app


def behind(
    settings: Settings, store: Store, clock: Clock, closing: Event
) -> tuple[EdgeServices, ssl.SSLContext]:
    """Make what the routes of the door need, and the listener's side of TLS."""
    authority = RegionAuthority(settings.data_dir, clock.now())
    positions = Positions()
    receiving = Receiving(store, clock, positions)

    def begin(edge: Edge, batch: Batch) -> Refusal | None:
        return receiving.begin(edge, batch, turn_of(settings))

    def receive(edge: Edge, content: BinaryIO) -> Reception:
        return receiving.receive(edge, content, turn_of(settings), begun=True)

    services = EdgeServices(
        store,
        clock,
        authority,
        positions,
        begin,
        receive,
        settings.data_dir / "incoming",
        settings.edge_batch_megabytes * 1024 * 1024,
        closing.is_set,
        lambda: disk_usage(settings.data_dir).free >= settings.reserve_megabytes * 1024 * 1024,
    )
    return services, authority.door(names_of(settings), clock.now())


def names_of(settings: Settings) -> set[str]:
    """Return the names and addresses by which edges reach the door."""
    names = {"localhost", "127.0.0.1", urlsplit(settings.edge_address).hostname or "localhost"}
    return names | ({settings.edge_host} - {"", "0.0.0.0", "::"})  # noqa: S104  no address to be reached by
