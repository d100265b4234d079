"""A disk that is really full, at random moments: nothing false is said, and everything goes on by itself."""

from __future__ import annotations

import errno
import itertools
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from hie.clock import SystemClock
from hie.edge import enrolment, pushing, wiring
from hie.edge.edge import Edge
from hie.edge.pushing import Pushing
from hie.edge.running import JUST_PUSHED
from hie.edge.settings import EdgeSettings, Mllp
from hie.exchange.feeds.parcels import Fate, read_receipts
from hie.exchange.ports import Account
from hie.exchange.ports.spool import ItemState
from hie.hub.passwords import Argon2Passwords
from hie.record.errors import Unavailable
from hie.record.requester import Role
from hie.store.spool import SqliteSpool
from tests import sent, storages
from tests.build.region import DATABASE, Region, a_region, held, standing
from tests.build.served import Client
from tests.build.world import PASSWORD
from tests.crash.small_disk import Eater, mounting, small_disk
from tests.edges import settings_of
from tests.story.test_edge_process import until
from tests.story.test_pushed_messages import send

LINKED = [f"99{number:08d}" for number in range(1, 13)]
CONSENTED = LINKED[:9]
FILLINGS = 40
SEED = 20261120
RESERVED = 200_000
LOOKS = 120
WITHDRAWN = CONSENTED[0]


class Broken(Exception):
    """Somebody thought that the disk had failed."""


def _no_end(message: str) -> None:
    raise Broken(message)


@pytest.fixture(autouse=True)
def _ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no full disk be taken for a broken one: that would end this very process."""

    def spool_of(settings: EdgeSettings) -> SqliteSpool:
        return SqliteSpool(settings.data_dir / wiring.SPOOL, settings.formats, _no_end)

    monkeypatch.setattr(wiring, "spool_of", spool_of)
    monkeypatch.setattr(pushing, "end_process", _no_end)


def _tried(step: Callable[[], object]) -> bool:
    """Do a step as the edge's threads do: say whether it was done, and take a full disk for an answer."""
    try:
        step()
    except Unavailable:
        return False
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
    return True


def _steps(edge: Edge) -> int:
    steps = (lambda: edge.look_at_all(sweep=True), edge.sync, edge.examine, edge.sync, edge.report)
    return sum(not _tried(step) for step in steps)


@contextmanager
def _an_edge(folder: Path, data: Path, region: Region) -> Iterator[tuple[EdgeSettings, int]]:
    """Enrol an edge whose data lie on another disk, and let it listen for messages."""
    settings = settings_of(
        folder, data_dir=data, reserve_bytes=200_000, batch_documents=10, mllp=Mllp(port=0)
    )
    enrolment.enrol(data, region.token())
    assert settings.mllp is not None
    listener = Pushing(settings, settings.mllp, storages.HOSPITAL, SystemClock())
    port = listener.start()
    try:
        yield settings, port
    finally:
        listener.stop()


def _push(port: int, orders: range) -> set[str]:
    """Push a message for each order; return whose names the edge acknowledged."""
    kept = set()
    for order in orders:
        document = storages.laboratory(CONSENTED[1 + order % 8], 10_000 + order)
        (answer,) = send(port, document.content)
        assert b"MSA|AA|" in answer or (b"MSA|AE|" in answer and b"DISK-01" in answer)
        if b"MSA|AA|" in answer:
            kept.add(document.name.order_number)
    return kept


