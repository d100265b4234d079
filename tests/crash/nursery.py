"""Starts `hie`, or decisions in a row, many times without importing them many times; kills on demand.

Use: `python nursery.py`. Reads one JSON line per run from standard input and answers with one:
`{"arguments", "environment", "kill_after", "lines", "synchronous"}` → `{"code", "seconds", "output"}`;
`kill_after` is in seconds or null, counted from the start or, where `lines` is more than none, from the
moment when so many lines were said; `synchronous` overrides SQLite's setting where it is not empty.
It adopts workers that a killed run leaves behind and answers when all have ended.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

PR_SET_CHILD_SUBREAPER = 36


def run(
    arguments: list[str], environment: dict[str, str], kill_after: float | None, lines: int, synchronous: str
) -> dict[str, object]:
    """Run one command to its end, or to its sudden end."""
    with tempfile.TemporaryFile() as output:
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            _become(arguments, environment, synchronous, output.fileno())
        ended, status = 0, 0
        if kill_after is not None:
            ended, status = _ended_before(child, lambda: _lines_of(output) >= lines)
            moment = time.monotonic() + kill_after
            if not ended:
                ended, status = _ended_before(child, lambda: time.monotonic() >= moment)
        if not ended:
            if kill_after is not None:
                os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
        seconds = time.monotonic() - began
        _wait_for_orphans()
        output.seek(0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "seconds": seconds,
            "output": output.read().decode(),
        }


def _ended_before(child: int, due: Callable[[], bool]) -> tuple[int, int]:
    """Wait for a child until it is due; return its number, 0 if it goes on, and how it ended."""
    while not due():
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return ended, status
        time.sleep(0.002)
    return 0, 0


def _lines_of(output: IO[bytes]) -> int:
    """Count what was said so far, without moving the place at which the child writes."""
    return os.pread(output.fileno(), os.fstat(output.fileno()).st_size, 0).count(b"\n")


def _become(arguments: list[str], environment: dict[str, str], synchronous: str, output: int) -> None:
    os.dup2(output, 1)
    if synchronous:
        _weaken(synchronous)
    os.environ.update(environment)
    code = 1
    try:
        if arguments[0] == "deciding":
            from tests.crash import deciding  # noqa: PLC0415  imported by the parent already

            deciding.main(*arguments[1:])
        else:
            from hie.cli.__main__ import app  # noqa: PLC0415  imported by the parent already

            app(arguments, standalone_mode=False)
        code = 0
    finally:
        sys.stdout.flush()
        os._exit(code)


def _weaken(synchronous: str) -> None:
    """Set SQLite's `synchronous` behind the store's back: the negative control of the power cuts."""
    from hie.store import lines  # noqa: PLC0415  imported by the parent already

    prepare = lines._prepare_sqlite  # noqa: SLF001  the store offers no such setting, and must not

    def weakened(raw: sqlite3.Connection, _record: object) -> None:
        prepare(raw, _record)
        raw.execute(f"pragma synchronous = {synchronous}")

    lines._prepare_sqlite = weakened  # noqa: SLF001


def _wait_for_orphans() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def main() -> None:
    """Answer until the input ends."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    import alembic.command  # noqa: F401, PLC0415  once for all runs

    import tests.crash.deciding  # noqa: F401, PLC0415

    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = run(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
