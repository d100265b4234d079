"""Running a coroutine from a test: in a thread of its own, for a browser may have left a loop in this one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def run(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine to its end and return what it returned."""
    with ThreadPoolExecutor(1, thread_name_prefix="loop") as threads:
        return threads.submit(asyncio.run, coroutine).result()
