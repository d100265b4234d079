"""How fast pushed messages are acknowledged: ours on disk and ours only read, Medplum, python-hl7 (P12).

Every receiver runs in a process of its own and gets the same OML-11 messages from the same stop-and-wait
senders, in turn, three rounds, medians. Medplum parses and touches every OBX-3, python-hl7 parses; both
keep nothing. Ours `on disk` names every message, appends it to the transaction log and flushes before it
answers; at the end the log is read back and must hold every message. Exit code 1 if a floor fails.

Medplum is installed once into `benchmarks/peers` (npm).
"""

# ruff: noqa: E402  the path is set before the imports

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
# The script's own folder holds modules named like those of the standard library.
sys.path[0] = str(HERE.parent)

import uvloop
from hl7.mllp import HL7StreamReader, HL7StreamWriter, start_hl7_server

import ssmix2
from adapters.mllp import END, START, Listener
from adapters.pushed import PushedMessages, Verdict, acknowledgement
from benchmarks.parse import laboratory
from hie.record.identifiers import FacilityCode
from ssmix2.encoding import decode
from ssmix2.er7 import parse
from ssmix2.transactions import read_after

FACILITY = FacilityCode("1312345678")
NOW = "20260101120000000"
ROUNDS, MESSAGES, PER_CONNECTION = 3, 500, 500
CONNECTIONS = (1, 32)
DURABLE, READ_ONLY, MEDPLUM, PYTHON = "ours, on disk", "ours, read only", "Medplum", "python-hl7"
FLOORS = {
    (DURABLE, MEDPLUM): 0.75,
    (READ_ONLY, MEDPLUM): 1.0,
    (READ_ONLY, PYTHON): 20.0,
}
GOALS = {(DURABLE, MEDPLUM): 0.75, (READ_ONLY, MEDPLUM): 3.0, (READ_ONLY, PYTHON): 60.0}
SLOWEST = 0.010
"""Seconds: 99 of 100 answers of the durable one at 32 connections come sooner."""


class Run(NamedTuple):
    """One receiver under one load."""

    rate: float
    """Messages a second."""
    p99: float
    """Seconds within which 99 of 100 answers came."""


def serve_ours(port: int, root: Path) -> None:
    """Receive durably below `root`."""
    pushed = PushedMessages(root, FACILITY, lambda: NOW)
    uvloop.run(_listen(Listener(pushed.keep), port))


def serve_reader(port: int) -> None:
    """Receive, read into records, acknowledge; keep nothing."""
    name = ssmix2.parse_name("0000000001_20240510_OML-11_000000000000001_20240510134210730_01_1")
    assert name is not None

    def keep(messages: Sequence[bytes], _: Sequence[str]) -> list[bytes]:
        for message in messages:
            ssmix2.read(name, message, FACILITY)
        heads = [message[: message.find(b"\r") + 1] for message in messages]
        return [acknowledgement(parse(decode(head)[0]), Verdict("AA"), NOW) for head in heads]

    uvloop.run(_listen(Listener(keep), port))


async def _listen(listener: Listener, port: int) -> None:
    await listener.start("127.0.0.1", port)
    await asyncio.Event().wait()


