"""Requests that arrive together are answered together.

A decision is durable only after a commit, and a commit costs a disk flush. Ten doctors who open
ten calendars in the same millisecond share one transaction: each still has its own decision and
its own audit record, and nobody is answered before the flush. What follows the flush, a read of
microseconds, is done on the event loop itself: crossing to a thread would cost more than the read.
Where a read may have to wait, for a server or for a connection, it does cross.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Decided = TypeVar("Decided")
Answer = TypeVar("Answer")


class Gathering(Generic[Asked, Decided, Answer]):
    """Turns a decision for many into an awaitable for one, for use on one event loop.

    While one batch is being decided the next one gathers, so the size follows the load.
    """

    def __init__(
        self,
        decide_all: Callable[[Sequence[Asked]], Sequence[Decided]],
        finish: Callable[[Decided], Answer],
        most: int = 64,
        *,
        in_place: bool = True,
    ) -> None:
        """Decide at most `most` at once, in a thread of its own; then finish each `in_place`, on the loop."""
        self._decide_all = decide_all
        self._finish = finish
        self._most = most
        self._in_place = in_place
        self._waiting: list[tuple[Asked, asyncio.Future[Decided]]] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gathering")
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Answer:
        """Return the answer to `asked`, or raise what deciding or finishing raised."""
        loop = asyncio.get_running_loop()
        decided: asyncio.Future[Decided] = loop.create_future()
        self._waiting.append((asked, decided))
        if self._running is None:
            self._running = loop.create_task(self._work_off(loop))
        done = await decided
        return self._finish(done) if self._in_place else await asyncio.to_thread(self._finish, done)

    async def _work_off(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            asked = [one for one, _ in batch]
            deciding = loop.run_in_executor(self._thread, self._decide_all, asked)
            await asyncio.wait((deciding,))
            _hand_out(batch, deciding.exception() or deciding.result())
        self._running = None


def _hand_out(
    batch: Sequence[tuple[Asked, asyncio.Future[Decided]]], outcome: Sequence[Decided] | BaseException
) -> None:
    for number, (_, decided) in enumerate(batch):
        if decided.done():
            continue
        if isinstance(outcome, BaseException):
            decided.set_exception(outcome)
        else:
            decided.set_result(outcome[number])
