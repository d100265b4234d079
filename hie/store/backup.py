"""A copy of every table as of one moment, and back: decisions first, then what could be rebuilt.

The copy is of neither database: lines of JSON, a file for each table, compressed, so that a region moves
from SQLite to PostgreSQL by the same two commands. It is taken from one snapshot while the hub goes on.
Large documents are copied by their hash, once, however often a copy is taken into the same folder.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

import orjson
from backports import zstd
from sqlalchemy import (
    Connection,
    Engine,
    LargeBinary,
    Row,
    Table,
    create_engine,
    delete,
    func,
    insert,
    select,
    text,
    union,
)

from hie.exchange.ports import ObjectStore
from hie.record.errors import Conflict, Invalid, NotFound, Unavailable
from hie.record.identifiers import ContentHash, content_hash
from hie.store.durable import sync_folder, write_whole
from hie.store.schema import HEAD
from hie.store.tables import metadata

DECISIONS = (
    *("facility", "account", "preference", "look", "post", "invitation", "patient", "patient_key"),
    *("local_patient", "local_statement", "statement_key", "link_event", "link_case", "consent_event"),
    *("consent_reach", "label_event", "registration", "evidence", "evidence_page"),
    *("upload", "upload_content"),
    *("emergency_session", "emergency_review", "emergency_duty", "notice"),
    *("passkey", "one_time_secret", "device", "familiar"),
    *("audit_event", "audit_head", "audit_seal", "audit_complaint", "own_key", "counter"),
    *("edge", "edge_certificate", "edge_task"),
)
"""What can never be rebuilt, in the order in which it is put back."""
MEMBERS = "membership_event"
"""A decision as well, and put back last: until then nobody takes part, and the gate opens nothing."""
EVIDENCE = (
    *("concept", "entry", "movement", "observation", "medication", "small_document", "imaging_instance"),
    *("passage", "quarantined", "feed_run"),
)
"""What the hospitals could state again."""
LEFT_OUT = (
    *("session", "used_challenge", "recovery_code", "sign_in_failure", "exact_search", "edge_secret"),
)
"""Who was signed in, what was tried, codes that may be used up: a restored hub knows none of it."""
MANIFEST = "manifest.json"
OBJECTS = "objects"
FORMAT = 1
_AT_ONCE = 5_000
_COUNTER = metadata.tables["counter"]
LARGE = 65_536
"""Bytes from which on a document lies in the object store (`hie.store.documents`)."""


class _Digest(Protocol):
    def update(self, content: bytes, /) -> None: ...


STAGE = "restored"
"""Counter that says how far a restore has come; it is there in no other database."""
Told = Callable[[str, int], object]
"""Hears how many rows of a table, or how many objects, are done."""


class Kept(NamedTuple):
    """One table in a copy."""

    name: str
    rows: int
    digest: str
    """SHA-256 of the file."""


class Copy(NamedTuple):
    """A copy as its manifest says."""

    revision: str
    taken_at: int
    position: int
    """The last decision that is in it."""
    audit_sequence: int
    audit_hash: str
    tables: tuple[Kept, ...]
    objects: int
    digest: str
    """SHA-256 of the manifest's own bytes."""


def take(database_url: str, objects: ObjectStore, folder: Path, now: int, told: Told) -> Copy:
    """Write a copy into `folder`, which must not be there yet; objects go beside it, shared by all copies.

    Raise `Conflict` where the folder is there, `Unavailable` where an object is lost or a disk full.
    """
    if folder.exists():
        raise Conflict("there is such a copy already")
    folder.mkdir(parents=True, mode=0o700)
    engine = _engine(database_url)
    try:
        with _snapshot(engine) as connection:
            tables = tuple(
                _written(connection, name, folder, told) for name in (*DECISIONS, MEMBERS, *EVIDENCE)
            )
            names = list(_large(connection))
            position, head = _position(connection), _head(connection)
    finally:
        engine.dispose()
    beside = folder.parent / OBJECTS
    for number, name in enumerate(names, 1):
        _copied(objects, name, beside)
        told(OBJECTS, number)
    content = orjson.dumps(
        {
            "format": FORMAT,
            "revision": HEAD,
            "taken_at": now,
            "position": position,
            "audit": [head[0], head[1].hex()],
            "tables": [list(one) for one in tables],
            "objects": [name.hex() for name in names],
        }
    )
    write_whole(folder / MANIFEST, content)
    sync_folder(folder.parent)
    return read_manifest(folder)


