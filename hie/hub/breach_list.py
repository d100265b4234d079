"""Makes the file of breached passwords that `hie.hub.guessable` asks, from a list on this machine.

A list is lines of passwords, or of SHA-1 in hexadecimal with a count (`HASH:COUNT`, as lists of breaches
are published). Nothing is fetched. Lists larger than memory are sorted in runs beside the result.
"""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from hie.hub.guessable import MAGIC, WIDTH, beginning

RUN = 4_000_000
"""Beginnings sorted in memory at a time: about 200 megabytes."""
_HASHED = re.compile(rb"([0-9A-Fa-f]{40})(?::\d+)?")


def write_list(source: Path, target: Path, run: int = RUN) -> int:
    """Write the file, whole or not at all; return how many passwords stand in it."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    with source.open("rb") as lines, unfinished.open("wb") as file, ExitStack() as runs:
        parts: list[BinaryIO] = []
        for part in _sorted_runs(lines, run):
            parts.append(runs.enter_context(TemporaryFile(dir=target.parent)))
            parts[-1].write(b"".join(part))
        file.write(MAGIC)
        written = 0
        for one, _ in groupby(heapq.merge(*map(_read, parts))):
            file.write(one)
            written += 1
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
    return written


def _sorted_runs(lines: Iterable[bytes], run: int) -> Iterator[list[bytes]]:
    beginnings = (_beginning(text) for line in lines if (text := line.rstrip(b"\r\n")))
    while part := sorted(islice(beginnings, run)):
        yield part


def _beginning(line: bytes) -> bytes:
    hashed = _HASHED.fullmatch(line)
    return bytes.fromhex(hashed[1].decode())[:WIDTH] if hashed else beginning(line.decode("utf-8", "replace"))


def _read(part: BinaryIO) -> Iterator[bytes]:
    part.seek(0)
    while block := part.read(WIDTH * 8192):
        for at in range(0, len(block), WIDTH):
            yield block[at : at + WIDTH]
