"""A region through its edges: 47 hospitals, one real edge each, one real hub, TLS; then days offline.

    python benchmarks/region_edges.py [--hospitals 47] [--patients 1500] [--days 7] [--seed 1]

A region is told, every storage gets an edge with its standard, extended and DICOM sources, and all are fed
until nothing moves. Then what stands at the hub is compared with the consented part of the storages, and
every byte that left an edge and everything at the hub is searched for anybody without consent. With days,
the edges then cannot reach the hub while the hospitals go on writing and some of their patients decide anew;
all comes back, and the same is compared and searched again, and that withdrawals came first. Ends with 1
where anything is missing, double, too much, too early or of somebody else.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from consent.model import ConsentEvent, EventKind, Provision, Withdrawal
from hie.clock import SystemClock
from hie.record.errors import Unavailable
from hie.record.identifiers import PatientId
from hie.sample.days import next_day
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.region import SampleRegion, load
from tests.build.consented import Consented, held, tokens_at
from tests.build.whole_region import Hospital, World, world_of
from tests.edges import DAY, HandClock

_MIB = 1024 * 1024
_EVERY = 50
"""Every how many of the persons change their mind while the edges are away."""


def main() -> int:
    """Tell, feed, compare; let days go by, come back, compare again."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--hospitals", type=int, default=47)
    asked.add_argument("--patients", type=int, default=1_500)
    asked.add_argument("--years", type=int, default=1)
    asked.add_argument("--days", type=int, default=7)
    asked.add_argument("--seed", type=int, default=1)
    chosen = asked.parse_args()
    plan = RegionPlan(chosen.patients, chosen.hospitals, chosen.years, chosen.seed)
    with tempfile.TemporaryDirectory() as name:
        return measured(plan, chosen.days, Path(name))


def measured(plan: RegionPlan, days: int, folder: Path) -> int:
    """Run everything below a folder; return how the process ends."""
    with timed("told") as said:
        for step in generate(plan, folder / "region"):
            said[0] = f"{step.files} files, {step.bytes // _MIB} MiB"
    region, clock = load(folder / "region"), HandClock(SystemClock().now())
    consented = Consented(region)
    with world_of(region, folder / "world", clock) as world:
        with timed(f"fed through {len(world.hospitals)} edges") as said:
            came_to_rest(world)
            found = held(world.folder)
            said[0] = f"{found.documents.total()} documents, {found.images.total()} images at the hub"
        faults = compared(region, world, consented, clock.now())
        if days:
            away(region, world, consented, clock, days)
            for hospital in world.hospitals:
                hospital.wire.away = False
            with timed("came back"):
                came_to_rest(world)
            faults += [fault for hospital in world.hospitals for fault in too_early(hospital)]
            faults += compared(region, world, consented, clock.now())
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"peak memory {memory} MiB, all edges and the hub in one process")
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


def came_to_rest(world: World) -> None:
    """Let every edge work until nothing moves."""
    for hospital in world.hospitals:
        hospital.rest()


def compared(region: SampleRegion, world: World, consented: Consented, now: int) -> list[str]:
    """Compare and search; return what is wrong."""
    faults = []
    with timed("compared") as said:
        wanted = consented.content(now)
        said[0] = (
            f"{wanted.documents.total()} documents and {wanted.images.total()} images should stand there"
        )
        if wrong := consented.verdict(world.folder, now):
            faults.append(wrong)
    with timed("searched") as said:
        allowed, at_hub = consented.tokens(now), tokens_at(world.folder)
        left = set[bytes]().union(*(hospital.wire.tokens for hospital in world.hospitals))
        everybody = {token.encode() for _, token in region.tokens()}
        if (left | at_hub) - allowed:
            faults.append(f"{len((left | at_hub) - allowed)} persons without consent left a hospital")
        strangers = consented.strangers(now)
        named = set[bytes]().union(*(hospital.wire.numbers for hospital in world.hospitals)) & strangers
        if named:
            faults.append(f"{len(named)} numbers without consent left a hospital")
        size = sum(hospital.wire.bytes for hospital in world.hospitals) / _MIB
        said[0] = (
            f"{size:.0f} MiB left (compressed), with {len(left)} of {len(everybody)} tokens; "
            f"{len(everybody - allowed)} persons never consented"
        )
    return faults


def away(region: SampleRegion, world: World, consented: Consented, clock: HandClock, days: int) -> None:
    """Let days go by without the hub; some who had consented take it back, some others consent."""
    persons = sorted({person for _, person in region.links()})[::_EVERY]
    had = {person: bool(_any(consented, person, clock.now())) for person in persons}
    for hospital in world.hospitals:
        hospital.wire.away = True
        hospital.wire.accepted.clear()
    with timed("days offline") as said:
        changes = 0
        for day in range(days):
            clock.at += DAY
            changes += len(next_day(region.folder).changes)
            for person in persons[day::days]:
                event = ConsentEvent(0, person, EventKind.GIVEN, 0, "desk", "form", (Provision(),))
                if had[person]:
                    event = event._replace(kind=EventKind.WITHDRAWN, provisions=(), withdrawal=Withdrawal())
                consented.decide(world.record(event))
            for hospital in world.hospitals:
                hospital.edge.look_at_all(sweep=day % 3 == 0)
                hospital.edge.examine()
                with suppress(Unavailable):
                    hospital.edge.sync()
        back = sum(had.values())
        said[0] = f"{changes} changes, {back} withdrew, {len(had) - back} consented"


def _any(consented: Consented, person: PatientId, now: int) -> list[Provision]:
    here = (local.facility for local, who in consented.person.items() if who == person)
    return [one for facility in here for one in consented.provisions(person, facility, now)]


def too_early(hospital: Hospital) -> list[str]:
    """Say where a document was accepted before something was taken back."""
    recalls = [parcel.recall for batch in hospital.wire.accepted for parcel in batch.parcels]
    if recalls != sorted(recalls, reverse=True):
        return [f"an edge sent documents before withdrawals: {hospital.storage.facility}"]
    return []


@contextmanager
def timed(what: str) -> Iterator[list[str]]:
    """Print what a step took, and what it says of itself."""
    said, began = [""], time.monotonic()
    yield said
    print(f"{what}: {time.monotonic() - began:.1f} s  {said[0]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
