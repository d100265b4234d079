"""`hie demo` as somebody meets it: one command, and a doctor sees a patient of three hospitals."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.cli.demo import PASSWORD
from hie.record.people import FacilityKind
from hie.sample.region import load
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
            process.terminate()


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
