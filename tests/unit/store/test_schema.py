"""The schema and its history."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from hie.record.errors import Misconfigured, Unavailable
from hie.store import open_store
from hie.store.schema import HEAD, REVISIONS, alembic_config
from hie.store.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, new_postgres_url: Callable[[], str]) -> str:
    return f"sqlite:///{tmp_path}/hie.sqlite" if request.param == "sqlite" else new_postgres_url()


def test_the_revisions_make_the_tables_of_this_release(url: str) -> None:
    open_store(url, "memory://").close()
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_newest_revision_is_the_one_we_know(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/any.sqlite")
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
        assert script.get_current_head() == HEAD
        assert {revision.revision for revision in script.walk_revisions()} == REVISIONS
    engine.dispose()


def test_no_column_may_be_null(url: str) -> None:
    assert [column for table in metadata.tables.values() for column in table.columns if column.nullable] == []
    open_store(url, "memory://").close()


def test_a_newer_schema_is_refused(url: str) -> None:
    open_store(url, "memory://").close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    engine.dispose()
    with pytest.raises(Misconfigured, match="9999"):
        open_store(url, "memory://")


def test_opening_again_changes_nothing(url: str) -> None:
    for _ in range(2):
        open_store(url, "memory://").close()


@pytest.mark.parametrize(
    ("database", "objects"),
    [
        ("mysql://host/name", "memory://"),
        ("no url", "memory://"),
        ("sqlite://", "memory://"),
        ("memory://", "ftp://host/folder"),
        ("memory://", "s3://bucket?endpont=x"),
    ],
)
def test_what_cannot_be_opened_is_said(database: str, objects: str) -> None:
    with pytest.raises(Misconfigured):
        open_store(database, objects)


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        open_store("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2", "memory://")


def test_sqlite_is_durable_and_read_beside_a_writer(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/deep/folder/hie.sqlite", "memory://")
    with store.look() as work:
        assert work.directory.all() == []
    with sqlite3.connect(tmp_path / "deep/folder/hie.sqlite") as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
    store.close()
