"""P7 and P8: rows of the registry against the bare driver, on SQLite and PostgreSQL.

    python benchmarks/store_rows.py [--documents 4000] [--rounds 5]

The same rows (an entry, thirty observations and a small document each, in patient order, 500 documents
a transaction) are written in turn by our bulk path, by the bare driver into the same tables, by the bare
driver into tables without keys (the floor), and by what SQLAlchemy offers. Counts are compared before
times. SQLite is compared by processor time, PostgreSQL by the clock, since there the work is the server's.
The last line of each block is the whole `Registry.register`: checking the grant and building rows included.
Ends with 1 if a ratio is less than half its goal.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psycopg
from sqlalchemy import Table, create_engine, insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, registry

from consent.gate import decide
from consent.grant import Grant
from consent.model import (
    Action,
    ConsentEvent,
    EventKind,
    Membership,
    Provision,
    Question,
    Region,
    Term,
    decisions_of,
)
from hie.exchange.ports import Filing, Store
from hie.record.clinical import Coding, Observation
from hie.record.entry import Confidentiality, DocumentClass, EntryFacts, EntryKey, EntryStatus, Format
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId, content_hash
from hie.record.people import HumanName, Patient
from hie.record.requester import Requester, Role
from hie.record.times import Day
from hie.store import open_store
from hie.store.lines import Lines, PostgresLines, SqliteLines
from hie.store.tables import entry, observation, small_document
from tests import servers

FACILITY = FacilityCode("9910000001")
TABLES = (entry, observation, small_document)
RESULTS = 30
PER_PATIENT = 40
PER_TRANSACTION = 500
Row = tuple[Any, ...]
Rows = dict[Table, list[Row]]


class Way(NamedTuple):
    """One way to write; `share` of the documents, for the slow ones."""

    name: str
    write: Callable[[Sequence[Rows]], None]
    share: float = 1.0


def made(documents: int) -> list[Rows]:
    """Make the rows, one dictionary for each transaction."""
    chance = random.Random(3)
    batches = []
    for start in range(0, documents, PER_TRANSACTION):
        rows: Rows = {table: [] for table in TABLES}
        for number in range(start, min(start + PER_TRANSACTION, documents)):
            local = number // PER_PATIENT + 1
            day = (2016 + number % 10) * 10000 + 100 + number % 28 + 1
            body = chance.randbytes(300)
            key = ("OML-11", str(day), f"{number:015d}", f"{day}101500000", "01")
            rows[entry].append(
                (local, day, number, 8, *key, 1, 0, 0, RESULTS, 3, "", 0, content_hash(body), 5250, 1_700_000)
            )
            rows[small_document].append((number, 7, body))
            rows[observation].extend(
                (
                    local,
                    day * 1_000_000 + 93000,
                    number,
                    part,
                    14,
                    day,
                    8,
                    0,
                    0,
                    1,
                    part + 1,
                    f"{part}.5",
                    "",
                    "H",
                )
                for part in range(RESULTS)
            )
        batches.append(rows)
    return batches


# --- Ways ------------------------------------------------------------------------------------------------


def ours(lines: Lines) -> Callable[[Sequence[Rows]], None]:
    """Write by our bulk path."""

    def write(batches: Sequence[Rows]) -> None:
        for rows in batches:
            line = lines.begin()
            for table in TABLES:
                line.insert(table, rows[table])
            line.end(commit=True)

    return write


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def bare_sqlite(path: Path, suffix: str) -> Callable[[Sequence[Rows]], None]:
    """Write with the standard library's sqlite3 alone, same settings."""

    def write(batches: Sequence[Rows]) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("pragma synchronous = full")
        connection.execute("pragma cache_size = -65536")
        connection.execute("pragma wal_autocheckpoint = 4000")
        for rows in batches:
            connection.execute("begin immediate")
            for table in TABLES:
                marks = ",".join("?" * len(table.columns))
                connection.executemany(f"insert into {table.name}{suffix} values ({marks})", rows[table])  # noqa: S608
            connection.execute("commit")
        connection.close()

    return write


def bare_copy(url: str, suffix: str) -> Callable[[Sequence[Rows]], None]:
    """Write with psycopg's binary COPY alone."""

    def write(batches: Sequence[Rows]) -> None:
        with psycopg.connect(url) as connection:
            for rows in batches:
                for table in TABLES:
                    names = ", ".join(f'"{name}"' for name in _columns(table))
                    statement = f"copy {table.name}{suffix} ({names}) from stdin (format binary)"
                    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
                        copy.set_types(_types(table))
                        for row in rows[table]:
                            copy.write_row(row)
                connection.commit()

    return write


