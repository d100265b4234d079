"""Many rows at once: the driver's executemany on SQLite, binary COPY on PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

import psycopg
from sqlalchemy import BigInteger, Integer, LargeBinary, SmallInteger, String, Table

Row = tuple[Any, ...]

PARAMETERS = 900
"""Of one statement; every build of SQLite takes 999."""


def insert_rows(connection: sqlite3.Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert whole rows, columns in the table's order; many in each statement, the rest one by one.

    A statement of fifty rows is a quarter cheaper than fifty steps of one.
    """
    at_once = PARAMETERS // len(table.columns)
    whole = len(rows) // at_once * at_once
    if whole:
        several = (tuple(chain.from_iterable(rows[at : at + at_once])) for at in range(0, whole, at_once))
        connection.executemany(insert_statement(table, at_once), several)
    connection.executemany(insert_statement(table), rows[whole:])


def copy_rows(connection: psycopg.Connection[Row], table: Table, rows: Sequence[Row]) -> None:
    """Copy whole rows, columns in the table's order, in the server's binary format."""
    statement, types = _copy(table)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        write = copy.write_row
        for row in rows:
            write(row)


@cache
def insert_statement(table: Table, rows: int = 1) -> str:
    """Say `insert` for so many whole rows of the table."""
    names = [column.name for column in table.columns]
    marks = ", ".join([f"({', '.join('?' * len(names))})"] * rows)
    return f"insert into {table.name} ({', '.join(names)}) values {marks}"  # noqa: S608  names of our own tables


@cache
def _copy(table: Table) -> tuple[str, list[str]]:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    statement = f'copy "{table.name}" ({names}) from stdin (format binary)'
    return statement, [_type_name(column.type) for column in table.columns]


def _type_name(kind: object) -> str:
    """Name PostgreSQL's type of a column: binary COPY wants it exact."""
    for python_type, name in _TYPE_NAMES:
        if isinstance(kind, python_type):
            return name
    raise TypeError(f"no bulk type for {kind!r}")


_TYPE_NAMES: tuple[tuple[type, str], ...] = (
    (SmallInteger, "int2"),
    (BigInteger, "int8"),
    (Integer, "int4"),
    (String, "text"),
    (LargeBinary, "bytea"),
)
