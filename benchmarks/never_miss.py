"""P5: nothing missed, doubled or stale under kills, where watching folders alone loses files.

    python benchmarks/never_miss.py [--documents 10000] [--kills 50] [--seed 1]

Two rude writers change a storage (`tests/crash/storm.py`) while the crawler is killed with SIGKILL at
random moments; beside it, on the same tree and never killed, `watchfiles` watches the root recursively.
In the end the storage is compared with what each of them knows. Ends with 1 if the crawl missed, doubled
or kept anything stale, or if there were too few documents or kills to mean anything.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.crash import storm

LOSS = 0.40
"""What watching alone is expected to lose (goal of the sheet); printed, not insisted on."""


def watch(root: Path, report: Path) -> None:
    """Note every path that `watchfiles` names, until told to stop; runs in a process of its own."""
    from watchfiles import watch as changes  # noqa: PLC0415  only this process needs it

    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    seen: set[str] = set()
    report.with_suffix(".ready").touch()
    for batch in changes(root, stop_event=stopping, raise_interrupt=False):
        seen.update(path for _, path in batch)
    report.write_text(json.dumps(sorted(seen)))


def main() -> int:
    """Run the storm with both."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--documents", type=int, default=10_000)
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--watch", nargs=2, metavar=("ROOT", "REPORT"), help=argparse.SUPPRESS)
    chosen = asked.parse_args()
    if chosen.watch:
        watch(Path(chosen.watch[0]), Path(chosen.watch[1]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return measured(Path(folder), chosen.documents, chosen.kills, chosen.seed)


def measured(folder: Path, documents: int, kills: int, seed: int) -> int:
    """Run one storm; print how it ended."""
    report = folder / "watched"
    root = folder / "storm" / "storage"
    root.mkdir(parents=True)
    watcher = subprocess.Popen([sys.executable, __file__, "--watch", str(root), str(report)])
    while not report.with_suffix(".ready").exists():
        time.sleep(0.05)
    time.sleep(1.0)
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, storm.__file__, str(folder / "storm"), str(documents), str(kills), str(seed)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    took = time.monotonic() - began
    time.sleep(2.0)  # what the watcher still holds back
    os.kill(watcher.pid, signal.SIGTERM)
    watcher.wait()
    outcome = storm.Outcome(**json.loads(ended.stdout))
    named = set(json.loads(report.read_text()))
    there = [str(root / locator) for locator in storm.standing(folder / "storm")]
    lost = sum(path not in named for path in there)
    share = lost / len(there)
    print(
        f"P5 {outcome.documents} documents, {outcome.written} steps of the writers, {outcome.kills} kills, "
        f"{took:.0f} s"
    )
    print(f"  {'':<28} {'missed':>8} {'doubled':>8} {'stale':>8} {'left over':>10}")
    print(
        f"  {'crawl with a journal, killed':<28} {outcome.missed:>8} {outcome.doubled:>8} "
        f"{outcome.stale_flags:>8} {outcome.left_over:>10}"
    )
    nothing = f"{'-':>8} {'-':>8} {'-':>10}"
    print(f"  {'watchfiles, never killed':<28} {lost:>8} {nothing}  {share:.0%}, goal > {LOSS:.0%}")
    clean = outcome.missed == outcome.doubled == outcome.stale_flags == outcome.left_over == 0
    enough = outcome.documents >= documents and outcome.kills >= kills
    return 0 if clean and enough and lost else 1


if __name__ == "__main__":
    sys.exit(main())
