"""A week without the hub, then 10 Mb/s: how long until an edge has caught up, and in which order (P-06).

Use: `python benchmarks/catch_up.py [documents] [images] [megabits]`. The documents of seven days wait in the
spool of a real edge; a real hub stands behind a line of so many megabits. Prints one line of JSON.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from hie.edge import enrolment, identity
from hie.edge.edge import Edge
from hie.edge.wiring import wired
from tests import storages
from tests.build.line import Line, Toxics, a_line
from tests.build.region import DATABASE, a_region
from tests.edges import settings_of

PATIENTS = [f"99{number:08d}" for number in range(1, 401)]
DAYS = [f"202603{day:02d}" for day in range(1, 8)]
PIXELS = 128 * 1024
HOURS, PER_DAY = 2.0, 20_000
"""The promise, and what a hospital of 400 beds writes on a day."""


@contextmanager
def after_a_week(folder: Path, documents: int, images: int) -> Iterator[tuple[Edge, Line, Path]]:
    """Let a week's documents wait in the spool of an edge."""
    settings = settings_of(folder)
    dice = np.random.default_rng(20261120)
    with a_region(folder / "hub", PATIENTS, PATIENTS) as region:
        enrolled = enrolment.enrol(settings.data_dir, region.token())
        with a_line(int(region.url.rpartition(":")[2])) as line:
            identity.store(settings.data_dir, enrolled._replace(url=line.url))
            with wired(settings) as edge:
                edge.sync()
                for order in range(documents):
                    who, day = PATIENTS[order % len(PATIENTS)], DAYS[order * 7 // documents]
                    storages.laboratory(who, order, results=20, at=day).place(folder / "storage")
                for number in range(images):
                    content = storages.instance(PATIENTS[number], number + 1, 1, 1, dice.bytes(PIXELS))
                    (folder / "images" / f"IM{number}").write_bytes(content)
                edge.look_at_all(sweep=True)
                while edge.examine():
                    pass
                yield edge, line, folder


def _order(hub: Path, at_once: int) -> tuple[bool, bool]:
    """Say whether no batch held a newer day than the one before, and whether images came last."""
    with closing(sqlite3.connect(hub / DATABASE)) as database:
        rows = database.execute("select service_day, data_kind from entry order by id").fetchall()
    texts = [day for day, kind in rows if kind != "DICOM"]
    batches = [texts[start : start + at_once] for start in range(0, len(texts), at_once)]
    images = [kind == "DICOM" for _, kind in rows]
    return all(max(later) <= min(sooner) for sooner, later in pairwise(batches)), images == sorted(images)


def main(documents: int, images: int, megabits: float) -> dict[str, object]:
    """Measure, and return what was found."""
    with (
        tempfile.TemporaryDirectory() as folder,
        after_a_week(Path(folder), documents, images) as (edge, line, root),
    ):
        line.toxics = Toxics(rate=megabits * 125_000, latency=0.01)
        up, began = line.up, time.monotonic()
        moved = edge.sync()
        seconds = time.monotonic() - began
        newest_first, images_last = _order(root / "hub", edge.settings.batch_documents)
        return {
            "documents": documents,
            "images": images,
            "filed": moved.filed,
            "megabits": megabits,
            "seconds": round(seconds, 1),
            "megabytes_sent": round((line.up - up) / 1e6, 2),
            "newest_first": newest_first,
            "images_last": images_last,
            "hours_for_a_week": round(7 * PER_DAY / (documents + images) * seconds / 3600, 2),
            "hours_promised": HOURS,
        }


if __name__ == "__main__":
    given = [*sys.argv[1:], *("5000", "20", "10")[len(sys.argv) - 1 :]]
    sys.stdout.write(json.dumps(main(int(given[0]), int(given[1]), float(given[2]))) + "\n")
