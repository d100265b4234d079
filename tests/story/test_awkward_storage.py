"""A hospital whose storage shows everything awkward is fed: each file meets the fate the list gives it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.sample.awkward import QUARANTINED, SKIPPED
from hie.sample.region import SampleRegion, load
from hie.sample.tale import Oddity


class Hub:
    """The real commands on a data folder of their own."""

    def __init__(self, program: Path, data: Path) -> None:
        self._program = str(program)
        self.data = data

    def run(self, *arguments: str | Path) -> str:
        environment = os.environ | {"HIE_DATA_DIR": str(self.data)}
        command = [self._program, *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    def ingest(self, facility: str, path: Path) -> dict[str, int]:
        counts: dict[str, int] = json.loads(
            self.run("ingest", "--facility", facility, "--json", path).splitlines()[-1]
        )
        return counts


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Hub:
    return Hub(repository / ".venv/bin/hie", tmp_path_factory.mktemp("hub") / "data")


@pytest.fixture(scope="module")
def region(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> SampleRegion:
    folder = tmp_path_factory.mktemp("sample") / "region"
    hub.run("sample", "--out", folder, "--patients", "7", "--hospitals", "3", "--years", "1")
    hub.run("found", "--password", "a long invented password", folder)
    return load(folder)


def documents_below(folder: Path, area: str) -> int:
    """Count files; of an extended storage, what lies below a kind's folder."""
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return len({path.parts[:6] for path in files}) if area == "extended" else len(files)


def _document(oddity: Oddity) -> str:
    """Name the document an awkward file belongs to: its content folder in an extended storage."""
    return f"extended/{oddity.locator.rpartition('/')[0]}" if oddity.area == "extended" else oddity.locator


def test_every_awkward_file_meets_the_fate_of_the_list(hub: Hub, region: SampleRegion) -> None:
    oddities = region.oddities()
    facility = oddities[0].facility
    storage = next(one for one in region.storages if one.facility == facility)
    areas = (("ssmix2", storage.ssmix2), ("extended", storage.extended), ("dicom", storage.dicom))
    for area, folder in areas:
        assert folder is not None
        of_area = [oddity for oddity in oddities if oddity.area == area]
        skipped = sum(oddity.expected == SKIPPED for oddity in of_area)
        quarantined = {_document(oddity) for oddity in of_area if oddity.expected == QUARANTINED}
        first = hub.ingest(facility, folder)
        assert first["seen"] == documents_below(folder, area) - skipped
        assert first["quarantined"] == len(quarantined)
        assert first["indexed"] > 0
        again = hub.ingest(facility, folder)
        assert (again["indexed"], again["unchanged"]) == (0, first["indexed"])
        assert again["withheld"] == first["withheld"]
    store = stored_by(Settings(data_dir=hub.data))
    with store.look() as work:
        found = {item.locator: item.reason for item in work.feeds.quarantined(facility)}
    store.close()
    assert set(found) == {_document(oddity) for oddity in oddities if oddity.expected == QUARANTINED}
    assert set(found.values()) == {"JIS-01", "MSH-A", "ID-01", "DCM-UID", "EXT-01", "EXT-05", "XML-01"}


def test_nothing_of_somebody_without_consent_is_stored(hub: Hub, region: SampleRegion) -> None:
    numbers = dict(region.stories["refused"].numbers)
    for storage in region.storages:
        for folder in (storage.ssmix2, storage.extended, storage.dicom):
            if folder and storage.facility in numbers:
                assert hub.ingest(storage.facility, folder)["withheld"] > 0
    token = region.stories["refused"].token.encode()
    for path in hub.data.rglob("*"):
        if path.is_file():
            assert token not in path.read_bytes()
    known = region.stories["diabetic"].token.encode()
    assert any(known in path.read_bytes() for path in hub.data.rglob("*") if path.is_file())
