"""Spoils messages, names, logs, packages and documents: `python -m tests.fuzz.million --count 1000000`.

Each case is made from the seed and its number alone, so `--only NUMBER` runs it again. Workers may use
512 MB beyond what they hold when they begin. Ends with 1 if something was raised, hung, ran out of
memory or took longer than the deadline.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.fuzz.outside import around, fed_from_disk, fed_from_memory, leads_out, settled
from tests.fuzz.running import Tally, run, target_of
from tests.fuzz.seeds import messages

BATCH = 2_000
DOCUMENTS = 1_000
"""Spoilt files that a store is fed from memory, and as many from disk."""
ROOM = 512 << 20
"""Bytes a worker may take beyond what it began with."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    asked = _parser().parse_args(arguments)
    messages()
    if asked.only is not None:
        tally = run(asked.seed, range(asked.only, asked.only + 1), asked.deadline)
        sys.stdout.write(f"{target_of(asked.only)[0]} {tally}\n")
        return 0
    batches = [
        (asked.seed, range(start, min(start + BATCH, asked.count)), asked.deadline)
        for start in range(0, asked.count, BATCH)
    ]
    began = time.monotonic()
    whole = Tally()
    with multiprocessing.Pool(asked.workers, limit_memory) as pool:
        for done, tally in enumerate(pool.imap_unordered(_batch, batches), 1):
            whole.add(tally)
            if done % 25 == 0:
                sys.stderr.write(f"{whole.cases} cases, {len(whole.defects)} defects" + "\n")
    sys.stdout.write(report(whole, asked.seed, time.monotonic() - began))
    changed = [line for number in range(asked.stores) for line in fed(asked.seed, number)]
    sys.stdout.write(
        f"{asked.stores} stores fed with {2 * DOCUMENTS} spoilt files each; outside changed: {changed}\n"
    )
    return 1 if whole.defects or whole.over or changed else 0


def fed(seed: int, number: int) -> list[object]:
    """Feed one real store with spoilt names and files; name what changed outside it."""
    with tempfile.TemporaryDirectory(prefix="fuzz") as made:
        folder = Path(made)
        world, _ = settled(folder)
        before = around(folder)
        chance = Random(seed << 40 | number)
        tally = fed_from_memory(world, chance, DOCUMENTS) + fed_from_disk(world, chance, DOCUMENTS)
        after = around(folder)
        world.store.close()
        sys.stdout.write(f"  store {number}: {dict(tally)}\n")
        return [*(set(before.items()) ^ set(after.items())), *leads_out(folder / "region/hub")]


def limit_memory() -> None:
    """Let this process take so much more memory and no more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def report(tally: Tally, seed: int, seconds: float) -> str:
    """Say what was seen."""
    lines = [
        (
            f"{tally.cases} cases of seed {seed} in {seconds:.0f} s; {tally.milliseconds / tally.cases:.3f}"
            f" ms of processor each; slowest {tally.slowest[0]:.0f} ms"
            f" ({tally.slowest[1]} {tally.slowest[2]}); largest process {tally.peak_kilobytes / 1024:.0f} MB"
        ),
        *(f"  {count:>8} {outcome}" for outcome, count in sorted(tally.outcomes.items())),
        f"{len(tally.over)} beyond the deadline {tally.over[:20]}",
        f"{len(tally.defects)} defects",
        *(f"  {name} {number}: {where}" for name, number, where in tally.defects[:50]),
    ]
    return "\n".join((*lines, ""))


def _batch(batch: tuple[int, range, float]) -> Tally:
    return run(*batch)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Spoil what hospitals send and see what becomes of it.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--deadline", type=float, default=2.0, help="seconds of processor time for one case")
    parser.add_argument("--stores", type=int, default=10, help="real stores to feed afterwards")
    parser.add_argument("--only", type=int, help="run one case again and show what became of it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
