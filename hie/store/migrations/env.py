"""Alembic's entry: migrate the connection `hie.store.schema` hands over."""

from __future__ import annotations

from alembic import context

from hie.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
