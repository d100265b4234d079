"""Keeps one server alive as long as the test run lives, and not a moment longer.

Use: `python keeper.py <pid of the run> <signal to stop with> <user number> <command...>`. The keeper
starts the command and ends it when the run's process is gone (even by SIGKILL), when it is itself asked
to stop, or when the server ends. So no server survives a test run, however that ended.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

PATIENCE = 5.0  # seconds between asking a server to stop and killing it


class Asked(Exception):
    """The run wants its server stopped."""


def _ask(_number: int, _frame: FrameType | None) -> None:
    raise Asked


def _lives(process: int) -> bool:
    return Path(f"/proc/{process}").exists() if Path("/proc/self").exists() else _answers(process)


def _answers(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def keep(run: int, stop_signal: signal.Signals, owner: int, command: list[str]) -> int:
    """Run `command` as user `owner` until the process `run` ends; return the server's exit code."""
    signal.signal(signal.SIGTERM, _ask)
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, user=owner)
    try:
        while server.poll() is None and _lives(run):
            time.sleep(0.2)
    except Asked:
        pass
    server.send_signal(stop_signal)
    try:
        return server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        return server.wait()


if __name__ == "__main__":
    sys.exit(keep(int(sys.argv[1]), signal.Signals[sys.argv[2]], int(sys.argv[3]), sys.argv[4:]))
