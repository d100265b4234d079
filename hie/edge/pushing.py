"""The listener for messages that the hospital pushes, in a thread of its own.

It needs nothing of the rest: what is pushed is kept and acknowledged while the hub is away, while the
spool waits for room, and before anybody has consented to anything.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from shutil import disk_usage
from threading import Thread

from adapters.mllp import Listener
from adapters.pushed import PushedMessages, Sender
from hie.edge.settings import EdgeSettings, Mllp
from hie.exchange.ports import Clock
from hie.record.errors import Misconfigured
from hie.record.identifiers import FacilityCode
from hie.record.times import JST
from hie.store.spool_file import end_process

_START_SECONDS = 10.0
_STOP_SECONDS = 2.0

_log = logging.getLogger(__name__)


class Pushing:
    """Listens until it is stopped."""

    def __init__(
        self,
        settings: EdgeSettings,
        mllp: Mllp,
        facility: FacilityCode,
        clock: Clock,
        kept: Callable[[], None] = lambda: None,
    ) -> None:
        """Listen as `mllp` says; `kept` hears of every batch that is on disk."""
        self._mllp = mllp
        self._kept = kept
        self._messages = PushedMessages(
            settings.pushed,
            facility,
            lambda: stamp(clock.now()),
            dict(mllp.kinds),
            lambda: disk_usage(settings.data_dir).free >= settings.reserve_bytes,
            [Sender(*one) for one in mllp.each_sender],
        )
        self._thread = Thread(target=self._run, name="pushing", daemon=True)
        self._started: Future[int] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end = asyncio.Event()

    def start(self) -> int:
        """Begin; return the port. Raises `Misconfigured` if the address cannot be had."""
        self._thread.start()
        try:
            return self._started.result(_START_SECONDS)
        except OSError as error:
            raise Misconfigured(f"mllp: cannot listen on {self._mllp.host}:{self._mllp.port}") from error

    def stop(self) -> None:
        """End, after what was taken is on disk and answered."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        self._loop = asyncio.get_running_loop()
        listener = Listener(self._keep, allowed=self._mllp.callers, failed=_failed)
        try:
            port = await listener.start(self._mllp.host, self._mllp.port, _tls(self._mllp))
        except OSError as error:
            self._started.set_exception(error)
            return
        _log.info("edge: listening for pushed messages")
        self._started.set_result(port)
        await self._end.wait()
        await listener.stop()
        self._messages.close()

    def _keep(self, messages: Sequence[bytes], callers: Sequence[str]) -> list[bytes]:
        answers = self._messages.keep(messages, callers)
        self._kept()
        return answers


def stamp(now: int) -> str:
    """Write a moment in 17 digits of Japanese time."""
    moment = datetime.fromtimestamp(now / 1000, UTC).astimezone(JST)
    return f"{moment:%Y%m%d%H%M%S}{now % 1000:03}"


def _tls(mllp: Mllp) -> ssl.SSLContext | None:
    if mllp.certificate is None or mllp.key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(mllp.certificate, mllp.key)
    if mllp.authority is not None:
        context.load_verify_locations(mllp.authority)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _failed(error: BaseException) -> None:
    """End the process: after a failed flush nobody knows what of the log is on disk."""
    end_process(f"the log of pushed messages: {type(error).__name__}")