def read_manifest(folder: Path) -> Copy:
    """Read what a copy says of itself; raise `Invalid` where it is none of this release."""
    try:
        content = (folder / MANIFEST).read_bytes()
        read = orjson.loads(content)
        if read["format"] != FORMAT or read["revision"] != HEAD:
            raise Invalid("this copy was taken by another release")
        tables = tuple(Kept(str(name), int(rows), str(digest)) for name, rows, digest in read["tables"])
        sequence, last = read["audit"]
        return Copy(
            read["revision"],
            int(read["taken_at"]),
            int(read["position"]),
            int(sequence),
            str(last),
            tables,
            len(read["objects"]),
            hashlib.sha256(content).hexdigest(),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Invalid("there is no whole copy in this folder") from error


def verify(folder: Path, told: Told) -> Copy:
    """Read every byte of a copy; raise `Invalid` at the first that is not as it was written."""
    copy = read_manifest(folder)
    for kept in copy.tables:
        rows = sum(len(some) for some in _read(folder, kept))
        if rows != kept.rows:
            raise Invalid(f"{kept.name}: {rows} rows where there were {kept.rows}")
        told(kept.name, rows)
    for number, name in enumerate(_objects_of(folder), 1):
        _object(folder, name)
        told(OBJECTS, number)
    return copy


class Stage(IntEnum):
    """How far a restore has come; each is on disk before the next begins."""

    NOTHING = 0
    DECISIONS = 1
    CLOSED = 2
    """What waited was taken back, and what the trail says was closed since is closed."""
    DOCUMENTS = 3
    OPEN = 4


def stage(database_url: str) -> Stage:
    """Say how far a restore into this database has come."""
    engine = _engine(database_url)
    try:
        with engine.connect() as connection:
            found = connection.execute(select(_COUNTER.c.value).where(_COUNTER.c.name == STAGE)).scalar()
    finally:
        engine.dispose()
    return Stage(found or 0)


def reached(database_url: str, now: Stage) -> None:
    """Remember how far a restore has come."""
    engine = _engine(database_url)
    try:
        with engine.begin() as connection:
            _remember(connection, now)
    finally:
        engine.dispose()


def _remember(connection: Connection, now: Stage) -> None:
    connection.execute(delete(_COUNTER).where(_COUNTER.c.name == STAGE))
    connection.execute(insert(_COUNTER).values(name=STAGE, value=int(now)))


def put_back(database_url: str, folder: Path, names: Sequence[str], then: Stage, told: Told) -> None:
    """Write tables of a copy into an empty database of this release, and how far that is, in one transaction.

    Raise `Conflict` where one of them has rows, `Invalid` where the copy is not whole.
    """
    kept = {one.name: one for one in read_manifest(folder).tables}
    engine = _engine(database_url)
    try:
        with engine.begin() as connection:
            for name in names:
                table = metadata.tables[name]
                _emptied(connection, table)
                done = 0
                for rows in _read(folder, kept[name]):
                    connection.execute(insert(table), rows)
                    done += len(rows)
                    told(name, done)
                _count_on(connection, table)
            _remember(connection, then)
    finally:
        engine.dispose()


def put_back_members(database_url: str, folder: Path, told: Told) -> None:
    """Write down again who takes part, behind whatever was decided meanwhile: the region is open.

    Raise `Conflict` where that was done before.
    """
    kept = next(one for one in read_manifest(folder).tables if one.name == MEMBERS)
    table = metadata.tables[MEMBERS]
    engine = _engine(database_url)
    try:
        with engine.begin() as connection:
            for rows in _read(folder, kept):
                first = select(table).where(table.c.sequence == rows[0]["sequence"])
                if connection.execute(first).first() is not None:
                    raise Conflict("the region is open already")
                connection.execute(insert(table), rows)
            # Processes that know the region by its version ask again.
            connection.execute(text("update counter set value = value + 1 where name = 'region'"))
            _remember(connection, Stage.OPEN)
            told(MEMBERS, kept.rows)
    finally:
        engine.dispose()


def put_back_objects(objects: ObjectStore, folder: Path, told: Told) -> None:
    """Put the large documents of a copy into an object store; raise `Invalid` where one is not as it was."""
    for number, name in enumerate(_objects_of(folder), 1):
        if not objects.exists(name):
            objects.put(_object(folder, name))
        told(OBJECTS, number)


def _engine(database_url: str) -> Engine:
    engine = create_engine(database_url)
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Read one moment of a database: SQLite's log keeps it, PostgreSQL's repeatable read does."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":  # the driver would begin with the first write only
            connection.exec_driver_sql("begin")
        connection.execute(select(metadata.tables["counter"]))
        yield connection
        connection.rollback()


def _written(connection: Connection, name: str, folder: Path, told: Told) -> Kept:
    """Write one table, in the order of its key."""
    table = metadata.tables[name]
    packed = _bytes_columns(table)
    chosen = select(table).order_by(*table.primary_key.columns)
    found = connection.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(chosen)
    digest, done = hashlib.sha256(), 0
    with (folder / _file_of(name)).open("xb") as file:
        packer = zstd.ZstdCompressor(level=6)
        for rows in found.partitions():
            lines = b"".join(_line(row, packed) for row in rows)
            done += len(rows)
            _add(file, digest, packer.compress(lines))
            told(name, done)
        _add(file, digest, packer.flush())
        file.flush()
        os.fsync(file.fileno())
    return Kept(name, done, digest.hexdigest())


def _add(file: BinaryIO, digest: _Digest, content: bytes) -> None:
    digest.update(content)
    file.write(content)


def _line(row: Row[Any], packed: frozenset[int]) -> bytes:
    values = [
        base64.b64encode(value).decode() if number in packed else value for number, value in enumerate(row)
    ]
    return orjson.dumps(values) + b"\n"


def _read(folder: Path, kept: Kept) -> Iterator[list[dict[str, Any]]]:
    """Read a table of a copy; its digest is looked at before the first row is believed."""
    file = folder / _file_of(kept.name)
    with file.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != kept.digest:
            raise Invalid(f"{kept.name}: not as it was written")
    table = metadata.tables[kept.name]
    names, packed = [column.name for column in table.columns], _bytes_columns(table)
    with zstd.open(file, "rb") as lines:
        while some := list(islice(lines, _AT_ONCE)):
            yield [_row(names, packed, line) for line in some]


def _row(names: Sequence[str], packed: frozenset[int], line: bytes) -> dict[str, Any]:
    values = orjson.loads(line)
    for number in packed:
        values[number] = base64.b64decode(values[number])
    return dict(zip(names, values, strict=True))


def _bytes_columns(table: Table) -> frozenset[int]:
    return frozenset(
        number for number, column in enumerate(table.columns) if isinstance(column.type, LargeBinary)
    )


def _emptied(connection: Connection, table: Table) -> None:
    """Take out what a new database begins with: counters, its own keys, the empty head of the trail."""
    if table.name in _BEGUN:
        connection.execute(delete(table))
    elif connection.execute(select(table).limit(1)).first() is not None:
        raise Conflict(f"the database is not empty: {table.name}")


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number the next row behind those that were put back; SQLite does so itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        where = {"table": table.name, "column": column.name}
        named = connection.execute(text("select pg_get_serial_sequence(:table, :column)"), where).scalar()
        last = connection.execute(select(func.max(column))).scalar() if named else None
        if last is not None:
            connection.execute(text("select setval(:named, :last)"), {"named": named, "last": last})


def _position(connection: Connection) -> int:
    return int(connection.execute(text("select value from counter where name = 'consent'")).scalar_one())


def _head(connection: Connection) -> tuple[int, bytes]:
    sequence, last = connection.execute(text("select sequence, hash from audit_head")).one()
    return int(sequence), bytes(last)


def _large(connection: Connection) -> Iterator[ContentHash]:
    """Name what lies in the object store: documents too large for a row, and every image."""
    entry, image = metadata.tables["entry"], metadata.tables["imaging_instance"]
    large = select(entry.c.content_hash).where(entry.c.size >= LARGE)
    for (name,) in connection.execute(union(large, select(image.c.content_hash))):
        yield ContentHash(bytes(name))


def _copied(objects: ObjectStore, name: ContentHash, beside: Path) -> None:
    place = _place(beside, name)
    if place.exists():
        return
    try:
        with objects.open(name) as content:
            found = content.read()
    except NotFound as error:
        raise Unavailable("a document is missing from the object store") from error
    if content_hash(found) != name:
        raise Unavailable("a document of the object store is not as it was filed")
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(place, found)


def _objects_of(folder: Path) -> list[ContentHash]:
    named = orjson.loads((folder / MANIFEST).read_bytes())["objects"]
    return [ContentHash(bytes.fromhex(name)) for name in named]


def _object(folder: Path, name: ContentHash) -> bytes:
    try:
        content = _place(folder.parent / OBJECTS, name).read_bytes()
    except FileNotFoundError as error:
        raise Invalid("a document of the copy is missing") from error
    if content_hash(content) != name:
        raise Invalid("a document of the copy is not as it was written")
    return content


def _place(beside: Path, name: ContentHash) -> Path:
    text_of = name.hex()
    return beside / text_of[:2] / text_of


def _file_of(name: str) -> str:
    return f"{name}.jsonl.zst"


_BEGUN = frozenset({"counter", "own_key", "audit_head"})
"""Tables that the schema itself fills."""
