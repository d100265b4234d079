"""HL7 v2 over MLLP: frames in, acknowledgements out, and between them a keeper that puts them on disk.

A frame is `0x0B message 0x1C 0x0D`. Frames of all connections wait in one line; a thread takes all that
wait, hands them to the keeper at once and sends the answers it gives. The keeper returns when they are
on disk, so that no sender is told more than is true (law 5), and many senders share one flush.

The protocol knows no sign-in: who may speak is decided by the interface it listens on, by the caller's
address, by what the keeper makes of address and message and, where a site can, by TLS on both sides.
"""

from __future__ import annotations

import asyncio
import ipaddress
import queue
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from ssl import SSLContext
from typing import NamedTuple, cast

START, END = b"\x0b", b"\x1c\r"

Keep = Callable[[Sequence[bytes], Sequence[str]], Sequence[bytes]]
"""Takes messages and their callers' addresses, returns acknowledgements when the messages are on disk.

What it raises ends the listener.
"""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Limits(NamedTuple):
    """What one sender may ask of the listener."""

    message: int = 10 * 1024 * 1024
    """Bytes of a message."""
    connections: int = 256
    of_one_caller: int = 32
    """Connections from one address."""
    held: int = 64 * 1024 * 1024
    """Bytes of all callers that are not yet on disk; beyond, who sends waits or is hung up on."""
    together: int = 512
    """Messages put on disk with one flush."""
    patience: float = 60.0
    """Seconds in which a frame that has begun must end, however it trickles."""
    idle: float = 1_800.0
    """Seconds without a frame after which a caller is hung up on; it calls again when it has something."""


class Listener:
    """Listens on one address; for one event loop."""

    def __init__(
        self,
        keep: Keep,
        *,
        allowed: Sequence[Network] = (),
        limits: Limits = Limits(),  # noqa: B008  immutable
        failed: Callable[[BaseException], None] = lambda _: None,
    ) -> None:
        """Hand messages to `keep`; take calls from `allowed` networks only, or from all if none is named.

        `failed` hears of what `keep` raised, after every connection was closed without an answer.
        """
        self.limits = limits
        self.waiting: queue.SimpleQueue[tuple[_Connection, bytes] | None] = queue.SimpleQueue()
        self.open: set[_Connection] = set()
        self.callers: Counter[str] = Counter()
        """Connections by address."""
        self.held = 0
        """Bytes that came and were not answered."""
        self._keep = keep
        self._allowed = tuple(allowed)
        self._failed = failed
        self._keeper = threading.Thread(target=self._run, name="mllp-keeper", daemon=True)
        self._server: asyncio.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self, host: str, port: int, tls: SSLContext | None = None) -> int:
        """Listen; return the port, for those who asked for any (0). Raises `OSError` if it is taken."""
        self._loop = asyncio.get_running_loop()
        self._server = await self._loop.create_server(
            lambda: _Connection(self),
            host,
            port,
            ssl=tls,
            ssl_handshake_timeout=_HANDSHAKE if tls else None,
        )
        self._keeper.start()
        taken: int = self._server.sockets[0].getsockname()[1]
        return taken

    async def stop(self) -> None:
        """Stop listening; what was taken is put on disk and answered first."""
        if self._server:
            self._server.close()
        self.waiting.put(None)
        if self._loop:
            await self._loop.run_in_executor(None, self._keeper.join)
        self._close_all()

    def admits(self, address: str) -> bool:
        """Say whether somebody at `address` may speak."""
        if not self._allowed:
            return True
        return any(lies_in(address, network) for network in self._allowed)

    def _run(self) -> None:
        """Take what waits, as often as something does, until told to end."""
        ended = False
        while not ended:
            taken = [self.waiting.get()]
            while len(taken) < self.limits.together and not self.waiting.empty():
                taken.append(self.waiting.get())
            ended = None in taken
            frames = [one for one in taken if one is not None]
            if frames and not self._kept(frames):
                return

    def _kept(self, frames: list[tuple[_Connection, bytes]]) -> bool:
        loop = self._loop
        if loop is None:  # nobody has called yet, so nobody waits
            return False
        try:
            answers = self._keep([message for _, message in frames], [one.caller for one, _ in frames])
        except BaseException as error:  # noqa: BLE001  an adapter's thread: told, and never tried again
            loop.call_soon_threadsafe(self._end, error)
            return False
        loop.call_soon_threadsafe(
            _answer, [(one, answer) for (one, _), answer in zip(frames, answers, strict=True)]
        )
        return True

    def _end(self, error: BaseException) -> None:
        if self._server:
            self._server.close()
        self._close_all()
        self._failed(error)

    def _close_all(self) -> None:
        for connection in list(self.open):
            connection.transport.abort()


