"""Two hubs before one PostgreSQL, and an edge that speaks now with the one, now with the other."""

from __future__ import annotations

import os
import random
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import httpx
import pytest

from hie.clock import SystemClock
from hie.edge import enrolment
from hie.edge.enrolment import read_token
from hie.edge.identity import make_key
from hie.edge.wiring import wired
from hie.exchange.feeds import edges
from hie.exchange.feeds.parcels import Fate, read_receipts
from hie.exchange.founding import operator
from hie.exchange.ports import Store
from hie.exchange.ports.spool import ItemState
from hie.hub.authority import RegionAuthority
from hie.record.entry import EntryStatus
from hie.record.identifiers import content_hash
from hie.store import open_store
from tests import sent, storages
from tests.crash.test_hub_kill import free_port, reached
from tests.edges import settings_of
from tests.sent import named, parcel
from tests.storages import HOSPITAL, laboratory, resent

PATIENTS = [f"{number:010d}" for number in range(1, 13)]
CONSENTED = PATIENTS[:10]
ROUNDS = 12
SEED = 20261120


class Pair(NamedTuple):
    """Two hub processes of one region."""

    store: Store
    authority: RegionAuthority
    urls: tuple[str, str]

    def token(self) -> str:
        """Make an enrolment token at the first hub."""
        return edges.offer(
            self.store, SystemClock(), self.authority, operator("desk"), HOSPITAL, self.urls[0]
        )


@contextmanager
def a_pair(folder: Path, database: str) -> Iterator[Pair]:
    """Start two hubs with data folders of their own, the region's authority and large documents in common."""
    store = open_store(database, str(folder / "objects"))
    storages.people(store, PATIENTS, CONSENTED)
    first = folder / "hub0"
    authority = RegionAuthority(first, SystemClock().now())
    shutil.copytree(first, folder / "hub1")
    ports = (free_port(), free_port())
    with ExitStack() as stack:
        stack.callback(store.close)
        for number, port in enumerate(ports):
            environment = os.environ | {
                "HIE_DATA_DIR": str(folder / f"hub{number}"),
                "HIE_DATABASE_URL": database,
                "HIE_OBJECTS_URL": str(folder / "objects"),
                "HIE_PORT": "0",
                "HIE_EDGE_PORT": str(port),
            }
            hub = subprocess.Popen([sys.executable, "-m", "hie.cli", "hub"], env=environment)
            stack.callback(hub.wait)
            stack.callback(hub.kill)
        urls = (f"https://localhost:{ports[0]}", f"https://localhost:{ports[1]}")
        context = ssl.create_default_context(cadata=authority.certificate)
        for url in urls:
            with httpx.Client(base_url=url, verify=context) as client:
                reached(client)
        yield Pair(store, authority, urls)


@pytest.fixture(scope="module")
def pair(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with a_pair(tmp_path_factory.mktemp("pair"), postgres_url) as started:
        yield started


def test_an_edge_that_alternates_between_two_hubs_loses_nothing(pair: Pair, tmp_path: Path) -> None:
    dice, root = random.Random(SEED), tmp_path / "storage"
    settings = settings_of(tmp_path, batch_documents=7)
    enrolled = enrolment.enrol(settings.data_dir, pair.token())
    written: list[storages.Document] = []
    consented = list(CONSENTED)
    with wired(settings) as edge:
        for turn in range(ROUNDS):
            for order in range(20):
                written.append(laboratory(dice.choice(PATIENTS), turn * 100 + order))
                written[-1].place(root)
            for _ in range(3 * bool(turn)):
                number = dice.randrange(len(written))
                old = root / written[number].name.locator()
                old.rename(old.with_name(written[number].name._replace(flag="2").text()))
                written[number] = resent(written[number])
                written[number].place(root)
            if turn % 4 == 3:
                sent.withdraw(pair.store, consented.pop())
            edge.look_at_all(sweep=True)
            for part in range(2):
                edge.link.become(enrolled._replace(url=pair.urls[(turn + part) % 2]))
                edge.sync()
                edge.examine()
            edge.link.become(enrolled._replace(url=pair.urls[dice.randrange(2)]))
            edge.sync()
        counts = edge.memory.counts()
    content = sent.hub_content(pair.store, PATIENTS)
    current = {
        (who, digest)
        for who, rows in content.items()
        for _, digest, status in rows
        if status is EntryStatus.APPROVED
    }
    assert current == {
        (one.name.patient_id, content_hash(one.content))
        for one in written
        if one.name.patient_id in consented
    }
    assert not {ItemState.PUBLISHABLE, ItemState.RECALLED, ItemState.UNREADABLE} & {one for _, one in counts}


def test_a_batch_that_was_overtaken_at_the_other_hub_changes_nothing(pair: Pair, tmp_path: Path) -> None:
    """The first hub has its head and half its bytes when the second takes a newer one of the same file."""
    who = CONSENTED[0]
    key = make_key(HOSPITAL)
    given = edges.enrol(
        pair.store, SystemClock(), pair.authority, read_token(pair.token()).secret, key.request
    )
    (tmp_path / "client.pem").write_text(key.key + given.certificate)
    context = ssl.create_default_context(cadata=pair.authority.certificate)
    context.load_cert_chain(tmp_path / "client.pem")
    position = sent.position(pair.store)
    older, newer = (laboratory(who, 9_001, results=600, value=value) for value in ("5.8", "6.6"))
    overtaken, late = Event(), []

    def slowly() -> Iterator[bytes]:
        content = sent.written(1, position, [parcel(who, named(older))])
        yield content[: len(content) // 2]
        assert overtaken.wait(60)
        yield content[len(content) // 2 :]

    with ExitStack() as stack:
        first, second = (
            stack.enter_context(httpx.Client(base_url=url, verify=context, timeout=60)) for url in pair.urls
        )
        sending = Thread(
            target=lambda: late.append(first.post("/edge/v1/batches", content=slowly())), daemon=True
        )
        sending.start()
        content = sent.written(2, position, [parcel(who, named(newer))])
        answer = second.post("/edge/v1/batches", content=content)
        assert [one.fate for one in read_receipts(answer.json()["receipts"])] == [Fate.FILED]
        overtaken.set()
        sending.join(60)
    assert (late[0].status_code, late[0].json()) == (409, {"reason": "number", "number": 2})
    rows = sent.hub_content(pair.store, [who])[who]
    stands = {digest: status for _, digest, status in rows}
    assert stands[content_hash(newer.content)] is EntryStatus.APPROVED
    assert content_hash(older.content) not in stands
