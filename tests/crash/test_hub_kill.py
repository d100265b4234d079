"""A hub killed while edges hand documents in: what it answered for is on disk, nothing stands twice."""

from __future__ import annotations

import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import httpx

from hie.clock import SystemClock
from hie.edge.enrolment import read_token
from hie.edge.identity import make_key
from hie.exchange.feeds import edges
from hie.exchange.feeds.parcels import Fate, read_receipts
from hie.exchange.founding import operator
from hie.exchange.ports import Store
from hie.hub.authority import RegionAuthority
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from tests import sent, storages
from tests.sent import named, parcel
from tests.storages import HOSPITAL, Document, laboratory

KILLS = 8
SEED = 20261120
PATIENTS = [f"{number:010d}" for number in range(1, 5)]
PER_BATCH = 20


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def _hub(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "HIE_DATA_DIR": str(settings.data_dir),
        "HIE_PORT": "0",
        "HIE_EDGE_PORT": str(settings.edge_port),
    }
    hub = subprocess.Popen([sys.executable, "-m", "hie.cli", "hub"], env=environment)
    try:
        yield hub
    finally:
        hub.kill()
        hub.wait()


def reached(client: httpx.Client) -> None:
    """Wait until the door of the edges answers."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            client.get("/edge/v1/authority")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the hub did not start")


def _client(store: Store, authority: RegionAuthority, settings: Settings, folder: Path) -> httpx.Client:
    """Enrol an edge at the desk, without its door."""
    clock, pair = SystemClock(), make_key(HOSPITAL)
    token = edges.offer(store, clock, authority, operator("desk"), HOSPITAL, settings.edge_address)
    given = edges.enrol(store, clock, authority, read_token(token).secret, pair.request)
    (folder / "client.pem").write_text(pair.key + given.certificate)
    context = ssl.create_default_context(cadata=authority.certificate)
    context.load_cert_chain(folder / "client.pem")
    return httpx.Client(base_url=settings.edge_address, verify=context, timeout=30)


def _things(number: int) -> list[tuple[str, Document]]:
    return [
        (PATIENTS[order % len(PATIENTS)], laboratory(PATIENTS[order % len(PATIENTS)], number * 1000 + order))
        for order in range(PER_BATCH)
    ]


def _handed_in(client: httpx.Client, number: int, position: int, things: list[tuple[str, Document]]) -> bool:
    """Send one batch; say whether the hub answered for all of it."""
    content = sent.written(number, position, [parcel(who, named(one)) for who, one in things])
    try:
        answer = client.post("/edge/v1/batches", content=content)
    except httpx.TransportError:
        return False
    if answer.status_code != 200:
        return False
    return {one.fate for one in read_receipts(answer.json()["receipts"])} == {Fate.FILED}


def _on_disk(settings: Settings) -> set[object]:
    store = stored_by(settings)
    rows = [row for standing in sent.hub_content(store, PATIENTS).values() for row in standing]
    store.close()
    names = [row[1] for row in rows]
    assert len(names) == len(set(names))
    return set(names)


class Edge:
    """Sends one batch after the other; one that was not answered for is sent again."""

    def __init__(self, client: httpx.Client, position: int) -> None:
        self.client = client
        self.position = position
        self.number = 0
        self.due = _things(0)
        self.answered: set[object] = set()

    def send(self) -> bool:
        """Send what is due; say whether the hub answered for all of it."""
        self.number += 1
        if not _handed_in(self.client, self.number, self.position, self.due):
            return False
        self.answered |= {named(one)[0].content_hash for _, one in self.due}
        self.due = _things(self.number)
        return True


def test_what_was_answered_for_outlives_a_killed_hub(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", edge_port=free_port())
    store = stored_by(settings)
    storages.people(store, PATIENTS, PATIENTS)
    authority = RegionAuthority(settings.data_dir, SystemClock().now())
    dice = random.Random(SEED)
    with _client(store, authority, settings, tmp_path) as client:
        edge = Edge(client, sent.position(store))
        store.close()
        for _ in range(KILLS):
            with _hub(settings) as hub:
                reached(client)
                killer = Timer(dice.uniform(0.0, 0.15), os.kill, (hub.pid, signal.SIGKILL))
                killer.start()
                while edge.send():
                    continue
                killer.join()
            assert edge.answered <= _on_disk(settings)
        with _hub(settings):
            reached(client)
            assert edge.send()
        assert _on_disk(settings) == edge.answered
    assert edge.number > KILLS
