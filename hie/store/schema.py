"""Bringing a database to the schema of this release, and refusing one that is ahead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from hie.record.errors import Misconfigured

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0001"
"""The newest revision under `migrations/versions`; a test holds them equal."""

REVISIONS = frozenset({HEAD})

_ONE_AT_A_TIME = 0x7473756E  # PostgreSQL advisory lock, so that two processes migrate in turn


def bring_up_to_date(engine: Engine) -> None:
    """Run the missing revisions in one transaction; raise `Misconfigured` if it is newer than we are."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"select pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
        found = _revision(connection)
        if found == HEAD:
            return
        if found is not None and found not in REVISIONS:
            raise Misconfigured(f"database: its schema {found} is newer than this release knows ({HEAD})")
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  a third of a second, needed once in a database's life

    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Config:
    """Tell Alembic where the revisions are and which connection to use."""
    from alembic.config import Config  # noqa: PLC0415  see `_upgrade`

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("select version_num from alembic_version")).scalar()
    return found
