"""Two rude writers, a crawler that dies again and again, and in the end nothing missed, doubled or stale."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

DOCUMENTS = 1_500
KILLS = 15
SEED = 20261120


def test_a_crawler_killed_in_a_storm_has_all_and_nothing_twice(tmp_path: Path) -> None:
    storm = Path(__file__).with_name("storm.py")
    ended = subprocess.run(
        [sys.executable, storm, str(tmp_path / "storm"), str(DOCUMENTS), str(KILLS), str(SEED)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    outcome = json.loads(ended.stdout)
    assert outcome["documents"] >= DOCUMENTS
    assert outcome["kills"] >= KILLS
    assert {outcome[name] for name in ("missed", "doubled", "stale_flags", "left_over")} == {0}
