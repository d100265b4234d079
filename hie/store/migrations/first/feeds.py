"""Makes the tables of what comes in."""

from __future__ import annotations

from secrets import token_bytes

import sqlalchemy as sa
from alembic import op

from hie.store.migrations.first.columns import NUMBER, TEXT


def create() -> None:
    """Make each table and its indexes."""
    _edge()
    _edge_certificate()
    _edge_secret()
    _edge_task()
    _feed_run()
    _own_key()
    _quarantined()


def _edge() -> None:
    op.create_table(
        "edge",
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("enrolled_at", NUMBER, nullable=False),
        sa.Column("revoked_at", NUMBER, nullable=False),
        sa.Column("contacted_at", NUMBER, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("reported_at", NUMBER, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("run_at", NUMBER, nullable=False),
        sa.Column("former_runs", TEXT, nullable=False),
        sa.Column("twice_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("facility", name="pk_edge"),
    )


def _edge_certificate() -> None:
    op.create_table(
        "edge_certificate",
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("issued_at", NUMBER, nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_edge_certificate"),
    )


def _edge_secret() -> None:
    op.create_table(
        "edge_secret",
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("secret", name="pk_edge_secret"),
    )


def _edge_task() -> None:
    op.create_table(
        "edge_task",
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("asked_at", NUMBER, nullable=False),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("finished_at", NUMBER, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_edge_task"),
        sa.UniqueConstraint("id", name="uq_edge_task_id"),
    )
    op.create_index("ix_edge_task_facility", "edge_task", ["facility", "sequence"], unique=False)


def _feed_run() -> None:
    op.create_table(
        "feed_run",
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("started_at", NUMBER, nullable=False),
        sa.Column("finished_at", NUMBER, nullable=False),
        sa.Column("seen", NUMBER, nullable=False),
        sa.Column("indexed", NUMBER, nullable=False),
        sa.Column("unchanged", NUMBER, nullable=False),
        sa.Column("withheld", NUMBER, nullable=False),
        sa.Column("quarantined", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_feed_run"),
    )
    op.create_index("ix_feed_run_facility", "feed_run", ["facility", "sequence"], unique=False)
    op.create_index("ix_feed_run_started", "feed_run", ["facility", "started_at"], unique=False)


def _own_key() -> None:
    made = op.create_table(
        "own_key",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_own_key"),
    )
    op.bulk_insert(made, [{"name": name, "value": token_bytes(32)} for name in ("challenges", "locators")])


def _quarantined() -> None:
    op.create_table(
        "quarantined",
        sa.Column("facility", TEXT, nullable=False),
        sa.Column("locator", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("seen_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("facility", "locator", name="pk_quarantined"),
    )
