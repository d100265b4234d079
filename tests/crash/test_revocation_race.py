"""A withdrawal against reads at other workers: no read that begins after its commit shows anything (T-03).

Reads and the withdrawal have connections of their own to one database. Ten thousand reads lie before,
across and behind a commit; some hundreds of them are asked of two real hub processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hie.exchange.ports import Store
from hie.store import open_store
from tests.build.revoking import Race, Round, hub_process, looks, opens, over_http, prepared, signed_in

SEED = 20261120
RACERS = 100
ON_POSTGRESQL, ON_SQLITE, READERS_ON_POSTGRESQL, READERS_ON_SQLITE = 500, 250, 6, 2
AT_HUBS = 60
TOKEN = "0" * 64  # of an invented doctor


class Place:
    """A database that several workers open."""

    def __init__(self, database: str, folder: Path, opened: ExitStack) -> None:
        """Name it."""
        self.database = database
        self.objects = str(folder / "objects")
        self.folder = folder
        self._opened = opened

    def worker(self) -> Store:
        """Open it once more."""
        store = open_store(self.database, self.objects)
        self._opened.callback(store.close)
        return store


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Place]:
    """A SQLite file."""
    with ExitStack() as opened:
        yield Place(f"sqlite:///{tmp_path / 'race.sqlite3'}", tmp_path, opened)


@pytest.fixture
def postgresql(new_postgres_url: Callable[[], str], tmp_path: Path) -> Iterator[Place]:
    """A PostgreSQL database."""
    with ExitStack() as opened:
        yield Place(new_postgres_url().replace("postgresql:", "postgresql+psycopg:", 1), tmp_path, opened)


def _told(rounds: list[Round], least: int) -> None:
    """Ask that no read was stale, that many were at it, and that most met a commit on its way."""
    assert sum(one.stale for one in rounds) == 0
    assert sum(one.reads for one in rounds) >= least
    assert sum(one.overlapped for one in rounds) > len(rounds) // 4
    assert sum(one.shown for one in rounds) > len(rounds)


@pytest.mark.timeout(900)
def test_no_read_is_stale_on_postgresql(postgresql: Place) -> None:
    desk = postgresql.worker()
    readers = [
        (opens if number % 2 else looks)(postgresql.worker()) for number in range(READERS_ON_POSTGRESQL)
    ]
    rounds = Race(desk, readers, SEED).run(prepared(desk, RACERS), ON_POSTGRESQL)
    _told(rounds, 2 * READERS_ON_POSTGRESQL * ON_POSTGRESQL)


@pytest.mark.timeout(900)
def test_no_read_is_stale_on_sqlite(sqlite: Place) -> None:
    desk = sqlite.worker()
    readers = [(opens if number % 2 else looks)(sqlite.worker()) for number in range(READERS_ON_SQLITE)]
    rounds = Race(desk, readers, SEED).run(prepared(desk, RACERS), ON_SQLITE)
    _told(rounds, 2 * READERS_ON_SQLITE * ON_SQLITE)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_answer_of_two_hubs_is_stale(kind: str, request: pytest.FixtureRequest) -> None:
    place: Place = request.getfixturevalue(kind)
    desk = place.worker()
    racers = prepared(desk, RACERS)
    signed_in(desk, TOKEN)
    with ExitStack() as hubs:
        ports = [
            hubs.enter_context(hub_process(place.folder / f"hub{number}", place.database, place.objects))
            for number in range(2)
        ]
        readers = [hubs.enter_context(over_http(port, TOKEN)) for port in ports for _ in range(2)]
        rounds = Race(desk, readers, SEED).run(racers, AT_HUBS)
    _told(rounds, 2 * len(readers) * AT_HUBS)
