"""Types of the first revision's columns, as they were then."""

from __future__ import annotations

import sqlalchemy as sa

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
