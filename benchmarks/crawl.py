"""P3 and P4: scan of a tree and re-check of an unchanged one, against GNU find on the same tree.

    python benchmarks/crawl.py [--files 200000] [--rounds 5] [--tree FOLDER]

Makes a standardized storage of so many files of 100 bytes (or takes the one in FOLDER, made before), crawls
it into a spool in a process of its own, and prints how long that took and how much memory at its peak,
beside the same for a tenth of the files: memory is flat. Then find, our walk (in one process and in two),
the look that finds nothing changed, and the sweep take turns, warm. In the end a new process opens the spool:
from its start to the first folder checked again. Ends with 1 if a ratio misses its floor.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adapters import ssmix2_standard
from adapters.opening import Where, opened
from hie.record.entry import Format
from hie.store.spool import SqliteSpool

SOURCE = "main"
DAYS = 10
KINDS = (("OMP-01", 1), ("OML-11", 2))
"""Kinds of each day, and their files."""
SCAN_FLOOR, SCAN_GOAL = 0.7, 1.3
TWO_FLOOR, TWO_GOAL = 1.0, 1.5
AGAIN_FLOOR, AGAIN_GOAL = 0.40, 0.28
RATE_GOAL = 400_000
RESTART_FLOOR = 1.0
GROWTH = 1.5
"""Times the memory of a tenth that the whole may take."""


def make(root: Path, files: int) -> int:
    """Write the tree; return how many files it has."""
    made = patient = 0
    while made < files:
        number = f"{patient * 7919 % 10**10:010d}"
        for day in range(1, DAYS + 1):
            for kind, count in KINDS:
                folder = root / number[:3] / number[3:6] / number / f"202603{day:02d}" / kind
                folder.mkdir(parents=True)
                for order in range(count):
                    name = f"{number}_202603{day:02d}_{kind}_{order:015d}_202603{day:02d}101502004_01_1"
                    (folder / name).write_bytes(b"x" * 100)
                made += count
        patient += 1
    time.sleep(3.0)  # what was written just now is not taken yet
    return made


def count(root: Path, part: int = 0, parts: int = 1) -> int:
    """Walk every so many patients; return how many files they have."""
    return sum(
        len(patient.submissions())
        for number, patient in enumerate(ssmix2_standard.patients(root))
        if number % parts == part
    )


def crawl(root: Path, spool: Path) -> None:
    """Crawl a tree for the first time; print seconds, documents and peak memory in MiB."""
    journal = SqliteSpool(spool, {SOURCE: Format.SSMIX2})
    began = time.perf_counter()
    look = opened("ssmix2-standard", SOURCE, Where({"": root})).look(journal, time.time_ns())
    seconds = time.perf_counter() - began
    assert not look.trouble
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps({"seconds": seconds, "documents": look.changed, "peak": peak, "size": journal.file.size})
    )


def restart(root: Path, spool: Path) -> None:
    """Open the spool and check one folder; print the moment."""
    journal = SqliteSpool(spool, {SOURCE: Format.SSMIX2})
    first = next(journal.folders(SOURCE))
    (root / first.path).stat()
    print(json.dumps({"at": time.monotonic()}), flush=True)
    os._exit(0)


def child(act: str, root: Path, spool: Path) -> dict[str, float]:
    """Run one of the two above in a process of its own."""
    ended = subprocess.run(
        [sys.executable, __file__, "--act", act, str(root), str(spool)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer: dict[str, float] = json.loads(ended.stdout)
    return answer


def first_crawl(root: Path, folder: Path, files: int) -> bool:
    """Crawl the tree, and one of a tenth; print both."""
    small = folder / "small"
    tenth = child("crawl", small, folder / "small.sqlite") if make(small, files // 10) else {}
    whole = child("crawl", root, folder / "spool.sqlite")
    for name, one in (("a tenth", tenth), ("all", whole)):
        print(
            f"  first crawl, {name:<8} {one['documents']:>9,.0f} documents {one['seconds']:>7.1f} s "
            f"{one['documents'] / one['seconds']:>8,.0f}/s  peak {one['peak']:>4.0f} MiB  "
            f"{one['size'] / one['documents']:>4.0f} B/document"
        )
    return whole["peak"] <= tenth["peak"] * GROWTH


def medians(rounds: int, ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Let the ways take turns; return the median seconds of each."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(found) for name, found in seconds.items()}


def turns(root: Path, spool: Path, rounds: int, files: int) -> bool:
    """Race; print the ratios."""
    journal = SqliteSpool(spool, {SOURCE: Format.SSMIX2})
    source = opened("ssmix2-standard", SOURCE, Where({"": root}))
    assert count(root) == files
    # What was written just now was racy when it was listed; now it is at rest.
    while source.look(journal, time.time_ns()).changed:
        pass
    folders = sum(1 for _ in journal.folders(SOURCE))

    def find() -> None:
        subprocess.run(["find", str(root), "-type", "f"], stdout=subprocess.DEVNULL, check=True)

    def unchanged(*, sweep: bool) -> None:
        assert source.look(journal, time.time_ns(), sweep=sweep).changed == 0

    with get_context("fork").Pool(2) as pool:
        took = medians(
            rounds,
            {
                "find": find,
                "walk": lambda: count(root),
                "walk, two processes": lambda: pool.starmap(count, [(root, 0, 2), (root, 1, 2)]),
                "look, nothing changed": lambda: unchanged(sweep=False),
                "sweep, nothing changed": lambda: unchanged(sweep=True),
            },
        )
    journal.close()
    base = took["find"]
    print(f"  {files:,} files in {folders:,} folders, warm, medians of {rounds}")
    for name, seconds in took.items():
        print(
            f"  {name:<24} {seconds:>7.3f} s  {files / seconds:>10,.0f} files/s  {folders / seconds:>10,.0f} "
            f"folders/s  speed {base / seconds:>5.2f}  time {seconds / base:>5.2f} of find"
        )
    one, two = base / took["walk"], base / took["walk, two processes"]
    again, rate = took["look, nothing changed"] / base, folders / took["look, nothing changed"]
    print(f"  P3 one process  {one:.2f} x find (floor {SCAN_FLOOR}, goal {SCAN_GOAL})")
    print(f"  P3 two processes {two:.2f} x find (floor {TWO_FLOOR}, goal {TWO_GOAL})")
    print(
        f"  P4 {again:.2f} of find (floor {AGAIN_FLOOR}, goal {AGAIN_GOAL}), "
        f"{rate:,.0f} folders/s (goal {RATE_GOAL:,})"
    )
    return one >= SCAN_FLOOR and two >= TWO_FLOOR and again <= AGAIN_FLOOR


def resumed(root: Path, spool: Path) -> bool:
    """Start a process on the spool; print how soon it goes on."""
    began = time.monotonic()
    seconds = child("restart", root, spool)["at"] - began
    print(
        f"  restart: the first folder was checked {seconds:.2f} s after the start (floor {RESTART_FLOOR} s)"
    )
    return seconds <= RESTART_FLOOR


def main() -> int:
    """Measure."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--files", type=int, default=200_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--tree", type=Path, help="folder of a tree made before, or to be made and kept")
    asked.add_argument("--act", nargs=3, help=argparse.SUPPRESS)
    chosen = asked.parse_args()
    if chosen.act:
        act, root, spool = chosen.act
        (crawl if act == "crawl" else restart)(Path(root), Path(spool))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = chosen.tree or folder / "tree"
        files = count(root) if root.exists() else make(root, chosen.files)
        print("P3, P4 crawl of a standardized storage")
        good = first_crawl(root, folder, files)
        good = turns(root, folder / "spool.sqlite", chosen.rounds, files) and good
        good = resumed(root, folder / "spool.sqlite") and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
