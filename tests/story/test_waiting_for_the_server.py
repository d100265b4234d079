"""Where PostgreSQL makes a request wait, the other requests of the hub do not wait with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from hie.clock import SystemClock
from hie.exchange.feeds.reading import reread_document
from hie.exchange.ports import Account, Store
from hie.exchange.services import Services
from hie.exchange.signing.proofs import Reception, Rules
from hie.hub.app import application
from hie.hub.passwords import Argon2Passwords
from hie.hub.settings import Settings
from hie.hub.thumbnails import Thumbnails
from hie.hub.wiring import Hub, gathered, proofs, stored_by
from hie.record.requester import Role
from tests import storages
from tests.build.served import Client, served
from tests.storages import CLINIC

PASSWORD = "a long invented password"
CALENDAR = "/api/patients/p-1/timeline"


@pytest.fixture
def store(postgres_url: str, tmp_path: Path) -> Iterator[Store]:
    """A doctor and a patient who consented."""
    opened = stored_by(
        Settings(data_dir=tmp_path, database_url=postgres_url, objects_url=str(tmp_path / "objects"))
    )
    storages.people(opened, ["1"], ["1"])
    with opened.work() as work:
        encoded = Argon2Passwords().hash(PASSWORD)
        work.accounts.add(Account("ada", "ada", "Ada", CLINIC, Role.DOCTOR, encoded))
    yield opened
    opened.close()


@contextmanager
def _locked(url: str, table: str) -> Iterator[None]:
    """Let nobody read a table for a while."""
    with psycopg.connect(url) as connection:
        connection.execute(f"lock table {table} in access exclusive mode".encode())
        yield
        connection.rollback()


@pytest.mark.parametrize("table", ["session", "movement"])
def test_others_are_answered_while_one_waits(postgres_url: str, store: Store, table: str) -> None:
    clock, thumbnails = SystemClock(), Thumbnails()
    services = Services(
        store,
        clock,
        Reception(store, clock, proofs(Settings()), Rules(second_factor=False)),
        reread_document,
        gathered(store, clock),
        thumbnails,
        secure_cookies=False,
    )
    statuses: list[int] = []
    with served(application(Hub(services, store, thumbnails))) as address:
        doctor = Client(address)
        assert doctor.sign_in("ada", PASSWORD).status == 303
        assert doctor.get(CALENDAR).status == 200
        asking = threading.Thread(target=lambda: statuses.append(doctor.get(CALENDAR).status))
        with _locked(postgres_url, table):
            asking.start()
            _await_waiting(postgres_url)
            assert Client(address).get("/health/live").status == 200
            assert statuses == []
        asking.join()
    assert statuses == [200]


def _await_waiting(url: str) -> None:
    """Return once somebody waits for a lock."""
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute("select count(*) from pg_locks where not granted").fetchone() == (0,):
            pass
