"""How fast a storage becomes a calendar's rows, against only reading it (P6).

Both sides in one run, in turn, medians of five (three beyond 50,000 files): the floor scans, reads
and hashes every file in one process; ingest does all of its work, with gate, identity, audit and
`synchronous=FULL`, in one process and in two. The storage is a hospital of the invented region, its
patients copied under new numbers until there are enough files; all of them have consented.
Peak memory is taken at 10,000 files and at all. Exit code 1 if a floor fails.

    python benchmarks/pipeline.py [--files 20000] [--folder DIR]
"""

# ruff: noqa: E402  the path is set before the imports

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

# The script's own folder holds modules named like those of the standard library.
sys.path[0] = str(Path(__file__).parents[1])

import hie.store.opening  # noqa: F401  loaded with the rest, before a clock runs
import ssmix2
from adapters.ssmix2_standard import StandardFolder, patients
from consent.model import ConsentEvent, EventKind, Provision
from hie.exchange.feeds.filing import Tally
from hie.exchange.feeds.ingest import DEFECTS
from hie.hub.feeding import Feeding, collect_rarely, feed_sources
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.hub.workers import Workers
from hie.record.errors import Unreadable
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import Facility, FacilityKind, HumanName, Patient, Sex
from hie.record.submission import Submission
from hie.record.times import Day
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from ssmix2 import parse_name
from ssmix2.storage import files, patient_folders

FACILITY = FacilityCode("9911000001")
FLOORS = {"one process": 0.15, "two processes": 0.25}
GOAL = 0.40
FLAT = 1.30
SMALL = 10_000
SPAWN = multiprocessing.get_context("spawn")


class Measured(NamedTuple):
    """One run in a process of its own."""

    files: int
    seconds: float
    cpu: float
    """Seconds of all its processes."""
    peak: int
    """KiB of its largest process."""


# --- the storage ---------------------------------------------------------------------------------


def grown(folder: Path, count: int) -> Path:
    """Make a storage of `count` files below `folder`, or use the one that is there."""
    root = folder / f"storage-{count}"
    if root.is_dir():
        return root
    region = folder / "region"
    if not region.is_dir():
        for _ in generate(RegionPlan(patients=300, hospitals=3, years=2, seed=6), region):
            pass
    template = region / "facilities" / FACILITY / "ssmix2"
    making = root.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    for locator, content in islice(_copies(template), count):
        path = making / locator
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return making.rename(root)


