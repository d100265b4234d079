"""Opens the store that two URLs name, its schema brought up to date."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from hie.exchange.ports import ObjectStore, Store
from hie.record.errors import Misconfigured, Unavailable
from hie.store.documents import DictionaryPacker, Unpacker
from hie.store.durable import sync_folder
from hie.store.lines import Lines, PostgresLines, SqliteLines
from hie.store.memory import MemoryObjects, MemoryStore
from hie.store.objects_folder import FolderObjects, make_folder
from hie.store.objects_s3 import S3Objects
from hie.store.schema import bring_up_to_date
from hie.store.work import SqlStore


def open_store(database_url: str, objects_url: str, reserve: int = 0) -> Store:
    """Open the store that two URLs name, its schema brought up to date.

    Beside a SQLite file so many bytes are set aside for what must be written on a full disk.

    Databases: `memory://`, `sqlite:///path`, `postgresql+psycopg://…`. Objects: `memory://`,
    `file:///path` or a plain path, `s3://bucket?endpoint=…`. Raises `Misconfigured` for another
    URL or a schema newer than this release, `Unavailable` if the database does not answer.
    """
    objects = _objects(objects_url)
    if urlsplit(database_url).scheme == "memory":
        return MemoryStore(objects, DictionaryPacker(), Unpacker())
    return SqlStore(_opened(database_url, reserve), objects, DictionaryPacker(), Unpacker())


def _opened(database_url: str, reserve: int) -> Lines:
    """Connect and bring the schema up to date."""
    try:
        lines = _lines(make_url(database_url), reserve)
    except ArgumentError as error:
        raise Misconfigured("database: not a database URL") from error
    except OperationalError as error:
        raise Unavailable("the database cannot be opened", retry_after=1.0) from error
    with ExitStack() as unless_all_goes_well:
        unless_all_goes_well.callback(lines.close)
        try:
            bring_up_to_date(lines.engine)
        except OperationalError as error:
            raise Unavailable("the database does not answer", retry_after=1.0) from error
        unless_all_goes_well.pop_all()
    return lines


def _lines(url: URL, reserve: int) -> Lines:
    backend = url.get_backend_name()
    if backend == "sqlite":
        if not url.database or url.database == ":memory:":
            raise Misconfigured("database: a SQLite database is a file; in memory it is memory://")
        folder = Path(url.database).absolute().parent
        make_folder(folder)
        lines = SqliteLines(url, reserve)
        sync_folder(folder)
        sync_folder(folder.parent)  # somebody else may just have made the folder
        return lines
    if backend == "postgresql":
        return PostgresLines(url)
    raise Misconfigured(f"database: {backend} is neither memory, sqlite nor postgresql")


def _objects(url: str) -> ObjectStore:
    scheme, _, rest = url.partition("://")
    if scheme == "memory":
        return MemoryObjects()
    if scheme == "s3":
        return S3Objects(url)
    if rest and scheme != "file":
        raise Misconfigured(f"objects: {scheme} is neither memory, file nor s3")
    return FolderObjects(Path(rest or url))
