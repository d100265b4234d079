"""Ingest may be killed at any moment and run again: the store is as if it had never been killed."""

from __future__ import annotations

import random
from pathlib import Path

from tests.crash import contents, worlds
from tests.crash.runs import Nursery, copied
from tests.storages import HOSPITAL

KILLS = 100
SEED = 20261120


def test_an_ingest_killed_at_100_moments_ends_as_if_never_killed(tmp_path: Path) -> None:
    root, images = worlds.hospital(tmp_path)
    worlds.hub(tmp_path / "ready")
    command = ["ingest", "--facility", HOSPITAL, str(root), str(images), "--json", "--commit-every", "30"]
    command.append("--acks")
    with Nursery() as nursery:
        whole = nursery.run(copied(tmp_path / "ready", tmp_path / "whole"), command)
        assert whole.code == 0
        assert whole.last["indexed"] > 300
        assert whole.last["quarantined"] == 2
        assert whole.last["withheld"] == 16 * 3
        commits = len(whole.output.splitlines()) - 1
        expected = contents.contents(tmp_path / "whole")
        dice = random.Random(SEED)
        cut_short = 0
        for number in range(KILLS):
            data = copied(tmp_path / "ready", tmp_path / "killed")
            several = ["--workers", "2"] if number % 4 == 3 else []
            # Every third at any moment of the start, the others soon after one of the commits.
            lines = dice.randrange(1, commits) if number % 3 else 0
            moment = dice.uniform(0, 0.05 if lines else whole.seconds)
            killed = nursery.run(data, command + several, moment, lines=lines)
            assert killed.code in {-9, 0}
            again = nursery.run(data, command + several)
            assert again.code == 0
            assert again.last["seen"] == whole.last["seen"]
            cut_short += 0 < again.last["indexed"] < whole.last["indexed"]
            assert contents.contents(data) == expected, f"kill {number} left a trace"
    # The moments were well chosen: many runs were cut between their first and their last commit.
    assert cut_short > KILLS // 4


def test_running_again_writes_nothing_but_the_run(tmp_path: Path) -> None:
    root, images = worlds.hospital(tmp_path)
    worlds.hub(tmp_path / "data")
    command = ["ingest", "--facility", HOSPITAL, str(root), str(images), "--json"]
    with Nursery() as nursery:
        first = nursery.run(tmp_path / "data", command)
        before = contents.contents(tmp_path / "data")
        again = nursery.run(tmp_path / "data", command)
    assert again.last["indexed"] == 0
    assert again.last["unchanged"] == first.last["indexed"]
    assert contents.contents(tmp_path / "data") == before