def _copies(template: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of all patients under new numbers, again and again."""
    number = 0
    while True:
        for folder in patient_folders(template):
            number += 1
            old, new = folder.patient_id, f"{number:0{len(folder.patient_id)}d}"
            for locator, name in files(folder):
                if parsed := parse_name(name):
                    content = (template / locator).read_bytes().replace(old.encode(), new.encode())
                    yield parsed._replace(patient_id=new).locator(), content


def founded(root: Path, data: Path) -> Settings:
    """Make a hub in which every patient of the storage is linked and has consented."""
    shutil.rmtree(data, ignore_errors=True)
    settings = Settings(data_dir=data)
    store = stored_by(settings)
    with store.work() as work:
        work.directory.add(Facility(FACILITY, "中央病院", FacilityKind.HOSPITAL, "中央", 0))
        for folder in patient_folders(root):
            person = PatientId(f"P{folder.patient_id}")
            work.patients.enrol(Patient(person, HumanName("見本", "太郎"), Day(19500101), Sex.MALE))
            work.patients.link(LocalPatientId(FACILITY, folder.patient_id), person, "bench", 1)
            consent = ConsentEvent(0, person, EventKind.GIVEN, 1, "bench", "-", (Provision(),))
            work.consents.record(consent)
    store.close()
    return settings


# --- the two sides -------------------------------------------------------------------------------


def read_only(root: Path, _: Settings | None) -> int:
    """Scan, read and hash every file: the floor."""
    count = 0
    waiting = [str(root)]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            for item in found:
                if item.is_dir(follow_symlinks=False):
                    waiting.append(item.path)
                    continue
                descriptor = os.open(item.path, os.O_RDONLY)
                content = os.read(descriptor, 64 * 1024)
                os.close(descriptor)
                hashlib.sha256(content).digest()
                count += 1
    return count


def one_process(root: Path, settings: Settings | None) -> int:
    """Ingest in this process; return how many files were indexed."""
    assert settings
    collect_rarely()
    store = stored_by(settings)
    tally = feed_sources(store, Feeding(settings, FACILITY), [root], lambda _: None)
    store.close()
    return _all_but_the_broken(tally)


def two_processes(root: Path, settings: Settings | None) -> int:
    """Ingest with two workers."""
    assert settings
    workers = Workers(Feeding(settings, FACILITY), 2)
    tally = workers.feed(patient_folders(root), lambda _: None, None)
    workers.stop()
    return _all_but_the_broken(tally)


def _all_but_the_broken(tally: Tally) -> int:
    counts = {str(outcome): count for outcome, count in tally.items()}
    assert counts["indexed"] > 0.98 * sum(counts.values()), counts
    return sum(counts.values())


def measured(work: Callable[[Path, Settings | None], int], root: Path, settings: Settings | None) -> Measured:
    """Run `work` in a fresh process, its start not counted."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_measure, args=(theirs, work, root, settings))
    process.start()
    result: Measured = ours.recv()
    process.join()
    return result


def _measure(
    line: Connection, work: Callable[[Path, Settings | None], int], root: Path, settings: Settings | None
) -> None:
    began = time.perf_counter()
    cpu = _cpu()
    count = work(root, settings)
    seconds = time.perf_counter() - began
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    line.send(Measured(count, seconds, _cpu() - cpu, peak))


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


# --- where the work goes -------------------------------------------------------------------------


def stages(root: Path, count: int) -> dict[str, float]:
    """Microseconds of CPU per file of each stage alone, over the first `count` files."""
    spent: dict[str, float] = {}
    began = time.process_time()
    listed: list[tuple[StandardFolder, Submission]] = []
    for source in patients(root):
        listed.extend((source, submission) for submission in source.submissions())
        if len(listed) >= count:
            break
    spent["walk"] = time.process_time() - began
    began = time.process_time()
    read = [(submission.name, source.read(submission)) for source, submission in listed]
    for _, content in read:
        hashlib.sha256(content).digest()
    spent["read and hash"] = time.process_time() - began
    taken = [(name, content) for text, content in read if (name := parse_name(text))]
    began = time.process_time()
    _parse(taken)
    spent["parse"] = time.process_time() - began
    with tempfile.TemporaryDirectory() as data:
        store = stored_by(Settings(data_dir=Path(data)))
        began = time.process_time()
        for name, content in taken:
            store.packer.pack(name.data_kind, content)
        spent["pack"] = time.process_time() - began
        store.close()
    return {stage: seconds / len(taken) * 1e6 for stage, seconds in spent.items()}


def _parse(taken: list[tuple[ssmix2.FileName, bytes]]) -> None:
    for name, content in taken:
        try:
            ssmix2.read(name, content, FACILITY)
        except (Unreadable, *DEFECTS):
            continue


# --- the table -----------------------------------------------------------------------------------


def busy() -> float:
    """Seconds of CPU that all processes of the machine have used."""
    ticks = [int(number) for number in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def compare(root: Path, data: Path, rounds: int) -> dict[str, list[Measured]]:
    """Run all sides in turn."""
    sides = {"read only": read_only, "one process": one_process, "two processes": two_processes}
    runs: dict[str, list[Measured]] = {label: [] for label in sides}
    for _ in range(rounds):
        for label, work in sides.items():
            settings = None if label == "read only" else founded(root, data)
            runs[label].append(measured(work, root, settings))
    return runs


def report(runs: dict[str, list[Measured]]) -> list[str]:
    """Print the table; return the floors that failed."""
    failed = []
    rates = {label: statistics.median(one.files / one.seconds for one in of) for label, of in runs.items()}
    print(f"  {'':16}{'files/s':>10}{'of reading':>12}{'floor':>8}{'us CPU/file':>13}{'peak MiB':>10}")
    for label, of in runs.items():
        ratio, floor = rates[label] / rates["read only"], FLOORS.get(label, 0.0)
        cpu = statistics.median(one.cpu / one.files for one in of) * 1e6
        peak = max(one.peak for one in of) / 1024
        if ratio < floor:
            failed.append(f"{label}: {ratio:.3f} of reading, floor {floor}")
        print(f"  {label:16}{rates[label]:10,.0f}{ratio:12.3f}{floor or '':>8}{cpu:13.1f}{peak:10.0f}")
    print(f"  P6 two processes / reading {rates['two processes'] / rates['read only']:.2f} (goal {GOAL})")
    return failed


def flatness(folder: Path, runs: dict[str, list[Measured]], count: int) -> list[str]:
    """Compare the peak memory of one process at 10,000 files with that at all."""
    if count <= SMALL:
        return []
    small = grown(folder, SMALL)
    at_small = measured(one_process, small, founded(small, folder / "data")).peak
    at_all = max(one.peak for one in runs["one process"])
    print(f"  peak memory {at_small / 1024:.0f} MiB at {SMALL:,} files, {at_all / 1024:.0f} at {count:,}")
    return [f"memory grew to {at_all / at_small:.2f}"] if at_all > FLAT * at_small else []


def main() -> int:
    """Grow the storage, compare, print; 1 if a floor fails."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=0, help="five, or three beyond 50,000 files")
    arguments.add_argument("--folder", type=Path, help="keeps storages for the next run")
    given = arguments.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="pipeline-"))
    rounds = given.rounds or (5 if given.files <= 50_000 else 3)
    try:
        root = grown(folder, given.files)
        print(f"\n{given.files:,} files, medians of {rounds}")
        before, began = busy() - _cpu(), time.perf_counter()
        runs = compare(root, folder / "data", rounds)
        others = (busy() - _cpu() - before) / (time.perf_counter() - began)
        failed = report(runs)
        print(f"  meanwhile other programs used {others:.2f} of {os.cpu_count()} cores")
        failed += flatness(folder, runs, given.files)
        spent = stages(root, min(given.files, SMALL))
        print("  us CPU/file alone: " + ", ".join(f"{stage} {us:.1f}" for stage, us in spent.items()))
    finally:
        if not given.folder:
            shutil.rmtree(folder)
    for one in failed:
        print(f"  FAILED {one}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
