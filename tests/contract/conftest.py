"""Every keeper of a port, new for each test: memory, a SQLite file, a real PostgreSQL, a folder, a bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from hie.exchange.ports import ObjectStore, Store
from hie.store import open_store
from hie.store.tables import metadata


def _emptied(url: str) -> str:
    """Empty a database an earlier test of the module has used; little is deleted faster than truncated."""
    kept = {"own_key", "counter", "audit_head"}
    deletions = "; ".join(f'delete from "{name}"' for name in metadata.tables if name not in kept)  # noqa: S608  our tables
    again = "update counter set value = 0; update audit_head set sequence = 0, hash = '\\x" + "00" * 32 + "'"
    with psycopg.connect(url) as connection:
        if connection.execute("select to_regclass('counter')").fetchone() != (None,):
            connection.execute(f"{deletions}; {again}".encode())
    return url


def database_url(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """Name an empty database of this kind."""
    if kind == "memory":
        return "memory://"
    if kind == "sqlite":
        return f"sqlite:///{folder}/hie.sqlite"
    return _emptied(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Open a new store on each database."""
    opened = open_store(database_url(request.param, request, tmp_path), str(tmp_path / "objects"))
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def reopened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Open the same durable store as often as asked."""
    url = database_url(request.param, request, tmp_path)
    return lambda: open_store(url, str(tmp_path / "objects"))


@pytest.fixture(params=["memory", "folder", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """Make an empty object store of each kind."""
    if request.param == "memory":
        return open_store("memory://", "memory://").objects
    url = request.getfixturevalue("s3_url") if request.param == "s3" else f"file://{tmp_path}/objects"
    return open_store("memory://", url).objects
