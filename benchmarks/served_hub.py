"""A hub as it is served, with a FastAPI application beside it that does nothing, in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

TOKEN = "bench"  # noqa: S105  of an invented doctor: the session that a benchmark opened

SERVER = """
import sys, uvicorn
from fastapi import FastAPI
from hie.hub.app import application
from hie.hub.feeding import collect_rarely
from hie.hub.settings import Settings
from hie.hub.wiring import wire
app = application(wire(Settings()))
collect_rarely()
noop = FastAPI()
@noop.get("/noop")
async def _noop() -> dict[str, str]:
    return {"ok": "yes"}
app.router.routes[:0] = []
async def both(scope, receive, send):
    if scope["type"] == "http" and scope["path"] == "/noop":
        await noop(scope, receive, send)
    else:
        await app(scope, receive, send)
uvicorn.run(both, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="error")
"""


class ServedHub:
    """A hub with a no-op FastAPI application beside it, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        """Serve the hub whose data lie in `folder`."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        environment = os.environ | {"HIE_DATA_DIR": str(folder)}
        self._process = subprocess.Popen([sys.executable, "-c", SERVER, str(self._port)], env=environment)

    @property
    def address(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return self
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def __exit__(self, *error: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)

    def rate(self, path: str, clients: int) -> float:
        """Requests per second of `path`; every answer must be 200."""
        done = subprocess.run(
            ["wrk", "-t1", f"-c{clients}", "-d2s", "-H", f"Cookie: hie_session={TOKEN}",
             f"http://127.0.0.1:{self._port}{path}"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert "Non-2xx" not in done.stdout, done.stdout
        found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
        assert found, done.stdout
        return float(found[1])
