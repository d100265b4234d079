"""From a withdrawal to the next refusal, at other workers of the same database (T-03, D9).

    python benchmarks/revoke.py [--rounds 2500] [--hub-rounds 200] [--postgresql postgresql+psycopg://…]

In each round readers ask for one patient's document again and again, on connections of their own, while
somebody withdraws that patient's consent. Measured: from the commit until every reader was refused, and
how many reads began after the commit and showed the document all the same. Four readers on SQLite (a file
has no queue, so they pause between reads) and, where a database is named, four on PostgreSQL; then two real
hub processes over HTTP. Ends with 1 if a read was stale.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from hie.exchange.ports import Store
from hie.store import open_store
from tests.build.revoking import Race, Read, Round, hub_process, looks, opens, over_http, prepared, signed_in

READERS, RACERS, SEED = 4, 200, 20261120
TOKEN = "0" * 64


def main() -> int:
    """Run, print the table, return the exit status."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=2500)
    arguments.add_argument("--hub-rounds", type=int, default=200)
    arguments.add_argument("--postgresql", help="URL of an empty database")
    given = arguments.parse_args()
    print(f"{'':28}{'rounds':>8}{'reads':>9}{'stale':>7}{'median ms':>11}{'p99 ms':>9}{'longest ms':>12}")
    stale = 0
    with tempfile.TemporaryDirectory(prefix="revoke-") as folder:
        places = {"SQLite": f"sqlite:///{folder}/race.sqlite3"}
        if given.postgresql:
            places["PostgreSQL"] = given.postgresql
        for name, database in places.items():
            stale += measure(name, database, Path(folder) / name, given.rounds, given.hub_rounds)
    return 1 if stale else 0


def measure(name: str, database: str, folder: Path, rounds: int, at_hubs: int) -> int:
    """Race in one database; return how many reads were stale."""
    folder.mkdir()
    objects = str(folder / "objects")
    with ExitStack() as opened:

        def worker() -> Store:
            store = open_store(database, objects)
            opened.callback(store.close)
            return store

        desk = worker()
        racers = prepared(desk, RACERS)
        kinds: Sequence[Callable[[Store], Read]] = (opens, looks)
        readers = [kinds[number % 2](worker()) for number in range(READERS)]
        found = Race(desk, readers, SEED).run(racers, rounds)
        signed_in(desk, TOKEN)
        hubs = [
            opened.enter_context(hub_process(folder / str(number), database, objects)) for number in range(2)
        ]
        lines = [opened.enter_context(over_http(port, TOKEN)) for port in hubs for _ in range(2)]
        served = Race(desk, lines, SEED).run(racers, at_hubs, fresh=False)
    return told(f"{name}, four readers", found) + told(f"{name}, two hubs", served)


def told(name: str, rounds: Sequence[Round]) -> int:
    """Print a line; return how many reads were stale."""
    waits = sorted(1000 * one.refused_after for one in rounds)
    reads, stale = sum(one.reads for one in rounds), sum(one.stale for one in rounds)
    longest = waits[-1]
    print(
        f"{name:28}{len(rounds):8,}{reads:9,}{stale:7}{statistics.median(waits):11.1f}"
        f"{waits[len(waits) * 99 // 100]:9.1f}{longest:12.1f}"
    )
    return stale


if __name__ == "__main__":
    raise SystemExit(main())
