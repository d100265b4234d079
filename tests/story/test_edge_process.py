"""`hie edge` as hospitals run it: enrolled with a token, a process of its own, TLS with certificates."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from hie.clock import SystemClock
from hie.edge import enrolment, identity, status
from hie.edge.hub_link import HubLink
from hie.record.errors import Refused, Unavailable
from tests import storages
from tests.certificates import Authority
from tests.edge_door import Door, a_door
from tests.edges import HandClock, StandInHub

ANNE, BILL = "0000000001", "0000000002"
PATIENCE = 60.0


class Edge:
    """A folder in which `hie edge` is started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.storage = folder / "storage"
        self.storage.mkdir()
        (folder / "edge.toml").write_text(
            "poll_seconds = 0.1\nsettle_seconds = 0\nreserve_bytes = 0\nreport_seconds = 0.2\n"
            '[[sources]]\nname = "emr"\nkind = "ssmix2-standard"\npath = "storage"\n'
        )

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            _command(*arguments), cwd=self.folder, capture_output=True, text=True, check=False, timeout=60
        )

    def enrol(self, door: Door) -> None:
        enrolment.enrol(self.folder / "edge-data", door.token)

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(_command("run"), cwd=self.folder, stderr=subprocess.PIPE, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from hie.cli.__main__ import app; app()", "edge", *arguments]


def until(true: Callable[[], bool]) -> None:
    """Wait until it is true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with a_door(tmp_path, StandInHub(HandClock(SystemClock().now()))) as opened:
        yield opened


@pytest.fixture
def edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edge:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return Edge(tmp_path)


def test_from_the_token_to_the_first_document_and_a_clean_end(door: Door, edge: Edge) -> None:
    assert "not enrolled" in edge.ask("run").stderr
    enrolled = edge.ask("enrol", door.token)
    assert enrolled.returncode == 0, enrolled.stderr
    assert storages.HOSPITAL in enrolled.stdout
    door.hub.consent(ANNE)
    checked = edge.ask("check")
    assert checked.returncode == 0, checked.stderr
    assert "emr (ssmix2-standard): readable" in checked.stdout
    assert "names 1 patients" in checked.stdout
    name = storages.laboratory(ANNE, 1).place(edge.storage).name
    storages.laboratory(BILL, 2).place(edge.storage)
    with edge.running() as process:
        until(lambda: door.hub.names() == [name])
        assert "another process runs this edge" in edge.ask("run").stderr
        until(lambda: bool(door.hub.report) and bool(door.hub.report["sources"][0]["looked_at"]))
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - began < 4
    assert len(door.clients) == 1
    shown = edge.ask("status")
    assert shown.returncode == 0, shown.stderr
    assert "emr" in shown.stdout
    assert '"filed": 1' in edge.ask("status", "--json").stdout


def test_quarantine_is_shown_and_tried_again(door: Door, edge: Edge) -> None:
    edge.enrol(door)
    door.hub.consent(ANNE)
    path = storages.laboratory(ANNE, 1).place(edge.storage)
    path.write_bytes(b"no message")
    with edge.running():
        until(lambda: bool(door.hub.report) and bool(door.hub.report["quarantine"]))
    assert path.name[:20] in edge.ask("status", "--json").stdout
    assert edge.ask("replay", "nowhere").returncode == 2
    assert edge.ask("replay", "emr").stdout == "1 documents are tried again\n"


def test_a_token_serves_once_and_another_hub_cannot_use_it(door: Door, edge: Edge) -> None:
    token = door.token
    door.authority, right = Authority(), door.authority
    folder = edge.folder / "edge-data"
    with pytest.raises(Refused, match="authority"):
        enrolment.enrol(folder, token)
    assert not (folder / identity.FILE).exists()
    door.authority = right
    enrolled = enrolment.enrol(folder, token)
    with pytest.raises(Refused):
        enrolment.enrol(folder, token)
    assert identity.load(folder) == enrolled
    again = edge.ask("enrol", token)
    assert (again.returncode, again.stderr) == (
        2,
        "hie edge enrol: this token was used already or has expired; ask the region's office for a new one\n",
    )


def test_an_edge_whose_leave_was_ended_is_told_what_to_do(door: Door, edge: Edge) -> None:
    edge.enrol(door)
    door.hub.serve = lambda _: httpx.Response(403)
    told = "the region ended this edge's leave; ask for a new token"
    checked = edge.ask("check")
    assert (checked.returncode, checked.stderr) == (2, f"hie edge check: {told}\n")
    with edge.running():
        until(lambda: told in json.dumps(status.last_report(edge.folder / "edge-data")))
    assert told in " ".join(edge.ask("status").stdout.split())


def test_a_hub_of_another_authority_is_not_spoken_to(door: Door, edge: Edge) -> None:
    edge.enrol(door)
    folder = edge.folder / "edge-data"
    enrolled = identity.load(folder)
    with HubLink(enrolled, folder) as link:
        assert link.policy(-1, 0) is not None
    with HubLink(enrolled._replace(authority=Authority().pem), folder) as link, pytest.raises(Unavailable):
        link.policy(-1, 0)


def test_a_certificate_nobody_knows_is_not_let_in(door: Door, edge: Edge) -> None:
    edge.enrol(door)
    folder = edge.folder / "edge-data"
    enrolled = identity.load(folder)
    pair = identity.make_key(enrolled.facility)
    stranger = Authority().certify(pair.request, door.hub.clock.now())
    with (
        HubLink(enrolled._replace(key=pair.key, certificate=stranger), folder) as link,
        pytest.raises((Refused, Unavailable)),
    ):
        link.policy(-1, 0)


def test_nothing_clinical_is_said_even_when_everything_goes_wrong(door: Door, edge: Edge) -> None:
    edge.enrol(door)
    door.hub.consent(ANNE)
    for order in range(3):
        storages.laboratory(ANNE, order + 1).place(edge.storage).write_bytes(b"MSH|" + b"\xff" * 100)
    with edge.running() as process:
        until(lambda: bool(door.hub.report) and len(door.hub.report["quarantine"]) == 3)
        edge.storage.rename(edge.folder / "elsewhere")
        until(lambda: bool(door.hub.report["sources"][0]["trouble"]))
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=20)[1]
    assert "volumes away" in said
    assert ANNE not in said
    assert "storage" not in said
