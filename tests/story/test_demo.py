"""`hie demo` as somebody meets it: one command, and a doctor sees a patient of three hospitals.

What is new at a hospital comes by its edge, and goes when the patient takes the consent back.
"""

import json
import os
import signal
import socket
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hie.cli.demo import PASSWORD
from hie.record.people import FacilityKind
from hie.record.times import JST
from hie.sample.pushed import prescription
from hie.sample.region import SampleRegion, load
from ssmix2.encoding import decode
from ssmix2.er7 import parse as parse_message
from ssmix2.naming import name_of
from tests.build.page import parse
from tests.build.served import Client

PATIENCE = 120.0


@pytest.fixture(scope="module")
def demo(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The running demo: its address and its data folder."""
    data = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(repository / ".venv/bin/hie"), "demo", "--port", str(port)]
    environment = os.environ | {"HIE_DATA_DIR": str(data)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _await(port, process)
            yield f"http://127.0.0.1:{port}", data / "demo" / "region"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
    assert not _living(data), "an edge outlived the demo"


def _living(data: Path) -> list[int]:
    """Return the processes that have files open below the data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            opened = [str(one.readlink()) for one in (process / "fd").iterdir()]
        except OSError:
            continue
        if any(one.startswith(str(data)) for one in opened):
            found.append(int(process.name))
    return found


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the demo ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the demo did not answer")


def test_a_doctor_of_the_clinic_sees_three_hospitals_and_the_clinic(demo: tuple[str, Path]) -> None:
    address, folder = demo
    region = load(folder)
    kinds = {facility.name: facility.kind for facility in region.facilities}
    doctor = next(member for member in region.members if member.facility == region.demo_clinic)
    client = Client(address)
    assert client.sign_in(doctor.login, PASSWORD).status == 303
    calendar = parse(client.get(f"/patients/{region.stories['diabetic'].patient}").text)
    titles = " ".join(link.attributes.get("title", "") for link in calendar.all("a"))
    seen = {name for name in kinds if name in titles}
    hospitals = {name for name in seen if kinds[name] is FacilityKind.HOSPITAL}
    clinics = {name for name in seen if kinds[name] is FacilityKind.CLINIC}
    assert len(hospitals) >= 3
    assert len(clinics) == 1


def test_of_who_refused_there_is_nothing_to_open(demo: tuple[str, Path]) -> None:
    address, folder = demo
    region = load(folder)
    doctor = next(member for member in region.members if member.facility == region.demo_clinic)
    client = Client(address)
    client.sign_in(doctor.login, PASSWORD)
    shared, refused = (
        client.get(f"/patients/{region.stories[story].patient}").text for story in ("diabetic", "refused")
    )
    assert "/entries/" in shared
    assert "/entries/" not in refused


def test_a_file_added_at_a_hospital_appears_and_a_withdrawal_closes_it(
    demo: tuple[str, Path], repository: Path
) -> None:
    address, folder = demo
    region = load(folder)
    # This hospital writes no transaction storage: the file is found by looking.
    storage = next(one for one in region.storages if one.ssmix2 and not one.transactions)
    story = region.stories["units"]
    local = next(number for number in story.numbers if number.facility == storage.facility)
    client, calendar = _at_work(address, region), f"/patients/{story.patient}"
    before = _entries(client, calendar)
    content = prescription(region, local, datetime.now(JST))
    name = name_of(parse_message(decode(content)[0]), f"{datetime.now(JST):%Y%m%d%H%M%S}000")
    assert storage.ssmix2 is not None
    path = storage.ssmix2 / name.locator()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    _until(lambda: len(_entries(client, calendar)) == len(before) + 1)
    (new,) = _entries(client, calendar) - before
    assert client.get(new).status == 200

    edge = folder.parent / "edges" / storage.facility
    assert _states(repository, edge).get("withdrawn", 0) == 0
    _hie(repository, folder, "consent", "withdraw", story.patient, "--by", "desk", "--evidence", "form 2")
    assert client.get(new).status == 404
    assert not _entries(client, calendar) & {new}
    _until(lambda: _states(repository, edge).get("withdrawn", 0) > 0)


def test_a_pushed_message_appears(demo: tuple[str, Path], repository: Path) -> None:
    address, folder = demo
    region = load(folder)
    client, calendar = _at_work(address, region), f"/patients/{region.stories['diabetic'].patient}"
    before = _entries(client, calendar)
    settings = (folder.parent / "edges" / region.storages[0].facility / "edge.toml").read_text("utf-8")
    port = tomllib.loads(settings)["mllp"]["port"]
    said = _hie(repository, folder, "sample", "push", "--region", str(folder), "--to", f"127.0.0.1:{port}")
    assert said.startswith("MSA|AA|")
    assert calendar in said
    _until(lambda: len(_entries(client, calendar)) == len(before) + 1)


def _at_work(address: str, region: SampleRegion) -> Client:
    """Sign in as the first doctor of the clinic."""
    client = Client(address)
    client.sign_in(region.members[0].login, PASSWORD)
    return client


def _entries(client: Client, calendar: str) -> set[str]:
    """Return the addresses of what can be opened on a calendar."""
    links = (link.attributes.get("href", "") for link in parse(client.get(calendar).text).all("a"))
    return {address for address in links if "/entries/" in address}


def _states(repository: Path, edge: Path) -> dict[str, int]:
    """Count an edge's documents by state, as `hie edge status` does in its folder."""
    told = subprocess.run(
        [repository / ".venv/bin/hie", "edge", "status", "--json"],
        cwd=edge, capture_output=True, text=True, check=True,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(told.stdout)
    counts: dict[str, int] = {}
    for source in report["sources"]:
        for state, count in source["counts"].items():
            counts[state] = counts.get(state, 0) + count
    return counts


def _hie(repository: Path, region: Path, *words: str) -> str:
    environment = os.environ | {"HIE_DATA_DIR": str(region.parent / "hub")}
    program = repository / ".venv/bin/hie"
    return subprocess.run(
        [program, *words], env=environment, capture_output=True, text=True, check=True
    ).stdout


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.5)
