"""The edges of the demonstration: one for each storage, all in one process beside the hub's.

A process of its own, so that no page waits for a crawl. It ends when the line to its parent does,
whatever ended that. Each edge has a folder with an `edge.toml`, as it would have in a hospital:
`hie edge status` tells of it there.
"""

from __future__ import annotations

import json
import multiprocessing
import signal
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from hie.edge import enrolment, identity
from hie.edge.durable import make_folder
from hie.edge.running import Runner
from hie.edge.settings import EdgeSettings
from hie.edge.wiring import wired
from hie.logs import Contained
from hie.sample.region import Storage

SETTINGS = "edge.toml"
PATIENCE = 3.0
"""Seconds within which the edges end, or are ended."""
_OFTEN = "poll_seconds = 2\nsettle_seconds = 1\nreport_seconds = 5\n"


class Start(NamedTuple):
    """An edge that is to run."""

    folder: Path
    url: str
    """Of the hub's door."""
    token: str
    """To enrol with; empty where that was done."""

    def __repr__(self) -> str:
        """Show no secret."""
        return f"Start({self.folder.name})"


class Edges:
    """The process of all edges, not yet told which."""

    def __init__(self) -> None:
        """Start the process; call it before this one opens a store or starts a thread."""
        self._line, theirs = multiprocessing.Pipe()
        ends = (theirs, self._line)
        self._process = multiprocessing.Process(target=work, args=ends, name="edges", daemon=True)
        self._process.start()
        theirs.close()

    def start(self, starts: Sequence[Start]) -> None:
        """Let these edges run."""
        self._line.send(list(starts))

    def stop(self) -> None:
        """End them all and wait for it."""
        self._line.close()
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def is_enrolled(folder: Path) -> bool:
    """Say whether the edge of a folder has its certificate."""
    return (_data(folder) / identity.FILE).exists()


def write_settings(storage: Storage, folder: Path, mllp_port: int | None) -> None:
    """Write the settings of a facility's edge: all its storages, and the port for pushed messages if any."""
    folder.mkdir(parents=True, exist_ok=True)
    told = [_OFTEN]
    if mllp_port is not None:
        told.append(f"[mllp]\nport = {mllp_port}\n")
    named = (
        ("standard", "ssmix2-standard", storage.ssmix2),
        ("extended", "ssmix2-extended", storage.extended),
        ("images", "dicom-folder", storage.dicom),
    )
    for name, kind, path in named:
        if path:
            told.append(f'[[sources]]\nname = "{name}"\nkind = "{kind}"\npath = {_quoted(path)}\n')
            if storage.transactions and name == "standard":
                told[-1] += f"transactions = {_quoted(storage.transactions)}\n"
    (folder / SETTINGS).write_text("\n".join(told), "utf-8")


def work(line: Connection, ours: Connection) -> None:
    """Be the process of the edges until the line ends; `ours` is the parent's end of it."""
    ours.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: the parent ends the line
    with Contained(), suppress(EOFError), ExitStack() as open_edges:
        starts: list[Start] = line.recv()
        runners = [Runner(open_edges.enter_context(wired(_entered(start)))) for start in starts]
        for runner in runners:
            runner.start()
        with suppress(EOFError):
            line.recv()
        with ThreadPoolExecutor(len(runners)) as stopping:
            list(stopping.map(Runner.stop, runners))


def _entered(start: Start) -> EdgeSettings:
    """Enrol an edge, or tell it today's address of the hub; return its settings."""
    told = tomllib.loads((start.folder / SETTINGS).read_text("utf-8"))
    settings = EdgeSettings.model_validate({"mllp": None} | told | {"data_dir": _data(start.folder)})
    make_folder(settings.data_dir)
    if start.token:
        enrolment.enrol(settings.data_dir, start.token)
    else:
        held = identity.load(settings.data_dir)
        identity.store(settings.data_dir, held._replace(url=start.url))
    return settings


def _data(folder: Path) -> Path:
    return folder / "edge-data"


def _quoted(path: Path) -> str:
    """Write a path as TOML does; its strings are those of JSON."""
    return json.dumps(str(path.resolve()), ensure_ascii=False)
