"""A bad line between an edge and a hub: a TCP proxy that is slow, cuts, hangs or hangs up, as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

_SLICE = 16_384


@dataclass
class Toxics:
    """What is wrong with the line; may be changed while it is used."""

    latency: float = 0.0
    """Seconds each piece is late, both ways."""
    rate: float = 0.0
    """Bytes in a second each way, for all connections together; 0 for as many as there are."""
    slices: int = _SLICE
    """Bytes of a piece at most."""
    refuses: bool = False
    """Whether calls are answered with a reset."""
    hangs: bool = False
    """Whether nothing goes through any more, and nobody is told."""
    cuts_up: int = 0
    """After so many bytes from the edge the connection is cut; 0 for never."""
    cuts_down: int = 0
    """The same for bytes from the hub."""
    how: str = "reset"
    """How it is cut: `reset`, `close` (both ways) or `half` (the one way is closed, the other hangs)."""
    deaf: bool = False
    """Whether what comes from the hub is thrown away, so that it acts and nobody hears of it."""


@dataclass
class Line:
    """The line, and what went through."""

    port: int = 0
    toxics: Toxics = field(default_factory=Toxics)
    up: int = 0
    down: int = 0
    calls: int = 0
    cuts: int = 0
    _hang_up: Callable[[], object] = lambda: None

    @property
    def url(self) -> str:
        """Where the hub is reached through it."""
        return f"https://localhost:{self.port}"

    def hang_up(self) -> None:
        """Reset every connection now."""
        self._hang_up()


@contextmanager
def a_line(port: int) -> Iterator[Line]:
    """Lead a line to a port of this machine."""
    line, ready = Line(), Event()
    proxy = _Proxy(line, port, ready)
    thread = Thread(target=lambda: asyncio.run(proxy.serve()), name="line", daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield line
    finally:
        proxy.stop()
        thread.join(10)


class _Proxy:
    def __init__(self, line: Line, port: int, ready: Event) -> None:
        self._line = line
        self._port = port
        self._ready = ready
        self._open: set[asyncio.StreamWriter] = set()
        self._free_at = {"up": 0.0, "down": 0.0}

    async def serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        server = await asyncio.start_server(self._call, "127.0.0.1", 0)
        self._line.port = server.sockets[0].getsockname()[1]
        self._line._hang_up = lambda: self._loop.call_soon_threadsafe(self._reset_all)  # noqa: SLF001
        self._ready.set()
        await self._end.wait()
        server.close()
        self._reset_all()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)

    def _reset_all(self) -> None:
        for writer in list(self._open):
            _reset(writer)

    async def _call(self, near: asyncio.StreamReader, edge: asyncio.StreamWriter) -> None:
        self._line.calls += 1
        if self._line.toxics.refuses:
            _reset(edge)
            return
        far, hub = await asyncio.open_connection("127.0.0.1", self._port)
        self._open |= {edge, hub}
        try:
            await asyncio.gather(
                self._pump(near, hub, "up", (edge, hub)), self._pump(far, edge, "down", (edge, hub))
            )
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._open -= {edge, hub}
            edge.close()
            hub.close()

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        way: str,
        both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    ) -> None:
        line, sent = self._line, 0
        while piece := await reader.read(max(1, min(line.toxics.slices, _SLICE))):
            toxics = line.toxics
            await self._paced(len(piece), way)
            while toxics.hangs:  # noqa: ASYNC110  told by another thread
                await asyncio.sleep(0.02)
            limit = toxics.cuts_up if way == "up" else toxics.cuts_down
            if limit and sent + len(piece) >= limit:
                line.cuts += 1
                await self._cut(writer, piece[: max(0, limit - sent)], both)
                return
            sent += len(piece)
            setattr(line, way, getattr(line, way) + len(piece))
            if way == "down" and toxics.deaf:
                continue
            writer.write(piece)
            await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()

    async def _paced(self, size: int, way: str) -> None:
        toxics = self._line.toxics
        if toxics.latency:
            await asyncio.sleep(toxics.latency)
        if toxics.rate:
            now = self._loop.time()
            self._free_at[way] = max(now, self._free_at[way]) + size / toxics.rate
            await asyncio.sleep(self._free_at[way] - now)

    async def _cut(
        self,
        writer: asyncio.StreamWriter,
        last: bytes,
        both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    ) -> None:
        how = self._line.toxics.how
        writer.write(last)
        await writer.drain()
        if how == "half":
            with contextlib.suppress(OSError):
                writer.write_eof()
            await self._end.wait()
        for one in both:
            _reset(one) if how == "reset" else one.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
