"""The first schema: registry, findings, documents, images, people, consents, audit, feeds.

There is no earlier release. It creates empty tables and the database's own keys, in one transaction.
"""

from __future__ import annotations

from secrets import randbits

import sqlalchemy as sa
from alembic import op

from hie.store.migrations.first import accounts, decisions, desks, entries, feeds, passages

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one revision forward."""
    for topic in (accounts, decisions, desks, entries, feeds, passages):
        topic.create()
    op.execute("insert into counter (name, value) values ('entry', 0), ('concept', 0), ('consent', 0)")
    op.execute("insert into counter (name, value) values ('region', 0)")
    head = sa.table("audit_head", sa.column("id"), sa.column("sequence"), sa.column("hash", sa.LargeBinary))
    op.execute(head.insert().values(id=1, sequence=0, hash=bytes(32)))
    op.execute(f"insert into counter (name, value) values ('incarnation', {randbits(62)})")  # noqa: S608  a number