def lies_in(address: str, network: Network) -> bool:
    """Say whether an address as the system names it is one of a network's."""
    caller = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(caller, ipaddress.IPv6Address) and caller.ipv4_mapped:
        caller = caller.ipv4_mapped
    return caller in network


def _answer(answers: list[tuple[_Connection, bytes]]) -> None:
    for connection, answer in answers:
        connection.answer(answer)


class _Connection(asyncio.Protocol):
    """One caller: cuts the stream into frames."""

    def __init__(self, listener: Listener) -> None:
        self.transport: asyncio.Transport
        self._listener = listener
        self.caller = ""
        self._held = bytearray()
        self._searched = 0
        self._unanswered: deque[int] = deque()
        """Bytes of each frame that waits for its answer."""
        self._is_choked = False
        """Whether the caller does not take its answers."""
        self._in_frame = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # a stream server's
        listener, limits = self._listener, self._listener.limits
        peer = transport.get_extra_info("peername")
        caller = peer[0] if peer else ""
        if (
            len(listener.open) >= limits.connections
            or listener.callers[caller] >= limits.of_one_caller
            or not (caller and listener.admits(caller))
        ):
            self.transport.abort()
            return
        self.caller = caller
        listener.open.add(self)
        listener.callers[caller] += 1
        self._wait(limits.idle)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        listener = self._listener
        if self in listener.open:
            listener.open.remove(self)
            listener.callers[self.caller] -= 1
            listener.callers += Counter()  # who has none left is not remembered
        listener.held -= len(self._held)
        self._held.clear()
        if self._deadline:
            self._deadline.cancel()

    def data_received(self, data: bytes) -> None:
        held, limits = self._held, self._listener.limits
        before = len(held)
        held += data
        taken = False
        while (end := held.find(END, self._searched)) >= 0:
            # What stands before the start of a frame belongs to none.
            start = held.find(START, 0, end)
            if start >= 0:
                self._take(bytes(held[start + 1 : end]))
            del held[: end + len(END)]
            self._searched = 0
            taken = True
        self._searched = max(0, len(held) - 1)
        self._listener.held += len(held) - before
        if held and (len(held) > limits.message or START not in held):
            self.transport.abort()
            return
        self._measure(began=bool(held) and (taken or not self._in_frame), ended=taken and not held)
        if self._listener.held > limits.held:
            if self._unanswered:
                self.transport.pause_reading()
            else:
                self.transport.abort()

    def pause_writing(self) -> None:
        self._is_choked = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self._is_choked = False
        self._read_on()

    def answer(self, message: bytes) -> None:
        """Send an acknowledgement, if the caller still listens."""
        self._listener.held -= self._unanswered.popleft()
        if not self.transport.is_closing():
            self.transport.write(START + message + END)
            self._read_on()

    def _read_on(self) -> None:
        if not self._is_choked and len(self._unanswered) < _PIPELINED and not self.transport.is_closing():
            self.transport.resume_reading()

    def _take(self, message: bytes) -> None:
        self._unanswered.append(len(message))
        self._listener.held += len(message)
        if len(self._unanswered) >= _PIPELINED:
            self.transport.pause_reading()
        self._listener.waiting.put((self, message))

    def _measure(self, *, began: bool, ended: bool) -> None:
        """Measure a frame from its first byte on, and the silence after its last."""
        if began:
            self._in_frame = True
            self._wait(self._listener.limits.patience)
        elif ended:
            self._in_frame = False
            self._wait(self._listener.limits.idle)

    def _wait(self, seconds: float) -> None:
        if self._deadline:
            self._deadline.cancel()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.transport.abort)


_PIPELINED = 64
"""Messages a caller may send ahead of their answers before it is no longer read."""
_HANDSHAKE = 10.0
"""Seconds in which a caller must have begun to speak TLS."""
