"""First load of a hospital through its edge into the hub, against reading the same storage at the hub (P6).

    python benchmarks/edge_load.py [--files 10000] [--large 0] [--folder DIR]

Three sides in turn, `--rounds` times: only scanning, reading and hashing every file; `hie ingest` of the
storage; and a hub and an edge as two processes with TLS between them: crawl, read, gate, send, gate again,
file, until the hub has answered for every file. Prints files/s, CPU per file of each process and their peak
memory, the latter also at `--large` files (flat?). Then the edge is started again on the unchanged storage:
how long until every folder was asked, and how long an idle look takes per 100,000 folders.
Ends with 1 if a floor fails.
"""

# ruff: noqa: E402  the path is set before the imports

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

# The script's own folder holds modules named like those of the standard library.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.edge_and_hub import HERE, Hospital, Used, until
from benchmarks.pipeline import founded, grown, measured, one_process, read_only

FLOOR = 0.03
"""Of only reading, through edge and hub."""
FLAT = 1.35
SETTINGS = {"poll_seconds": 1.0, "settle_seconds": 0.0, "reserve_bytes": 0}


class Load(NamedTuple):
    """One first load."""

    files: int
    seconds: float
    edge: Used
    hub: Used


def loaded(root: Path, folder: Path, files: int, **edge: object) -> tuple[Load, Hospital]:
    """Load a storage through an edge; return what it took, and the hospital, at rest."""
    hospital = Hospital(folder, root, **{**SETTINGS, **edge})
    with hospital.hub() as hub:
        hospital.enrol()
        before = hub.used()
        began = time.monotonic()
        with hospital.edge() as edge_program:
            ended = until(lambda: hospital.is_fed(files), every=0.05)
            used, of_hub = edge_program.used(), hub.used()
    held = hospital.entries()
    assert held > 0.98 * files, f"{held} entries of {files} files"
    return Load(files, ended - began, used, Used(of_hub.cpu - before.cpu, of_hub.peak)), hospital


AGAIN = """
import json, sys, time
from hie.clock import SystemClock
from hie.edge import identity
from hie.edge.settings import EdgeSettings
from hie.edge.wiring import wired
import os, psutil
began = psutil.Process().create_time()
with wired(EdgeSettings()) as edge:
    wired_at = time.time()
    changed = edge.look_at_all()
    first = time.time()
    folders = sum(1 for _ in edge.memory.folders("emr"))
    idle, swept = [], []
    for _ in range(5):
        for sweep, times in ((False, idle), (True, swept)):
            at = time.perf_counter()
            assert edge.look_at_all(sweep=sweep) == 0
            times.append(time.perf_counter() - at)
    at = time.perf_counter()
    read = edge.examine()
    print(json.dumps({
        "changed": changed, "folders": folders, "wired": wired_at - began, "first": first - began,
        "idle": sorted(idle)[2], "swept": sorted(swept)[2], "read": read,
        "examine": time.perf_counter() - at,
    }))
"""


def again(hospital: Hospital) -> dict[str, float]:
    """Start an edge on its unchanged storage; say how long until its first look ended."""
    done = subprocess.run(
        [sys.executable, "-c", AGAIN],
        cwd=hospital.folder,
        env=os.environ | {"PYTHONPATH": str(HERE)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def compare(root: Path, folder: Path, files: int, rounds: int) -> tuple[list[str], Load, Hospital]:
    """Run the sides in turn, print the table; return the floors that failed."""
    reads, direct, edges = [], [], []
    for _ in range(rounds):
        reads.append(measured(read_only, root, None))
        direct.append(measured(one_process, root, founded(root, folder / "direct")))
        load, hospital = loaded(root, folder / "through", files)
        edges.append(load)
    base = statistics.median(one.files / one.seconds for one in reads)
    print(f"  {'':26}{'files/s':>9}{'of reading':>12}{'us CPU/file':>13}{'peak MiB':>10}")
    for label, runs in (("only read", reads), ("hie ingest, one process", direct)):
        rate = statistics.median(one.files / one.seconds for one in runs)
        cpu = statistics.median(one.cpu / one.files for one in runs) * 1e6
        print(f"  {label:26}{rate:9,.0f}{rate / base:12.3f}{cpu:13.1f}{runs[-1].peak / 1024:10.0f}")
    through = statistics.median(one.files / one.seconds for one in edges)
    print(f"  {'through edge and hub':26}{through:9,.0f}{through / base:12.3f}")
    for label, used in (
        ("  the edge", [one.edge for one in edges]),
        ("  the hub", [one.hub for one in edges]),
    ):
        cpu = statistics.median(one.cpu for one in used) / files * 1e6
        print(f"  {label:26}{'':21}{cpu:13.1f}{max(one.peak for one in used):10.0f}")
    directly = statistics.median(one.files / one.seconds for one in direct)
    print(f"  through edge and hub / hie ingest {through / directly:.2f}")
    failed = [f"{through / base:.3f} of reading, floor {FLOOR}"] if through < FLOOR * base else []
    return failed, edges[-1], hospital


def flatness(folder: Path, small: Load, files: int) -> list[str]:
    """Load a larger storage; compare the peaks."""
    root = grown(folder, files)
    load, _ = loaded(root, folder / "large", files)
    failed = []
    for name, one, other in (("edge", small.edge, load.edge), ("hub", small.hub, load.hub)):
        print(f"  peak of the {name}: {one.peak} MiB at {small.files:,} files, {other.peak} at {files:,}")
        if other.peak > FLAT * one.peak:
            failed.append(f"memory of the {name} grew to {other.peak / one.peak:.2f}")
    print(f"  {files:,} files: {files / load.seconds:,.0f} files/s")
    return failed


def main() -> int:
    """Load, compare, start again."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--files", type=int, default=10_000)
    asked.add_argument("--large", type=int, default=0)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--folder", type=Path, help="keeps storages for the next run")
    chosen = asked.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="edge-load-"))
    try:
        root = grown(folder, chosen.files)
        print(f"P6 first load of {chosen.files:,} files, medians of {chosen.rounds}")
        failed, load, hospital = compare(root, folder, chosen.files, chosen.rounds)
        told = again(hospital)
        each = 100_000 / told["folders"]
        print(
            f"  started again on {told['folders']:,} folders: at work after {told['wired']:.2f} s, "
            f"first look ended after {told['first']:.2f} s; {told['changed']} changes"
        )
        print(
            f"  of 100,000 folders: look {told['idle'] * each:.2f} s, sweep {told['swept'] * each:.2f} s; "
            f"nothing to examine was found in {told['examine'] * 1000:.1f} ms"
        )
        if chosen.large:
            failed += flatness(folder, load, chosen.large)
    finally:
        if not chosen.folder:
            shutil.rmtree(folder)
    for one in failed:
        print(f"  FAILED {one}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
