"""Asks the nursery for runs of the real command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Self


class Ended(NamedTuple):
    """How a run ended."""

    code: int
    """Exit code, or the negative number of the signal that ended it."""
    seconds: float
    output: str

    @property
    def last(self) -> dict[str, int]:
        """The last line, as JSON."""
        counts: dict[str, int] = json.loads(self.output.splitlines()[-1])
        return counts


class Nursery:
    """One nursery process, for many runs."""

    def __init__(self, preload: str = "") -> None:
        """Start it, with a library preloaded if one is named."""
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("nursery.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **({"LD_PRELOAD": preload} if preload else {})},
        )

    def run(
        self,
        data: Path,
        arguments: list[str],
        kill_after: float | None = None,
        environment: dict[str, str] | None = None,
        synchronous: str = "",
        *,
        lines: int = 0,
    ) -> Ended:
        """Run `hie` on a data folder, to its end or until it is killed, a while after so many lines."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {
            "arguments": arguments,
            "environment": {"HIE_DATA_DIR": str(data)} | (environment or {}),
            "kill_after": kill_after,
            "lines": lines,
            "synchronous": synchronous,
        }
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)


def copied(source: Path, target: Path) -> Path:
    """Make `target` a fresh copy of the folder `source`."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target
