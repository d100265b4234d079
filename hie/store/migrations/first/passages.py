"""Makes the table of words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hie.store.migrations.first.columns import NUMBER, TEXT


def create() -> None:
    """Make the table."""
    op.create_table(
        "passage",
        sa.Column("local_patient", sa.Integer(), nullable=False),
        sa.Column("service_day", sa.Integer(), nullable=False),
        sa.Column("entry", NUMBER, nullable=False),
        sa.Column("class_code", sa.SmallInteger(), nullable=False),
        sa.Column("confidentiality", sa.SmallInteger(), nullable=False),
        sa.Column("labels", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("data_kind", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("folded", TEXT, nullable=False),
        sa.Column("written", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("local_patient", "service_day", "entry", name="pk_passage"),
        sqlite_with_rowid=False,
    )
