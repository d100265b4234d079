"""Consents, links and the audit trail survive a power cut at any sync and a disk full at any moment."""

import json
import random
from contextlib import closing
from pathlib import Path

from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from tests.crash.deciding import NOTHING, Acknowledged, decide, found, wanting
from tests.crash.disk import Disk, compiled
from tests.crash.runs import Nursery, copied
from tests.crash.small_disk import Eater, mounting, small_disk

ROUNDS = 3
FILLINGS = 40
SEED = 20261120


def _told(output: str) -> Acknowledged:
    """Return the last whole line: what somebody was told last."""
    lines = [line for line in output.split("\n")[:-1] if line]
    if not lines:
        return NOTHING
    position, audited, closed = json.loads(lines[-1])
    return Acknowledged(position, audited, tuple(closed))


def _cut(nursery: Nursery, folder: Path, after: int) -> tuple[int, Acknowledged, list[str]]:
    data = copied(folder / "ready", folder / "data")
    disk = Disk(data, folder / "shadow")
    environment = disk.environment | {"POWERCUT_AFTER": str(after)}
    ended = nursery.run(data, ["deciding", str(data), "0", str(ROUNDS)], environment=environment)
    told = _told(ended.output)
    return ended.code, told, wanting(disk.after_the_cut(folder / "survived"), told)


def test_no_decision_is_lost_or_undone_by_a_power_cut_at_any_sync(tmp_path: Path) -> None:
    found(tmp_path / "ready")
    told: list[Acknowledged] = []
    code = -9
    with Nursery(str(compiled(tmp_path))) as nursery:
        while code == -9:
            code, acknowledged, missing = _cut(nursery, tmp_path, len(told))
            assert missing == [], f"cut {len(told)}"
            told.append(acknowledged)
    assert code == 0
    assert told[-1].closed == ("p-0", "p-1", "p-2")
    assert len(told) > 20
    assert sum(0 < one.position < told[-1].position for one in told) > 10


@mounting
def test_no_decision_is_lost_or_undone_on_a_disk_that_is_full_again_and_again(tmp_path: Path) -> None:
    data = tmp_path / "small" / "hub"
    told = NOTHING
    rounds = steps = 0
    with small_disk(tmp_path / "small", 24) as disk:
        found(data)
        with (
            closing(stored_by(Settings(data_dir=data), reserve=1 << 20)) as store,
            Eater(disk, random.Random(SEED), 0.05) as eater,
        ):
            closed: tuple[str, ...] = ()
            while eater.filled < FILLINGS or rounds < FILLINGS:
                done = list(decide(store, range(rounds, rounds + 1)))
                steps += len(done)
                told = done[-1] if done else told
                closed += tuple(one for one in told.closed if one not in closed)
                rounds += 1
        assert wanting(data, told._replace(closed=closed)) == []
    assert closed
    assert steps > rounds
