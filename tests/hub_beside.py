"""The real hub in the test's own process: its routes, its store in a folder, and no network in between."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from hie.exchange.ports import Certificate, Edge
from hie.hub.edge_door import behind, behind_the_door
from hie.hub.settings import Settings
from hie.hub.wiring import Hub, wire
from tests import storages
from tests.build.region import held
from tests.edges import HandClock
from tests.storages import HOSPITAL

_SHOWN = b"a certificate, as DER bytes"
_DATABASE = "hie.sqlite3"
PATIENCE = 60.0
"""Seconds for one answer."""


class HubBeside(httpx.BaseTransport):
    """Answers an edge as the door does; the certificate is shown without a handshake."""

    def __init__(
        self, folder: Path, clock: HandClock, linked: Sequence[str], consented: Sequence[str]
    ) -> None:
        """Begin a region that knows these patients, and enrol the hospital's edge."""
        self.clock = clock
        self.folder = folder
        self._open()
        storages.people(self.store, list(linked), list(consented))
        with self.store.work() as work:
            work.edges.offer(HOSPITAL, b"once", clock.now() + 1)
            edge = work.edges.enrol(b"once", clock.now())
            assert edge is not None
            shown = sha256(_SHOWN).digest()
            work.edges.certify(Certificate(shown, HOSPITAL, edge.epoch, clock.now(), 2**60))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        answer = asyncio.run_coroutine_threadsafe(self._answered(asked), self._loop).result(PATIENCE)
        headers = {name: value for name, value in answer.headers.items() if name != "content-encoding"}
        return httpx.Response(answer.status_code, headers=headers, content=answer.content)

    def close(self) -> None:
        """Stay: a link that ends does not end the hub."""

    def stop(self) -> None:
        """End the process of the hub."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()
        self.hub.thumbnails.close()
        self.store.close()

    def backup(self, to: Path) -> None:
        """Copy the database as a backup does."""
        with closing(sqlite3.connect(self.folder / _DATABASE)) as here, closing(sqlite3.connect(to)) as there:
            here.backup(there)

    def restored(self, backup: Path) -> None:
        """Stop, put a backup in the database's place, and start."""
        self.stop()
        for end in ("-wal", "-shm"):
            (self.folder / f"{_DATABASE}{end}").unlink(missing_ok=True)
        (self.folder / _DATABASE).write_bytes(backup.read_bytes())
        self._open()

    def standing(self) -> list[tuple[object, ...]]:
        """Name the entries that stand."""
        return sorted(held(self.folder).elements(), key=repr)

    def edge(self) -> Edge:
        """Return what is remembered of the edge."""
        with self.store.look() as work:
            (edge,) = work.edges.all()
        return edge

    def _open(self) -> None:
        settings = Settings(data_dir=self.folder, reserve_megabytes=0)
        self.hub: Hub = wire(settings, self.clock)
        self.store = self.hub.store
        services, _ = behind(settings, self.store, self.clock, Event())
        # A thread of its own, as the hub has a process of its own: the test's may run a loop already.
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="hub beside")
        self._thread.start()
        self._door = httpx.ASGITransport(_shown(behind_the_door(services)))

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        answer = await self._door.handle_async_request(request)
        await answer.aread()
        return answer


def _shown(app: ASGIApp) -> ASGIApp:
    """Put the certificate where the listener puts it."""

    async def with_certificate(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["state"] = {"certificate": _SHOWN}
        await app(scope, receive, send)

    return with_certificate


@contextmanager
def a_hub(
    folder: Path, clock: HandClock, linked: Sequence[str], consented: Sequence[str] = ()
) -> Iterator[HubBeside]:
    """Run a hub for the length of a `with` block."""
    hub = HubBeside(folder, clock, linked, consented)
    try:
        yield hub
    finally:
        hub.stop()
