"""Two machines feed one facility to one PostgreSQL at the same time."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

from hie.exchange.feeds.filing import Outcome, Tally, seen
from hie.hub.feeding import Feeding, feed_sources
from hie.hub.settings import Settings
from hie.store import open_store
from tests import storages
from tests.storages import HOSPITAL

PATIENTS = [f"{number:010d}" for number in range(1, 30)]
EACH = 4


def test_what_both_feed_is_filed_once(postgres_url: str, tmp_path: Path) -> None:
    store = open_store(postgres_url, "memory://")
    storages.people(store, PATIENTS, PATIENTS)
    for patient in PATIENTS:
        for order in range(EACH):
            storages.laboratory(patient, order + 1).place(tmp_path / "storage")
    together = Barrier(2)
    tallies: list[Tally] = []

    def feed(machine: str) -> None:
        own = open_store(postgres_url, "memory://")
        # Each machine has its own data folder, and so its own line of feeders.
        feeding = Feeding(Settings(data_dir=tmp_path / machine, database_url=postgres_url), HOSPITAL, 7)
        together.wait()
        tallies.append(feed_sources(own, feeding, [tmp_path / "storage"], lambda _: None))
        own.close()

    machines = [Thread(target=feed, args=(name,)) for name in ("one", "two")]
    for machine in machines:
        machine.start()
    for machine in machines:
        machine.join()
    documents = len(PATIENTS) * EACH
    assert [seen(tally) for tally in tallies] == [documents, documents]
    assert sum(tally[Outcome.INDEXED] for tally in tallies) == documents
    with store.look() as work:
        resolved = work.patients.resolve(HOSPITAL, PATIENTS)
        held = [work.registry.known(local_patient) for local_patient, _ in resolved.values()]
    assert [len(entries) for known in held for entries in known.values()] == [1] * documents
    store.close()