def _types(table: Table) -> list[str]:
    names = {"VARCHAR": "text", "BYTEA": "bytea", "SMALLINT": "int2", "INTEGER": "int4", "BIGINT": "int8"}
    dialect = create_engine("postgresql://").dialect
    kinds = [column.type.compile(dialect).split(" ")[0] for column in table.columns]
    return [names[kind] for kind in kinds]


def core(url: URL | str) -> Callable[[Sequence[Rows]], None]:
    """Write with SQLAlchemy Core: `insert()` and dictionaries."""

    def write(batches: Sequence[Rows]) -> None:
        engine = create_engine(url)
        for rows in batches:
            with engine.begin() as connection:
                for table in TABLES:
                    names = _columns(table)
                    connection.execute(
                        insert(table), [dict(zip(names, row, strict=True)) for row in rows[table]]
                    )
        engine.dispose()

    return write


def orm(url: URL | str) -> Callable[[Sequence[Rows]], None]:
    """Write with the ORM's `add_all`."""
    mapped = registry()
    kinds = {table: type(table.name, (), {}) for table in TABLES}
    for table, kind in kinds.items():
        mapped.map_imperatively(kind, table)

    def write(batches: Sequence[Rows]) -> None:
        engine = create_engine(url)
        for rows in batches:
            with Session(engine) as session:
                for table, kind in kinds.items():
                    names = _columns(table)
                    session.add_all(kind(**dict(zip(names, row, strict=True))) for row in rows[table])
                session.commit()
        engine.dispose()

    return write


# --- Measuring -------------------------------------------------------------------------------------------


def documents_per_second(
    ways: Sequence[Way],
    batches: Sequence[Rows],
    rounds: int,
    empty: Callable[[], None],
    clock: Callable[[], float],
) -> dict[str, float]:
    """Run all ways in turn, `rounds` times; return the median of each."""
    taken: dict[str, list[float]] = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            part = batches[: max(1, round(len(batches) * way.share))]
            empty()
            start = clock()
            way.write(part)
            seconds = clock() - start
            taken[way.name].append(sum(len(rows[entry]) for rows in part) / seconds)
    return {name: statistics.median(rates) for name, rates in taken.items()}


def printed(title: str, rates: dict[str, float], goals: dict[str, float]) -> bool:
    """Print a table of rates, and our ratio to each; say whether all reach half their goal."""
    print(f"\n{title}")
    good = True
    for name, rate in rates.items():
        ratio = rates["ours"] / rate
        goal = goals.get(name)
        aim = f"   goal >= {goal}" if goal else ""
        results = f"{rate * RESULTS:12,.0f} results/s"
        print(f"  {name:34} {rate:10,.0f} documents/s {results}   ours is {ratio:6.2f} x{aim}")
        good = good and (goal is None or ratio >= goal / 2)
    return good


# --- The whole register ----------------------------------------------------------------------------------


def filings(count: int) -> Iterator[Filing]:
    """Make documents as a reader hands them over."""
    codes = [Coding(f"3B{number:015d}", f"検査項目{number}", "JC10") for number in range(200)]
    none = Coding()
    for number in range(count):
        day = (2016 + number % 10) * 10000 + 100 + number % 28 + 1
        results = [
            Observation(
                codes[(number + part) % 200], none, f"{part}.5", f"{part}.5", "NM", "mg/dL", "mg/dL", "1-3",
                "H", "F", f"{day}093000", none, none, "",
            )
            for part in range(RESULTS)
        ]  # fmt: skip
        body = number.to_bytes(4) * 75
        facts = EntryFacts(
            EntryKey(str(day), "OML-11", f"{number:015d}", f"{day}101500000"),
            DocumentClass.LABORATORY_RESULT, Day(day), "01", EntryStatus.APPROVED, Confidentiality.NORMAL,
            RESULTS, 3, "", 0,
        )  # fmt: skip
        yield Filing(facts, Format.SSMIX2, content_hash(body), 5250, body, 7, results, ())


