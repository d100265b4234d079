"""Invented patients go through everything, and through planted defects; the logs never speak of them."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from hie.sample.region import SampleRegion, load
from tests.build.page import parse
from tests.build.served import Client

PASSWORD = "a long invented password"
PATIENCE = 60.0
DEFECT_IN_INGEST = """
import logging, warnings
import hie.exchange.feeds.ingest as ingest
def fails(names):
    told = str(list(names))
    warnings.warn(told)
    logging.getLogger("pydicom").warning("cannot read %s", told)
    raise ValueError(told)
ingest.states = fails"""
DEFECT_IN_FOUND = """
import hie.cli.found as found
def fails(folder):
    raise ValueError("荻野 茂")
found.load = fails"""
DEFECT_ON_A_PAGE = """
import hie.hub.wiring as wiring
really = wiring.timeline
def fails(store, request):
    found = really(store, request)
    raise ValueError(str((*found.file.patient.name, *found.file.numbers)))
wiring.timeline = fails"""


class World(NamedTuple):
    """A founded region, and what was said while it was fed."""

    region: SampleRegion
    data: Path
    said: str


def _command(prelude: str, *arguments: str | Path) -> list[str]:
    source = f"{prelude}\nfrom hie.cli.__main__ import app\napp()"
    return [sys.executable, "-W", "always", "-c", source, *map(str, arguments)]


def _run(data: Path, prelude: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"HIE_DATA_DIR": str(data)}
    return subprocess.run(
        _command(prelude, *arguments), env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("logs")
    data, where = folder / "data", folder / "region"
    runs = [
        _run(data, "", "sample", "--out", where, "--patients", "7", "--hospitals", "3", "--years", "1"),
        _run(data, "", "found", "--password", PASSWORD, where),
    ]
    region = load(where)
    for storage in region.storages:
        runs += [_run(data, "", "ingest", "--facility", storage.facility, path) for path in storage.folders]
    assert [run.returncode for run in runs] == [0] * len(runs), runs[-1].stderr
    return World(region, data, "".join(run.stdout + run.stderr for run in runs))


def _revealed(region: SampleRegion, said: str) -> list[str]:
    """Find names, local numbers and tokens of patients."""
    names = {part for patient in region.patients() for part in patient.name if len(part) > 1}
    numbers = {local.value for local, _ in region.links()}
    tokens = {token for _, token in region.tokens()}
    assert names
    assert numbers
    assert tokens
    found = [word for word in names | tokens if word in said]
    return found + [number for number in numbers if re.search(rf"\b{re.escape(number)}\b", said)]


def test_feeding_says_nothing_of_patients(world: World) -> None:
    assert _revealed(world.region, world.said) == []


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_defect_of_a_command_is_said_without_values(world: World, tmp_path: Path, workers: str) -> None:
    assert _run(tmp_path, "", "found", "--password", PASSWORD, world.region.folder).returncode == 0
    numbers = dict(world.region.stories["diabetic"].numbers)
    storage = next(one for one in world.region.storages if one.ssmix2 and one.facility in numbers)
    options = ("--facility", storage.facility, "--workers", workers, str(storage.ssmix2))
    done = _run(tmp_path, DEFECT_IN_INGEST, "ingest", *options)
    assert done.returncode != 0
    begins = r"^(hie: |ERROR hie.logs a worker ended )ValueError.* at .*hie\."
    assert re.search(begins, done.stderr, re.MULTILINE), done.stderr
    assert "Traceback" not in done.stderr
    assert _revealed(world.region, done.stdout + done.stderr) == []


def test_an_unexpected_error_of_a_command_is_one_line_and_status_one(tmp_path: Path) -> None:
    done = _run(tmp_path, DEFECT_IN_FOUND, "found", "--password", PASSWORD, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert re.fullmatch(r"hie: ValueError at hie\.cli\.found:\d+( < hie\.cli\.__main__:\d+)*", line), line


def test_pages_and_their_defects_say_nothing_of_patients(world: World, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"HIE_DATA_DIR": str(world.data), "HIE_SECOND_FACTOR": "off"}
    said = tmp_path / "said"
    command = _command(DEFECT_ON_A_PAGE, "hub", "--port", str(port))
    with (
        said.open("wb") as file,
        subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT) as process,
    ):
        try:
            _await(port, process)
            statuses = _visited(Client(f"http://127.0.0.1:{port}"), world.region)
        finally:
            process.terminate()
    text = said.read_text("utf-8")
    assert statuses >= {200, 404, 500}
    assert "ValueError at" in text
    assert "Traceback" not in text
    assert _revealed(world.region, text) == []
    assert PASSWORD not in text


def _visited(client: Client, region: SampleRegion) -> set[int]:
    doctor = next(member for member in region.members if member.facility == region.demo_clinic)
    assert client.sign_in(doctor.login, PASSWORD).status == 303
    page = parse(client.get("/patients").text)
    token = page.one("form", role="search").one("input", name="csrf_token")["value"]
    statuses = set()
    for story in region.stories.values():
        patient = next(one for one in region.patients() if one.id == story.patient)
        words = {"words": patient.name.family, "csrf_token": token}
        statuses.add(client.post("/patients", words).status)
        of_them = f"/patients/{story.patient}"
        paths = (of_them, f"{of_them}/entries/1", f"{of_them}/images/1.2/{story.token}.png")
        statuses |= {client.get(path).status for path in (*paths, f"/api{of_them}/timeline")}
    return statuses


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the hub ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the hub did not answer")
