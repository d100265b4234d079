"""A hub and a hospital's edge as processes of their own, for measuring the way between them.

Both run as they are run: `hie hub` with the door of the edges open, `hie edge run` enrolled with a token,
TLS with certificates on the loopback. The storage is one of `pipeline.py`; all its patients consent.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, Self

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.pipeline import FACILITY, founded
from hie.clock import SystemClock
from hie.edge import enrolment
from hie.exchange.feeds import edges
from hie.exchange.founding import operator
from hie.exchange.ports import Account, Device, Session
from hie.exchange.signing.browsers import token_hash
from hie.hub.authority import RegionAuthority
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Purpose, Requester, Role

HERE = Path(__file__).resolve().parent.parent
CLINIC = FacilityCode("9910000099")
DOCTOR = Requester("bench-doctor", "見本 医師", CLINIC, Role.DOCTOR, Purpose.TREATMENT)
TOKEN = "bench"  # noqa: S105  of an invented doctor
PATIENCE = 1_800.0
_AT_REST = (1, 3, 4)
"""States of the spool's rows in which nothing is left to do: held, filed, unreadable."""
_TICK = os.sysconf("SC_CLK_TCK")


class Used(NamedTuple):
    """What a process used until now."""

    cpu: float
    """Seconds."""
    peak: int
    """MiB."""


class Program:
    """One of our programs in a process of its own; ended at the end of the `with` block."""

    def __init__(self, folder: Path, arguments: Sequence[str], **settings: object) -> None:
        """Start `hie` with these arguments in `folder`, with settings by their environment names."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HIE_")}
        environment |= {name: str(value) for name, value in settings.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from hie.cli.__main__ import app; app()", *arguments],
            cwd=folder,
            env=environment | {"PYTHONPATH": str(HERE)},
        )

    def __enter__(self) -> Self:
        """Go on."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def used(self) -> Used:
        """Say what the process used until now."""
        place = Path(f"/proc/{self.process.pid}")
        fields = (place / "stat").read_text().rpartition(")")[2].split()
        peak = next(line for line in (place / "status").read_text().splitlines() if line.startswith("VmHWM"))
        return Used((int(fields[11]) + int(fields[12])) / _TICK, int(peak.split()[1]) // 1024)


class Hospital:
    """A storage, the folder of its edge, and the region's hub, below one folder."""

    def __init__(self, folder: Path, root: Path, **edge: object) -> None:
        """Found the hub and write the edge's settings; nothing runs yet."""
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "hospital").mkdir(parents=True)
        self.root, self.data, self.folder = root, folder / "hub", folder / "hospital"
        self.settings = founded(root, self.data)
        store = stored_by(self.settings)
        with store.work() as work:
            work.directory.add(Facility(CLINIC, "見本診療所", FacilityKind.CLINIC, "見本", 1))
            work.accounts.add(Account(DOCTOR.user, "bench", DOCTOR.name, CLINIC, Role.DOCTOR, "of nobody"))
            work.devices.keep(Device("bench", b"bench", "", 0, 0))
            who = (token_hash(TOKEN), DOCTOR.user, CLINIC, Role.DOCTOR, "bench", "csrf")
            work.sessions.open(Session(*who, 0, 2**50, 2**51, 0, 2))
        store.close()
        self.port, self.edge_port = free_port(), free_port()
        self.configure(**edge)

    def configure(self, **edge: object) -> None:
        """Write the edge's settings for its next start; `source` and `mllp` are tables."""
        wired = {"source": {}} | edge
        lines = []
        for name, value in wired.items():
            if not isinstance(value, dict):
                lines.append(f"{name} = {json.dumps(value)}")
        source = {"name": "emr", "kind": "ssmix2-standard", "path": str(self.root)}
        source |= dict(wired["source"])  # type: ignore[call-overload]
        lines += ["[[sources]]", *(f"{name} = {json.dumps(value)}" for name, value in source.items())]
        if isinstance(mllp := wired.get("mllp"), dict):
            lines += ["[mllp]", *(f"{name} = {json.dumps(value)}" for name, value in mllp.items())]
        (self.folder / "edge.toml").write_text("\n".join(lines) + "\n")

    @property
    def spool(self) -> Path:
        """The file of the edge's spool."""
        return self.folder / "edge-data" / "spool.sqlite3"

    @property
    def database(self) -> Path:
        """The file of the hub's registry."""
        return self.data / "hie.sqlite3"

    def hub(self) -> Program:
        """Start the hub and wait until its doors are open."""
        program = Program(
            self.folder.parent,
            ("hub",),
            HIE_DATA_DIR=self.data,
            HIE_PORT=self.port,
            HIE_EDGE_PORT=self.edge_port,
        )
        until(lambda: _answers(self.port) and _answers(self.edge_port), every=0.05)
        return program

    def enrol(self) -> None:
        """Enrol the edge with a token of the region's office; the hub must run."""
        store = stored_by(self.settings)
        authority = RegionAuthority(Settings(data_dir=self.data).data_dir, SystemClock().now())
        url = f"https://localhost:{self.edge_port}"
        token = edges.offer(store, SystemClock(), authority, operator("bench"), FACILITY, url)
        store.close()
        enrolment.enrol(self.folder / "edge-data", token)

    def edge(self) -> Program:
        """Start the edge."""
        return Program(self.folder, ("edge", "run"))

    def counts(self) -> dict[int, int]:
        """Count the spool's documents by state."""
        if not self.spool.exists():
            return {}
        with closing(sqlite3.connect(f"file:{self.spool}?mode=ro", uri=True, timeout=5)) as spool:
            try:
                rows = spool.execute("select state, sum(number) from tally group by state").fetchall()
            except sqlite3.OperationalError:
                return {}
        return dict(rows)

    def is_fed(self, files: int) -> bool:
        """Say whether so many files are known and the hub has answered for all that may leave."""
        counts = self.counts()
        return sum(counts.get(state, 0) for state in _AT_REST) >= files

    def has_looked(self, since: float) -> bool:
        """Say whether the edge reported a whole look after a moment (seconds since 1970)."""
        try:
            report = json.loads((self.folder / "edge-data" / "status.json").read_text())
        except (FileNotFoundError, ValueError):
            return False
        return all(source["looked_at"] > since * 1000 for source in report["sources"])

    def entries(self) -> int:
        """Count what the hub holds."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as registry:
            return int(registry.execute("select count(*) from entry").fetchone()[0])


def until(true: Callable[[], bool], every: float = 0.01, patience: float = PATIENCE) -> float:
    """Wait until it is true; return the moment."""
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(every)
    return time.monotonic()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
