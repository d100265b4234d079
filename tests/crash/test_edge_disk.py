"""An edge whose disk loses power or fails, sync call by sync call: what the hub holds ends right."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hie.edge import enrolment
from hie.edge.settings import EdgeSettings
from hie.edge.wiring import wired
from hie.exchange.ports.spool import ItemState
from tests import storages
from tests.build.region import Region, a_region, held, standing
from tests.crash.disk import Disk, compiled
from tests.crash.runs import Ended, Nursery
from tests.edges import settings_of

LINKED = [f"99{number:08d}" for number in range(1, 9)]
CUTS = 20
LONGEST_RUN = 5.0
EX_IOERR = 74


class Hospital:
    """A storage that grows, and the edge that reads it."""

    def __init__(self, folder: Path, region: Region) -> None:
        self.root = folder / "storage"
        self.hub = folder / "hub"
        self.settings = settings_of(folder)
        self._order = 0
        enrolment.enrol(self.settings.data_dir, region.token())

    def write(self, count: int) -> None:
        for _ in range(count):
            self._order += 1
            storages.laboratory(LINKED[self._order % 7], self._order).place(self.root)

    def run(self, nursery: Nursery, environment: dict[str, str]) -> Ended:
        """Run the edge until its disk ends it, or for a while."""
        return nursery.run(
            self.root, ["edge", "run"], LONGEST_RUN, environment=_environment(self.settings) | environment
        )

    def finish(self) -> None:
        """Do every step until nothing is left, and prove that the hub holds what stands there."""
        with wired(self.settings) as edge:
            for _ in range(2):
                edge.look_at_all(sweep=True)
                edge.sync()
                edge.examine()
                edge.sync()
            counts = edge.memory.counts()
        found = held(self.hub)
        assert found == standing(self.root, LINKED[:5])
        assert set(counts) <= {("emr", ItemState.FILED), ("emr", ItemState.SEEN)}


@contextmanager
def a_hospital(folder: Path) -> Iterator[Hospital]:
    with a_region(folder / "hub", LINKED, LINKED[:5]) as region:
        yield Hospital(folder, region)


def _environment(settings: EdgeSettings) -> dict[str, str]:
    sources = [one.model_dump(mode="json", exclude_defaults=True) for one in settings.sources]
    return {
        "HIE_EDGE_DATA_DIR": str(settings.data_dir),
        "HIE_EDGE_SOURCES": json.dumps(sources),
        "HIE_EDGE_POLL_SECONDS": "0.05",
        "HIE_EDGE_SETTLE_SECONDS": "0",
        "HIE_EDGE_RESERVE_BYTES": "0",
        "HIE_EDGE_BATCH_DOCUMENTS": "5",
    }


def test_an_edge_cut_from_power_at_any_sync_loses_nothing_and_files_nothing_twice(tmp_path: Path) -> None:
    codes = []
    with a_hospital(tmp_path) as hospital, Nursery(str(compiled(tmp_path))) as nursery:
        data = hospital.settings.data_dir
        for number in range(CUTS):
            hospital.write(25)
            disk = Disk(data, tmp_path / "shadow")
            ended = hospital.run(nursery, disk.environment | {"POWERCUT_AFTER": str(number)})
            codes.append(ended.code)
            survived = disk.after_the_cut(tmp_path / "survived")
            shutil.rmtree(data)
            survived.rename(data)
        hospital.finish()
    assert set(codes) == {-9}


def _failing_syncs(folder: Path) -> str:
    library = folder / "eio.so"
    source = Path(__file__).with_name("eio.c")
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library, source, "-ldl"],
        check=True,
    )
    return str(library)


def test_an_edge_whose_disk_fails_ends_at_once_and_begins_again_from_the_disk(tmp_path: Path) -> None:
    codes = []
    with a_hospital(tmp_path) as hospital, Nursery(_failing_syncs(tmp_path)) as nursery:
        for number in range(CUTS):
            hospital.write(25)
            count = tmp_path / f"count{number}"
            environment = {
                "EIO_ROOT": str(hospital.settings.data_dir),
                "EIO_AFTER": str(number),
                "EIO_COUNT": str(count),
            }
            codes.append(hospital.run(nursery, environment).code)
            if codes[-1] == EX_IOERR:
                assert "after" not in (count.read_text() if count.exists() else "")
        hospital.finish()
    assert codes.count(EX_IOERR) > CUTS // 2
    assert set(codes) <= {EX_IOERR, -9}
