"""Runs cases and keeps what became of them: outcomes, the slowest, the largest, and every defect."""

from __future__ import annotations

import resource
import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from types import FrameType

from tests.fuzz.targets import TARGETS, Target

HANGS = 20
"""Seconds of processor time after which a case is stopped."""


class Hung(Exception):
    """A case took too long."""


@dataclass
class Tally:
    """What became of many cases."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str, int] = (0.0, "", 0)
    """Milliseconds of processor time, target, number of the case."""
    over: list[tuple[float, str, int]] = field(default_factory=list)
    """Cases beyond the deadline."""
    defects: list[tuple[str, int, str]] = field(default_factory=list)
    """Target, number, and where it was raised; never what was read."""
    milliseconds: float = 0.0
    peak_kilobytes: int = 0

    def add(self, other: Tally) -> None:
        """Take in what another worker saw."""
        self.outcomes += other.outcomes
        self.slowest = max(self.slowest, other.slowest)
        self.over += other.over
        self.defects += other.defects
        self.milliseconds += other.milliseconds
        self.peak_kilobytes = max(self.peak_kilobytes, other.peak_kilobytes)

    @property
    def cases(self) -> int:
        """Count the cases."""
        return self.outcomes.total()


def target_of(number: int) -> tuple[str, Target]:
    """Choose the target of a case by its number."""
    place = number % 100
    for name, (share, target) in TARGETS.items():
        if place < share:
            return name, target
        place -= share
    raise LookupError("the shares of the targets are not a hundred")


def run(seed: int, numbers: range, deadline: float) -> Tally:
    """Run the cases with these numbers; `deadline` is in seconds of processor time for each."""
    tally = Tally()
    with _stopping():
        for number in numbers:
            _one(tally, seed, number, deadline)
    tally.peak_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return tally


def _one(tally: Tally, seed: int, number: int, deadline: float) -> None:
    name, target = target_of(number)
    chance = Random(seed << 40 | number)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANGS)
    began = time.process_time()
    try:
        outcome = target(chance)
    except Exception as error:  # noqa: BLE001  whatever is raised is a defect, and is told
        outcome = f"DEFECT {type(error).__name__}"
        tally.defects.append((name, number, _where(error)))
    took = (time.process_time() - began) * 1000
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    tally.outcomes[f"{name}: {outcome}"] += 1
    tally.milliseconds += took
    tally.slowest = max(tally.slowest, (took, name, number))
    if took > deadline * 1000:
        tally.over.append((took, name, number))


def _where(error: Exception) -> str:
    frames = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return f"{type(error).__name__} at {' '.join(frames[-3:])}"


@contextmanager
def _stopping() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise Hung

    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
