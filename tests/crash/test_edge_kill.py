"""An edge killed at any moment while a rude hospital writes: nothing missing, double, or of strangers."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

from hie.edge import enrolment
from hie.edge.edge import Edge
from hie.edge.settings import EdgeSettings
from hie.edge.wiring import wired
from hie.exchange.ports.spool import ItemState
from hie.record.entry import EntryStatus
from tests.build.region import a_region, held, standing, texts
from tests.build.rude import RudeWriter
from tests.crash.runs import Nursery
from tests.edges import settings_of

LINKED = [f"99{number:08d}" for number in range(1, 13)]
CONSENTED = LINKED[:9]
STRANGERS = ["8800000051", "8800000052"]
KILLS = 30
SETTLE = 0.3
SEED = 20261120


def _environment(settings: EdgeSettings) -> dict[str, str]:
    sources = [one.model_dump(mode="json", exclude_defaults=True) for one in settings.sources]
    return {
        "HIE_EDGE_DATA_DIR": str(settings.data_dir),
        "HIE_EDGE_SOURCES": json.dumps(sources),
        "HIE_EDGE_POLL_SECONDS": "0.05",
        "HIE_EDGE_SWEEP_SECONDS": "1",
        "HIE_EDGE_SETTLE_SECONDS": str(SETTLE),
        "HIE_EDGE_RESERVE_BYTES": "0",
        "HIE_EDGE_BATCH_DOCUMENTS": "15",
    }


def _finish(edge: Edge) -> None:
    """Do every step until nothing changes any more."""
    time.sleep(2 * SETTLE)
    for _ in range(3):
        edge.look_at_all(sweep=True)
        edge.sync()
        edge.examine()
        edge.sync()


def test_an_edge_killed_thirty_times_ends_as_if_never_killed(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    settings = settings_of(tmp_path, settle_seconds=SETTLE)
    root, hub = tmp_path / "storage", tmp_path / "hub"
    arrived: list[int] = []
    with a_region(hub, LINKED, CONSENTED) as region, Nursery() as nursery:
        enrolment.enrol(settings.data_dir, region.token())
        with RudeWriter(root, [*LINKED, *STRANGERS], SEED) as writer:
            for _ in range(KILLS):
                ended = nursery.run(
                    tmp_path, ["edge", "run"], dice.uniform(0.1, 2.0), environment=_environment(settings)
                )
                assert ended.code == -9, ended.output
                arrived.append(sum(held(hub).values()))
        with wired(settings) as edge:
            _finish(edge)
            counts = edge.memory.counts()
        assert writer.steps > 200
    assert held(hub) == standing(root, CONSENTED)
    for status in EntryStatus:
        kept = held(hub, status)
        assert standing(root, CONSENTED, status) <= kept
        assert set(kept.values()) == {1}, "something is there twice"
    assert {state for _, state in counts} == {ItemState.FILED, ItemState.SEEN}
    content = texts(hub)
    assert [who for who in STRANGERS if who.encode() in content] == []
    # The kills were well placed: documents kept arriving between them.
    assert len(set(arrived)) > KILLS // 3
