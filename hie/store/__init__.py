"""The keepers of the exchange's ports: memory; SQLite and a folder; PostgreSQL and a bucket; the spool."""

from __future__ import annotations

from hie.exchange.ports import Store

__all__ = ["open_store"]


def open_store(database_url: str, objects_url: str, reserve: int = 0) -> Store:
    """Open the store that two URLs name, its schema brought up to date.

    Databases: `memory://`, `sqlite:///path`, `postgresql+psycopg://…`. Objects: `memory://`,
    `file:///path` or a plain path, `s3://bucket?endpoint=…`. Raises `Misconfigured` for another
    URL or a schema newer than this release, `Unavailable` if the database does not answer.
    """
    # An edge keeps its spool here and needs no other database: what drives those is loaded when asked for.
    from hie.store import opening  # noqa: PLC0415

    return opening.open_store(database_url, objects_url, reserve)
