"""Requests that arrive together are answered together.

A decision is durable only after a commit, and a commit costs a disk flush. Ten doctors who open
ten calendars in the same millisecond share one transaction: each still has its own decision and
its own audit record, and nobody is answered before the flush. A microsecond query also should
not cross a thread pool once per request; here it crosses once per gathering.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Gathering(Generic[Asked, Answer]):
    """Turns `answer_all` into an awaitable for one, for use on one event loop.

    While one batch is being answered the next one gathers, so the size follows the load.
    """

    def __init__(self, answer_all: Callable[[Sequence[Asked]], Sequence[Answer]], most: int = 64) -> None:
        """Answer with `answer_all`, at most `most` at once, in a thread of its own."""
        self._answer_all = answer_all
        self._most = most
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gathering")
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Answer:
        """Return the answer to `asked`, or raise what answering raised."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((asked, answer))
        if self._running is None:
            self._running = loop.create_task(self._work_off(loop))
        return await answer

    async def _work_off(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            asked = [one for one, _ in batch]
            done = await asyncio.gather(
                loop.run_in_executor(self._thread, self._answer_all, asked), return_exceptions=True
            )
            _hand_out(batch, done[0])
        self._running = None


def _hand_out(
    batch: Sequence[tuple[Asked, asyncio.Future[Answer]]], outcome: Sequence[Answer] | BaseException
) -> None:
    for number, (_, answer) in enumerate(batch):
        if answer.done():
            continue
        if isinstance(outcome, BaseException):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome[number])