def whole(store: Store, documents: int, clock: Callable[[], float]) -> float:
    """Register documents through the port, under grants; return documents per second."""
    ready: list[tuple[Grant, int, list[Filing]]] = []
    waiting = filings(documents)
    system = Requester("bench", "bench", FACILITY, Role.SYSTEM)
    region = Region({FACILITY: Membership((Term(0),))})
    with store.work() as work:
        for number in range(documents // PER_PATIENT):
            person = PatientId(f"P{number:08d}")
            work.patients.enrol(Patient(person, HumanName("見本", "花子", "ミホン", "ハナコ")))
            local = work.patients.link(LocalPatientId(FACILITY, str(number)), person, "bench", 1)
            given = ConsentEvent(0, person, EventKind.GIVEN, 1, "bench", "form", (Provision(),))
            log = decisions_of([work.consents.record(given)])
            grant = decide(Question(system, Action.PUBLISH, person, log, 2, region=region))
            assert isinstance(grant, Grant)
            ready.append((grant, local, list(itertools.islice(waiting, PER_PATIENT))))
    start = clock()
    together = PER_TRANSACTION // PER_PATIENT
    for first in range(0, len(ready), together):
        with store.work() as work:
            for grant, local, some in ready[first : first + together]:
                work.registry.known(local)
                work.registry.register(grant, local, some)
    return documents / (clock() - start)


def sqlite_rows(folder: Path, documents: int, rounds: int) -> bool:
    """Measure P7."""
    path = folder / "rows.sqlite"
    url = URL.create("sqlite", database=str(path))
    store = open_store(f"sqlite:///{path}", "memory://")
    lines = SqliteLines(url)
    batches = made(documents)
    with sqlite3.connect(path) as connection:
        for table in TABLES:
            connection.execute(f"create table {table.name}_bare ({', '.join(_columns(table))})")

    def empty() -> None:
        with sqlite3.connect(path, isolation_level=None) as connection:
            for table in TABLES:
                connection.execute(f"delete from {table.name}")  # noqa: S608
                connection.execute(f"delete from {table.name}_bare")  # noqa: S608
            connection.execute("pragma wal_checkpoint(truncate)")

    ways = [
        Way("ours", ours(lines)),
        Way("bare executemany, same tables", bare_sqlite(path, "")),
        Way("bare executemany, no keys", bare_sqlite(path, "_bare")),
        Way("SQLAlchemy Core insert()", core(url), 0.25),
        Way("SQLAlchemy ORM add_all", orm(url), 0.13),
    ]
    for way in ways[:2]:
        empty()
        way.write(batches)
        with sqlite3.connect(path) as connection:
            (count,) = connection.execute("select count(*) from observation").fetchone()
        assert count == documents * RESULTS
    rates = documents_per_second(ways, batches, rounds, empty, time.process_time)
    empty()
    rates["whole register, known() included"] = whole(store, documents, time.process_time)
    lines.close()
    store.close()
    goals = {
        "bare executemany, same tables": 0.95,
        "bare executemany, no keys": 0.55,
        "SQLAlchemy ORM add_all": 20.0,
    }
    return printed("P7 SQLite (processor time)", rates, goals)


def postgres_rows(url: str, documents: int, rounds: int) -> bool:
    """Measure P8."""
    store = open_store(url, "memory://")
    lines = PostgresLines(make_url(url))
    batches = made(documents)
    with psycopg.connect(url) as connection:
        for table in TABLES:
            connection.execute(f"create table {table.name}_bare (like {table.name})".encode())

    def empty() -> None:
        with psycopg.connect(url) as connection:
            for table in TABLES:
                connection.execute(f"truncate {table.name}, {table.name}_bare".encode())

    ways = [
        Way("ours", ours(lines)),
        Way("bare binary COPY, same tables", bare_copy(url, "")),
        Way("bare binary COPY, no keys", bare_copy(url, "_bare")),
        Way("SQLAlchemy Core insert()", core(url), 0.25),
    ]
    for way in ways[:2]:
        empty()
        way.write(batches)
        with psycopg.connect(url) as connection:
            assert connection.execute("select count(*) from observation").fetchone() == (documents * RESULTS,)
    rates = documents_per_second(ways, batches, rounds, empty, time.perf_counter)
    empty()
    rates["whole register, known() included"] = whole(store, documents, time.perf_counter)
    lines.close()
    store.close()
    goals = {
        "bare binary COPY, same tables": 0.95,
        "bare binary COPY, no keys": 0.40,
        "SQLAlchemy Core insert()": 7.0,
    }
    return printed("P8 PostgreSQL (clock)", rates, goals)


def main() -> int:
    """Measure both."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--documents", type=int, default=4000)
    asked.add_argument("--rounds", type=int, default=5)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        good = sqlite_rows(Path(folder), chosen.documents, chosen.rounds)
    servers.open_folder()
    try:
        server = servers.start_postgres(Path(os.environ[servers.FOLDER_VARIABLE]))
        with servers.database(server, "rows") as url:
            good = postgres_rows(url, chosen.documents, chosen.rounds) and good
    finally:
        servers.close_folder()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