def serve_python_hl7(port: int) -> None:
    """Receive with python-hl7: parse and acknowledge."""

    async def answer(reader: HL7StreamReader, writer: HL7StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while True:
                message = await reader.readmessage()
                writer.writemessage(message.create_ack())
                await writer.drain()

    async def run() -> None:
        server = await start_hl7_server(answer, "127.0.0.1", port, encoding="iso2022_jp", limit=1 << 20)
        await server.serve_forever()

    asyncio.run(run())


class Receiver:
    """A receiver in its own process."""

    def __init__(self, label: str, root: Path) -> None:
        """Start it; `root` is where the durable one keeps."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.root = root
        command = (
            ["node", str(HERE / "peers/mllp.js"), str(self.port)]
            if label == MEDPLUM
            else [sys.executable, __file__, "--serve", label, "--port", str(self.port), "--root", str(root)]
        )
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)
        raise SystemExit(f"{label} does not listen")

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


async def load(port: int, connections: int, messages: Sequence[bytes]) -> Run:
    """Send all messages over so many connections, each waiting for its answer."""
    waits: list[float] = []
    left = iter(messages)

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for message in left:
            begun = time.perf_counter()
            writer.write(START + message + END)
            answer = await reader.readuntil(END)
            waits.append(time.perf_counter() - begun)
            assert b"MSA|AA" in answer
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(connections)))
    elapsed = time.perf_counter() - begun
    return Run(len(messages) / elapsed, statistics.quantiles(waits, n=100)[98])


def measure(messages: Sequence[bytes]) -> dict[tuple[str, int], Run]:
    """Run every receiver in turn."""
    runs: dict[tuple[str, int], list[Run]] = {}
    for number in range(ROUNDS):
        for label in (DURABLE, MEDPLUM, READ_ONLY, PYTHON):
            with tempfile.TemporaryDirectory(dir=HERE.parent / "data") as folder:
                receiver = Receiver(label, Path(folder))
                for connections in CONNECTIONS:
                    share = 10 if label == PYTHON else 1
                    sent = (list(messages) * connections)[: PER_CONNECTION * connections // share]
                    run = uvloop.run(load(receiver.port, connections, sent))
                    runs.setdefault((label, connections), []).append(run)
                receiver.stop()
                if label == DURABLE:
                    expected = PER_CONNECTION * sum(CONNECTIONS)
                    kept = sum(1 for _ in read_after(Path(folder), settled_before_ns=1 << 62))
                    assert kept == expected, f"acknowledged {expected}, kept {kept}"
        print(f"round {number + 1} of {ROUNDS}", file=sys.stderr)
    return {
        key: Run(statistics.median(run.rate for run in some), statistics.median(run.p99 for run in some))
        for key, some in runs.items()
    }


def main() -> int:
    """Compare and print; 1 if a floor fails."""
    if not (HERE / "peers/node_modules").exists():
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "ci", "--silent", "--no-audit", "--no-fund"], cwd=HERE / "peers", check=True)
    (HERE.parent / "data").mkdir(exist_ok=True)
    dice = random.Random(20240510)
    messages = [laboratory(number, dice) for number in range(1, MESSAGES + 1)]
    medians = measure(messages)
    print(f"OML-11 of {statistics.mean(map(len, messages)):,.0f} bytes, stop-and-wait, medians of {ROUNDS}")
    print(f"  {'':18}" + "".join(f"{f'{count} conn/s':>12}{'p99 ms':>9}" for count in CONNECTIONS))
    for label in (DURABLE, READ_ONLY, MEDPLUM, PYTHON):
        cells = (medians[label, count] for count in CONNECTIONS)
        print(f"  {label:18}" + "".join(f"{run.rate:12,.0f}{run.p99 * 1000:9.1f}" for run in cells))
    failed = False
    most = CONNECTIONS[-1]
    for (label, peer), floor in FLOORS.items():
        ratio = medians[label, most].rate / medians[peer, most].rate
        failed |= ratio < floor
        verdict = "  FAILED" if ratio < floor else ""
        print(f"  P12 {label} / {peer}: {ratio:.2f} (floor {floor}, goal {GOALS[label, peer]}){verdict}")
    slow = medians[DURABLE, most].p99
    print(f"  P12 p99 on disk at {most} connections: {slow * 1000:.1f} ms (goal {SLOWEST * 1000:.0f})")
    return 1 if failed else 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", choices=[DURABLE, READ_ONLY, PYTHON], help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    asked = arguments()
    served = {
        DURABLE: partial(serve_ours, asked.port, asked.root),
        READ_ONLY: partial(serve_reader, asked.port),
        PYTHON: partial(serve_python_hl7, asked.port),
    }
    sys.exit(served[asked.serve]() if asked.serve else main())
