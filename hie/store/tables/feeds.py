"""Tables of what comes in: quarantine, runs of feeds, edges."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, PrimaryKeyConstraint, Table, UniqueConstraint

from hie.store.tables.columns import Number, Text, a_number, a_text, an_integer, metadata

quarantined = Table(
    "quarantined",
    metadata,
    a_text("facility"),
    a_text("locator"),
    a_text("reason"),
    a_text("message"),
    a_number("seen_at"),
    PrimaryKeyConstraint("facility", "locator", name="pk_quarantined"),
)

own_key = Table(
    "own_key", metadata, Column("name", Text, primary_key=True), Column("value", LargeBinary, nullable=False)
)
"""Random keys made with the database, told to nobody."""

feed_run = Table(
    "feed_run",
    metadata,
    Column("sequence", Number, primary_key=True),
    a_text("facility"),
    a_number("started_at"),
    a_number("finished_at"),
    a_number("seen"),
    a_number("indexed"),
    a_number("unchanged"),
    a_number("withheld"),
    a_number("quarantined"),
    Index("ix_feed_run_facility", "facility", "sequence"),
    Index("ix_feed_run_started", "facility", "started_at"),
)

# --- Edges -----------------------------------------------------------------------------------------

edge = Table(
    "edge",
    metadata,
    Column("facility", Text, primary_key=True),
    an_integer("epoch"),
    a_number("number"),
    a_number("enrolled_at"),
    a_number("revoked_at"),
    a_number("contacted_at"),
    a_text("status"),
    a_number("reported_at"),
    a_text("run"),
    a_number("run_at"),
    a_text("former_runs"),
    a_number("twice_at"),
)

edge_certificate = Table(
    "edge_certificate",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    a_text("facility"),
    an_integer("epoch"),
    a_number("issued_at"),
    a_number("expires_at"),
)

edge_secret = Table(
    "edge_secret",
    metadata,
    Column("secret", LargeBinary, primary_key=True),
    a_text("facility"),
    a_number("expires_at"),
)
"""Hashes of one-time secrets that nobody has used yet."""

edge_task = Table(
    "edge_task",
    metadata,
    Column("sequence", Number, primary_key=True),
    a_text("id"),
    a_text("facility"),
    a_text("kind"),
    a_text("body"),
    a_number("asked_at"),
    a_text("asked_by"),
    a_number("finished_at"),
    a_text("outcome"),
    a_text("detail"),
    UniqueConstraint("id"),
    Index("ix_edge_task_facility", "facility", "sequence"),
)
