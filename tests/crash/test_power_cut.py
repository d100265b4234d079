"""Only what was synced survives a power cut; whatever was acknowledged was synced (law 5).

The power is cut in place of each sync call of an ingest, one after the other.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import NamedTuple

from ssmix2 import parse_name
from tests.crash import contents, worlds
from tests.crash.disk import Disk, compiled
from tests.crash.runs import Nursery, copied
from tests.storages import HOSPITAL


class Cut(NamedTuple):
    """One run that was cut, and what was found afterwards."""

    code: int
    acknowledged: int
    lost: int


class Hospital(NamedTuple):
    """Where everything is."""

    base: Path
    root: Path
    images: Path

    @classmethod
    def made(cls, base: Path) -> Hospital:
        """Make it below `base`."""
        root, images = worlds.hospital(base)
        worlds.hub(base / "ready")
        return cls(base, root, images)

    @property
    def command(self) -> list[str]:
        """The run that is cut."""
        sources = [str(self.root), str(self.images)]
        return ["ingest", "--facility", HOSPITAL, *sources, "--json", "--commit-every", "40", "--acks"]

    def cut(self, nursery: Nursery, after: int, synchronous: str = "") -> Cut:
        """Ingest, cut the power after so many syncs, and look for what was acknowledged."""
        data = copied(self.base / "ready", self.base / "data")
        disk = Disk(data, self.base / "shadow")
        environment = disk.environment | {"POWERCUT_AFTER": str(after)}
        ended = nursery.run(data, self.command, environment=environment, synchronous=synchronous)
        acknowledged = _acknowledged(ended.output)
        survived = disk.after_the_cut(self.base / "survived")
        lost = [locator for locator in acknowledged if not self._is_there(survived, locator)]
        return Cut(ended.code, len(acknowledged), len(lost))

    def _is_there(self, data: Path, locator: str) -> bool:
        database = sqlite3.connect(data / contents.DATABASE)
        try:
            if name := parse_name(locator.rpartition("/")[2]):
                found = database.execute(
                    "select count(*) from entry e join local_patient l on l.id = e.local_patient"
                    " where l.value = ? and e.care_date = ? and e.data_kind = ? and e.order_number = ?"
                    " and e.version = ?",
                    name[:5],
                )
            else:
                digest = hashlib.sha256((self.images / locator).read_bytes()).digest()
                found = database.execute(
                    "select count(*) from imaging_instance where content_hash = ?", (digest,)
                )
            return bool(found.fetchone() == (1,))
        except sqlite3.DatabaseError:
            return False
        finally:
            database.close()


def _acknowledged(output: str) -> list[str]:
    lines = [json.loads(line) for line in output.splitlines() if line.startswith('{"committed"')]
    return [locator for line in lines for locator in line["committed"]]


def test_nothing_acknowledged_is_lost_in_a_power_cut_at_any_sync(tmp_path: Path) -> None:
    hospital = Hospital.made(tmp_path)
    cuts: list[Cut] = []
    with Nursery(str(compiled(tmp_path))) as nursery:
        whole = nursery.run(copied(tmp_path / "ready", tmp_path / "whole"), hospital.command)
        expected = contents.contents(tmp_path / "whole")
        while not cuts or cuts[-1].code == -9:
            cut = hospital.cut(nursery, len(cuts))
            assert cut.lost == 0, f"cut {len(cuts)} lost {cut.lost} of {cut.acknowledged}"
            # Whatever survived is whole, and the next run completes it.
            contents.contents(tmp_path / "survived")
            again = nursery.run(tmp_path / "survived", hospital.command)
            assert again.code == 0
            assert contents.contents(tmp_path / "survived") == expected
            cuts.append(cut)
    assert whole.last["indexed"] == len(_acknowledged(whole.output))
    assert len(cuts) > 30
    assert sum(0 < cut.acknowledged < whole.last["indexed"] for cut in cuts) > 10


def test_without_syncs_the_same_cuts_lose_what_was_acknowledged(tmp_path: Path) -> None:
    hospital = Hospital.made(tmp_path)
    with Nursery(str(compiled(tmp_path))) as nursery:
        cuts = [hospital.cut(nursery, after, synchronous="off") for after in range(2, 12, 2)]
    assert any(cut.acknowledged for cut in cuts)
    assert all(cut.lost == cut.acknowledged for cut in cuts)