def _is_whole(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as opened:
        return bool(opened.execute("pragma integrity_check").fetchone() == ("ok",))


@mounting
def test_an_edge_whose_disk_is_full_again_and_again_loses_nothing(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    hub, root, data = tmp_path / "hub", tmp_path / "storage", tmp_path / "small"
    kept: set[str] = set()
    failed = rounds = 0
    with (
        small_disk(data, 24) as disk,
        a_region(hub, LINKED, CONSENTED) as region,
        _an_edge(tmp_path, data, region) as (settings, port),
    ):
        with Eater(disk, dice, 0.12) as eater:
            while eater.filled < FILLINGS:
                for order in range(rounds * 12, rounds * 12 + 12):
                    storages.laboratory(LINKED[order % 12], order).place(root)
                kept |= _push(port, range(rounds * 4, rounds * 4 + 4))
                # Every round is a start of its own: the edge may die on a full disk as on any other.
                with suppress(Unavailable), wiring.wired(settings) as edge:
                    failed += _steps(edge)
                rounds += 1
        time.sleep(JUST_PUSHED)  # the last message must rest before it is taken
        with wiring.wired(settings) as edge:
            for _ in range(3):
                assert _steps(edge) == 0
            counts = edge.memory.counts()
        assert _is_whole(data / wiring.SPOOL)
    found = held(hub)
    by_folder = standing(root, CONSENTED)
    assert by_folder <= found
    assert {row[3] for row in found - by_folder} >= kept
    assert set(found.values()) == {1}
    assert {state for _, state in counts} <= {ItemState.FILED, ItemState.SEEN, ItemState.HELD}
    # The fillings were well placed: steps failed, and messages were refused and kept.
    assert failed > 10
    assert 0 < len(kept) <= rounds * 4


@mounting
def test_a_withdrawal_is_applied_on_a_full_disk(tmp_path: Path) -> None:
    hub, root, data = tmp_path / "hub", tmp_path / "storage", tmp_path / "small"
    for number in range(300):
        storages.laboratory(CONSENTED[number % 9], number).place(root)
    with (
        small_disk(data, 24) as disk,
        a_region(hub, LINKED, CONSENTED) as region,
        _an_edge(tmp_path, data, region) as (settings, port),
    ):
        with wiring.wired(settings) as edge:
            assert [_steps(edge) for _ in range(2)] == [0, 0]
            assert held(hub) == standing(root, CONSENTED)
            disk.fill()
            late = storages.laboratory(CONSENTED[1], 900).place(root)
            region.withdraw(WITHDRAWN)
            until(lambda: _tried(edge.sync) and WITHDRAWN not in {value for value, *_ in held(hub)})
            disk.fill()
            region.withdraw(CONSENTED[2])
            until(lambda: _tried(edge.sync) and CONSENTED[2] not in {value for value, *_ in held(hub)})
            disk.fill(left=RESERVED // 2)  # less than is kept for withdrawals
            assert _push(port, range(3)) == set()
            assert not _tried(lambda: edge.look_at_all(sweep=True)) or edge.status()["troubles"]["disk"]
            assert not {row[3] for row in held(hub)} & {"000000000000900"}
        disk.empty()
        with wiring.wired(settings) as edge:
            assert [_steps(edge) for _ in range(2)] == [0, 0]
            assert "disk" not in edge.status()["troubles"]
        assert late.exists()
        assert held(hub) == standing(root, [who for who in CONSENTED if who not in {WITHDRAWN, CONSENTED[2]}])
        assert _is_whole(data / wiring.SPOOL)


@mounting
def test_a_start_on_a_full_disk_is_a_start_at_the_latest_the_second_one(tmp_path: Path) -> None:
    data = tmp_path / "small"
    with (
        small_disk(data, 24) as disk,
        a_region(tmp_path / "hub", LINKED, CONSENTED) as region,
        _an_edge(tmp_path, data, region) as (settings, _),
    ):
        with wiring.wired(settings) as edge:
            assert _steps(edge) == 0
        disk.fill()
        started = []
        for _ in range(2):
            with suppress(Unavailable), wiring.wired(settings) as edge:
                started.append(edge.policy.position)
        assert started


def _doctor(region: Region) -> None:
    """Give the clinic a doctor."""
    with region.store.work() as work:
        encoded = Argon2Passwords().hash(PASSWORD)
        work.accounts.add(Account("d", "doctor", "浜田 圭介", storages.CLINIC, Role.DOCTOR, encoded))


@mounting
def test_a_hub_whose_disk_is_full_again_and_again_loses_nothing(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    root, data = tmp_path / "storage", tmp_path / "small"
    settings = settings_of(tmp_path, batch_documents=10)
    failed = rounds = 0
    with small_disk(data, 48) as disk, a_region(data / "hub", LINKED, CONSENTED, reserve=1) as region:
        enrolment.enrol(settings.data_dir, region.token())
        with wiring.wired(settings) as edge:
            with Eater(disk, dice, 0.12) as eater:
                while eater.filled < FILLINGS:
                    for order in range(rounds * 12, rounds * 12 + 12):
                        results = 600 if order % 5 == 0 else 5
                        storages.laboratory(LINKED[order % 12], order, results=results).place(root)
                    failed += _steps(edge)
                    rounds += 1
            for _ in range(3):
                assert _steps(edge) == 0
            counts = edge.memory.counts()
        assert held(data / "hub") == standing(root, CONSENTED)
        assert set(held(data / "hub").values()) == {1}
        assert _is_whole(data / "hub" / DATABASE)
    # Nothing was put aside for a disk that was full.
    assert {state for _, state in counts} == {ItemState.FILED, ItemState.SEEN}
    assert failed > 10


@mounting
def test_a_hub_with_a_full_disk_refuses_batches_and_goes_on_being_read(tmp_path: Path) -> None:
    data = tmp_path / "small"
    with small_disk(data, 64) as disk, a_region(data / "hub", LINKED, CONSENTED, reserve=8) as region:
        _doctor(region)
        position = sent.position(region.store)
        who = CONSENTED[0]
        with region.client(tmp_path) as edge:
            numbers = itertools.count(1)

            def answer() -> tuple[int, object]:
                number = next(numbers)
                document = sent.named(storages.laboratory(who, number))
                content = sent.written(number, position, [sent.parcel(who, document)])
                got = edge.post("/edge/v1/batches", content=content)
                if got.status_code == 503:
                    return 503, int(got.headers["retry-after"]) > 0
                return got.status_code, {one.fate for one in read_receipts(got.json()["receipts"])}

            assert answer() == (200, {Fate.FILED})
            doctor = Client(region.viewer)
            assert doctor.sign_in("doctor", PASSWORD).status == 303
            disk.fill()
            assert answer() == (503, True)
            # Pages need audit records: the reserve is given up for those, after one page that asks to wait.
            shown = [doctor.get(f"/patients/p-{who}").status for _ in range(LOOKS)]
            assert shown.count(200) >= LOOKS - 2, shown
            disk.fill(left=4 * 1024 * 1024)
            assert answer() == (503, True)
            assert doctor.get(f"/patients/p-{who}").status == 200
            assert _audited(data / "hub" / DATABASE) >= LOOKS - 1
            disk.empty()
            until(lambda: answer() == (200, {Fate.FILED}))
        assert _is_whole(data / "hub" / DATABASE)


def _audited(database: Path) -> int:
    with closing(sqlite3.connect(database)) as opened:
        (count,) = opened.execute("select count(*) from audit_event where action = 'view'").fetchone()
        return int(count)
