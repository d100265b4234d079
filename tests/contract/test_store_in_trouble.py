"""What a durable store says when it is in trouble: `Unavailable`, and the next unit of work goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

import psycopg
import pytest

from hie.exchange.ports import Store
from hie.record.errors import Unavailable
from hie.record.people import Facility, FacilityKind
from hie.store import open_store
from hie.store.work import SqlStore
from tests import filed as our

FACILITY = Facility(our.HOSPITAL, "見本病院", FacilityKind.HOSPITAL, "見本", 0)
LONG = FACILITY._replace(name="長" * 1_000_000)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Store]:
    """A SQLite file that cannot grow."""
    store = open_store(f"sqlite:///{tmp_path}/hie.sqlite", "memory://")
    _limit(store, 0)
    yield store
    store.close()


def _limit(store: Store, pages: int) -> None:
    """Let the file grow by so many pages."""
    assert isinstance(store, SqlStore)
    line = store.lines.begin()
    (count,) = line.execute("pragma page_count").fetchone() or (0,)
    line.execute(f"pragma max_page_count = {count + pages}")
    line.end(commit=False)


def test_a_full_disk_is_unavailable_and_undoes_all(small: Store) -> None:
    with pytest.raises(Unavailable):
        _add_both(small)
    with small.look() as work:
        assert work.directory.all() == []
    _limit(small, 100_000)
    with small.work() as work:
        work.directory.add(LONG)
    with small.look() as work:
        assert work.directory.all() == [LONG]


def test_what_was_lost_with_the_transaction_is_never_said_to_be_committed(small: Store) -> None:
    with pytest.raises(Unavailable):
        _add_both(small, suppress(Exception))
    with small.look() as work:
        assert work.directory.all() == []


def test_a_connection_that_was_ended_is_unavailable_once(postgres_url: str) -> None:
    store = open_store(postgres_url, "memory://")
    with store.work() as work:
        work.directory.add(FACILITY)
    with store.look() as work:
        work.directory.all()
    with pytest.raises(Unavailable):
        _add_both(store, _ended(postgres_url))
    with suppress(Unavailable), store.look() as work:
        work.directory.all()
    with store.work() as work:
        work.directory.add(LONG)
    with store.look() as work:
        assert work.directory.all() == [LONG]
    store.close()


def _add_both(store: Store, around: AbstractContextManager[object] = nullcontext()) -> None:  # noqa: B008
    """Add a facility, then one that is too long for the disk, in one unit of work."""
    with store.work() as work:
        work.directory.add(FACILITY)
        with around:
            work.directory.add(LONG)


@contextmanager
def _ended(url: str) -> Iterator[None]:
    """End every connection of a database but this one."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    yield


def test_an_error_of_our_own_stays_what_it_is(small: Store) -> None:
    assert isinstance(small, SqlStore)
    with pytest.raises(Exception, match="no such table") as caught, small.work() as work:
        work.execute("select * from nowhere")  # type: ignore[attr-defined]
    assert not isinstance(caught.value, Unavailable)
