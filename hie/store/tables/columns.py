"""What columns are made of, and the one metadata that all tables belong to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, SmallInteger, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Text = String().with_variant(String(collation="C"), "postgresql")
"""Text in byte order on both, so that ranges and orders agree."""

Number = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits; on SQLite an `INTEGER PRIMARY KEY` is the row's own number."""


def a_text(name: str) -> Column[str]:
    """Return a column of text that is never null."""
    return Column(name, Text, nullable=False)


def a_small(name: str) -> Column[int]:
    """Return a column of a number of 16 bits."""
    return Column(name, SmallInteger, nullable=False)


def an_integer(name: str) -> Column[int]:
    """Return a column of a number of 32 bits."""
    return Column(name, Integer, nullable=False)


def a_number(name: str) -> Column[int]:
    """Return a column of a number of 64 bits."""
    return Column(name, Number, nullable=False)


def a_blob(name: str) -> Column[bytes]:
    """Return a column of bytes."""
    return Column(name, LargeBinary, nullable=False)
